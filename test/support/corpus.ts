import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import type { Requirement } from "./requirements.ts";

/** What BuildKit made of one file of the corpus: keyword, first and last line (one-based), details. */
export interface BuildKitResult {
	readonly id: string;
	readonly escape?: string;
	readonly instructions?: readonly (readonly [string, number, number, BuildKitDetails?])[];
	/** What its parser refuses, and the line that it names. */
	readonly parseError?: readonly [string, number];
	/** What the parser takes but the build refuses, and the line of it. */
	readonly instructionError?: readonly [string, number];
	/** The build checks that fired, with the line of each; left out for the small corpus. */
	readonly check?: readonly (readonly [string, number])[];
	readonly checkError?: string;
}

export interface BuildKitDetails {
	readonly json?: number;
	readonly flags?: readonly string[];
	readonly heredocs?: readonly unknown[];
	readonly sub?: string;
}

export interface CorpusFile {
	readonly id: string;
	readonly text: string;
}

const FIXTURES = "test/fixtures/corpus";

/** The folder that `HULLGUARD_CORPUS` names, if there is a corpus in it: as archives, or unpacked. */
export function corpusFolder(): string | undefined {
	const folder = process.env["HULLGUARD_CORPUS"];
	return folder !== undefined && (existsSync(join(folder, ARCHIVE)) || existsSync(join(folder, UNPACKED))) ? folder : undefined;
}

const ARCHIVE = "dockerfiles.tar.zst";
const UNPACKED = "dockerfiles";

/** The files of the corpus; without one, those in `test/fixtures/corpus`. */
export function corpusFiles(): readonly CorpusFile[] {
	const folder = corpusFolder();
	if (folder === undefined) return filesIn(FIXTURES);
	const archive = join(folder, ARCHIVE);
	return existsSync(archive) ? untar(zstdDecompressSync(readFileSync(archive))) : filesIn(join(folder, UNPACKED));
}

function filesIn(folder: string): readonly CorpusFile[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".Dockerfile"))
		.map((name) => ({ id: name.replace(/\.Dockerfile$/, ""), text: readFileSync(join(folder, name), "utf8") }));
}

/** What BuildKit made of each file of the corpus; without one, of the files in `test/fixtures/corpus`. */
export function buildKitResults(): readonly BuildKitResult[] {
	const folder = corpusFolder();
	return textIn(folder ?? FIXTURES, "buildkit-results.jsonl")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as BuildKitResult);
}

function textIn(folder: string, name: string): string {
	const archive = join(folder, `${name}.zst`);
	return existsSync(archive) ? zstdDecompressSync(readFileSync(archive)).toString("utf8") : readFileSync(join(folder, name), "utf8");
}

/** Results that say which of BuildKit's checks fired; those of the files in `test/fixtures/corpus` do not. */
export function needsBuildChecks(): Requirement | undefined {
	if (buildKitResults().some(({ check }) => check !== undefined)) return undefined;
	return { reason: "the small corpus has no results of BuildKit's checks", remedy: "set HULLGUARD_CORPUS to the folder of the large one" };
}

/** The large corpus. */
export function needsLargeCorpus(): Requirement | undefined {
	if (corpusFolder() !== undefined) return undefined;
	return { reason: "only the small corpus is here", remedy: "set HULLGUARD_CORPUS to the folder of the large one" };
}

/** The regular files of a tar archive whose names end in `.Dockerfile`. */
function untar(archive: Buffer): readonly CorpusFile[] {
	const files: CorpusFile[] = [];
	for (let at = 0; at + 512 <= archive.length; ) {
		const name = archive.toString("utf8", at, at + 100).replace(/\0.*$/su, "");
		if (name === "") break;
		const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8);
		const base = name.split("/").pop() ?? name;
		if (base.endsWith(".Dockerfile"))
			files.push({ id: base.replace(/\.Dockerfile$/, ""), text: archive.toString("utf8", at + 512, at + 512 + size) });
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return files;
}
