import { basename } from "node:path";
import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver/node";
import type { Problem } from "../core/finding.ts";
import { SOURCE } from "./convert.ts";
import { inBackground } from "./handle.ts";
import { folderAround, pathOf, uriOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** Shows what is wrong in configuration files where it stands: in those files. */
export interface ConfigProblems {
	/** What the files around a document say wrong now, instead of what was noted for it before. What stands in no file goes to the log. */
	note(source: string, problems: readonly Problem[]): void;
	/** Documents for which anything is noted. */
	sources(): readonly string[];
	/** What is noted may be shown elsewhere: documents or folders came or went. */
	publish(): void;
}

/** A problem in a file, at a place where one is known. */
type FileProblem = Problem & { readonly path: string };

export function createConfigProblems(state: ServerState): ConfigProblems {
	const bySource = new Map<string, readonly FileProblem[]>();
	/** What the editor was told last of each file. */
	const shown = new Map<string, string>();
	const logged = new Set<string>();

	const log = ({ path = "", message, hint = "" }: Problem): void => {
		const line = `${path} ${message} ${hint}`.trim();
		if (!logged.has(line)) state.connection.console.warn(line);
		logged.add(line);
	};
	const isShown = (path: string): boolean => {
		const folders = state.folders.flatMap((folder) => pathOf(folder.uri) ?? []);
		if (folders.length === 0 || folderAround(path, folders) !== undefined) return true;
		return state.documents.all().some(({ uri }) => pathOf(uri) === path);
	};
	const publish = (): void => {
		const files = new Map<string, Map<string, Diagnostic>>();
		for (const problem of [...bySource.values()].flat()) {
			if (!isShown(problem.path)) log(problem);
			else {
				const uri = uriOf(problem.path);
				const diagnostic = diagnosticOf(problem);
				// The same is wrong for every Dockerfile around.
				files.set(uri, (files.get(uri) ?? new Map<string, Diagnostic>()).set(JSON.stringify(diagnostic), diagnostic));
			}
		}
		for (const uri of new Set([...shown.keys(), ...files.keys()])) {
			const found = files.get(uri);
			const diagnostics = [...(found?.values() ?? [])];
			const told = JSON.stringify(diagnostics);
			if (told === (shown.get(uri) ?? "[]")) continue;
			if (found === undefined) shown.delete(uri);
			else shown.set(uri, told);
			inBackground(state, `problems of ${uri}`, () => state.connection.sendDiagnostics({ uri, diagnostics }));
		}
	};

	return {
		note(source, problems) {
			const inFiles = problems.filter((problem): problem is FileProblem => problem.path !== undefined);
			for (const problem of problems) if (problem.path === undefined) log(problem);
			if (inFiles.length === 0 && !bySource.has(source)) return;
			if (inFiles.length === 0) bySource.delete(source);
			else bySource.set(source, inFiles);
			publish();
		},
		sources: () => [...bySource.keys()],
		publish,
	};
}

function diagnosticOf({ path, message, hint, range }: FileProblem): Diagnostic {
	const start = { line: 0, character: 0 };
	const prefix = `${basename(path)}: `;
	const fact = message.startsWith(prefix) ? message.slice(prefix.length) : message;
	return {
		range: range ?? { start, end: start },
		severity: DiagnosticSeverity.Warning,
		source: SOURCE,
		code: "configuration",
		message: `${fact.charAt(0).toUpperCase()}${fact.slice(1)}${hint === undefined ? "" : `. ${hint}`}`,
	};
}
