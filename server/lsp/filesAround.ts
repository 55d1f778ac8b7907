import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Files } from "../tools/files.ts";
import type { ConfigProblems } from "./configProblems.ts";
import { inBackground } from "./handle.ts";
import type { Linting } from "./linting.ts";
import { kindOf } from "./parsed.ts";
import { pathOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** How long a file has to rest before what depends on it is looked at again. */
const REST_MS = 200;

/** Open documents that decide how Dockerfiles are linted: configuration files, ignore files. */
export interface FilesAround {
	/** A document was opened, or its text changed. */
	changed(document: TextDocument): void;
	closed(document: TextDocument): void;
	/** Files may say something else than they did: what was wrong in configuration files is looked at again. */
	recheck(): void;
}

/** Whether a document decides how others are linted. */
function isAround(document: TextDocument): boolean {
	const kind = kindOf(document);
	return kind === "configuration" || kind === "ignoreFile" || kind === "ownIgnoreFile";
}

/** @param forget forgets what was read of files, and has every document looked at again */
export function createFilesAround(state: ServerState, linting: Linting, problems: ConfigProblems, forget: () => void): FilesAround {
	let timer: NodeJS.Timeout | undefined;
	state.ended.addEventListener("abort", () => clearTimeout(timer));

	const recheck = (): void => {
		const open = state.documents.all();
		const configurations = open.filter((document) => kindOf(document) === "configuration");
		const gone = problems.sources().filter((uri) => state.documents.get(uri) === undefined);
		for (const uri of gone) problems.note(uri, []);
		const noted = new Set(problems.sources());
		inBackground(state, "configuration files", async () => {
			for (const document of configurations) problems.note(document.uri, await problemsIn(state, document));
			// An editor need not ask again for a document that nobody sees.
			for (const document of open) if (noted.has(document.uri)) await linting.of(document);
			problems.publish();
		});
	};
	const schedule = (): void => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			forget();
			recheck();
		}, REST_MS);
	};
	return {
		changed(document) {
			if (isAround(document)) schedule();
		},
		closed(document) {
			problems.note(document.uri, []);
			if (isAround(document)) schedule();
		},
		recheck,
	};
}

async function problemsIn(state: ServerState, document: TextDocument): ReturnType<ServerState["project"]["configProblems"]> {
	const path = pathOf(document.uri);
	const { "lint.enable": isOn } = await state.settings.get(document.uri);
	return path === undefined || !isOn ? [] : state.project.configProblems(path);
}

/** The files of the machine, except that what is being written in the editor counts as it stands there. */
export function withOpenDocuments(files: Files, open: () => readonly TextDocument[]): Files {
	return {
		...files,
		async readText(path) {
			const document = open().find((candidate) => isAround(candidate) && pathOf(candidate.uri) === path);
			return document === undefined ? files.readText(path) : document.getText();
		},
	};
}
