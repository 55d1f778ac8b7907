import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type DocumentKind, documentKind } from "../core/documents/documentKind.ts";
import { lintableOf } from "../core/documents/lintable.ts";
import type { Problem } from "../core/finding.ts";
import { buildsOf, mentionKindOf, mentionsOf } from "../core/references/mentions.ts";
import { besideFiles } from "../operations/besideFiles.ts";
import { fileProblem } from "../operations/fileProblem.ts";
import { mayNameImages } from "../operations/filesWithImages.ts";
import { type FoundFile, findDockerfiles, isDockerfileName } from "../operations/findFiles.ts";
import type { ParsedCall } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

/** A text to work on, and where it is from. */
export interface Input {
	readonly file: FoundFile;
	readonly text: string;
	/** Read from standard input: there is nothing to write back to. */
	readonly fromInput: boolean;
	/** Not all of it is UTF-8: the text has `�` where it is not, and must not be written back. */
	readonly lossy: boolean;
}

/** What a command looks for in folders. */
export interface InputKinds {
	/** Whether a file may be one, by its name. */
	readonly isWanted: (name: string) => boolean;
	/** Whether there is work in it. */
	readonly holdsWork: (file: FoundFile, text: string) => boolean | Promise<boolean>;
}

const DOCKERFILES: InputKinds = { isWanted: isDockerfileName, holdsWork: () => true };

/** Waiting for the disk once is sooner done than once for each file. */
const READ_AT_ONCE = 32;

/** What has work only if something is in it. */
const HOLDERS: ReadonlySet<DocumentKind> = new Set(["compose", "bake", "ignoreFile", "ownIgnoreFile"]);

/** What can be linted: Dockerfiles, files of Compose and Bake that hold some, and ignore files. */
export const LINTABLE: InputKinds = {
	isWanted: (name) => isDockerfileName(name) || HOLDERS.has(documentKind(name)),
	holdsWork({ path }, text) {
		const kind = documentKind(basename(path));
		return !HOLDERS.has(kind) || lintableOf(kind, text)?.isEmpty === false;
	},
};

/** Every file that names images, or says what builds pass. */
export const WITH_IMAGES: InputKinds = {
	isWanted: mayNameImages,
	async holdsWork({ path, absolute }, text) {
		const kind = mentionKindOf(path);
		if (kind === undefined || buildsOf(kind, text, path).some(({ arguments: passed }) => passed.length > 0)) return true;
		return mentionsOf(kind, text, (await besideFiles(kind, absolute, text)).read).length > 0;
	},
};

/**
 * The texts that a call names, one after the other: standard input for `-`, then files and what is in folders. Without a path
 * the current folder is searched; with `--stdin-filename` alone standard input is read. What cannot be read goes to `note`.
 */
export async function* inputsOf(
	call: ParsedCall,
	terminal: Terminal,
	note: (problem: Problem) => void,
	kinds: InputKinds = DOCKERFILES,
): AsyncGenerator<Input> {
	const name = call.options["stdin-filename"];
	const onlyInput = typeof name === "string" && call.operands.length === 0;
	const paths = call.operands.filter((operand) => operand !== "-");
	const takesInput = onlyInput || call.operands.includes("-");
	if (takesInput) {
		const path = typeof name === "string" ? name : "Dockerfile";
		yield { file: { path, absolute: resolve(terminal.folder, path) }, ...decoded(await terminal.input()), fromInput: true };
	}
	if (paths.length === 0 && takesInput) return;
	const found = await findDockerfiles(paths, terminal.folder, terminal.signal, kinds.isWanted);
	for (const problem of found.problems) note(problem);
	if (found.files.length === 0 && found.problems.length === 0 && !takesInput) {
		note({
			kind: "file",
			message: `There is no Dockerfile in ${paths.length === 0 ? "this folder" : paths.join(", ")}`,
			hint: "Name a file, or a folder that has a Dockerfile, a Containerfile or a *.dockerfile.",
		});
	}
	for (let at = 0; at < found.files.length; at += READ_AT_ONCE) {
		const files = found.files.slice(at, at + READ_AT_ONCE);
		const reads = files.map((file) => readFile(file.absolute).catch((error: unknown) => fileProblem(file.path, error)));
		for (const [index, bytes] of (await Promise.all(reads)).entries()) {
			terminal.signal.throwIfAborted();
			const file = files[index] as FoundFile;
			if (!(bytes instanceof Uint8Array)) note(bytes);
			else {
				const input = { file, ...decoded(bytes), fromInput: false };
				if (await kinds.holdsWork(file, input.text)) yield input;
			}
		}
	}
}

/** UTF-8, a byte order mark included: it is a part of the file. */
export function decoded(bytes: Uint8Array): { readonly text: string; readonly lossy: boolean } {
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
	return { text, lossy: text.includes("\ufffd") && Buffer.compare(Buffer.from(text, "utf8"), bytes) !== 0 };
}

/** Why a file that is not all UTF-8 is left as it is. */
export function lossyProblem({ file }: Input): Problem {
	return {
		kind: "file",
		message: `${file.path} is not UTF-8 text and is left as it is`,
		hint: "Save it as UTF-8; what it says to Docker stays the same.",
		path: file.path,
	};
}
