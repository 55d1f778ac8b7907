import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { scan } from "../../server/core/dockerfile/model/scan.ts";
import type { Instruction } from "../../server/core/dockerfile/syntax/structure.ts";
import { splitAssignments, splitAtBlanks } from "../../server/core/dockerfile/syntax/words.ts";
import { sourceOffset } from "../../server/core/mappedText.ts";
import { structureJson } from "../../server/core/report/structure.ts";
import { type BuildKitResult, buildKitResults, corpusFiles } from "../support/corpus.ts";

/**
 * Where our structure may differ from BuildKit's, each with the reason. It is empty for real files and for the cases
 * below; what is known to differ are texts that nobody writes:
 * - flags with characters outside ASCII: BuildKit reads bytes and garbles them; we keep what is written;
 * - heredoc names that are made of `${NAME:-…}`.
 */
const DEVIATIONS: ReadonlyMap<string, string> = new Map();

interface StructureLine {
	readonly escape: string;
	readonly instructions: readonly {
		readonly keyword: string;
		readonly start: number;
		readonly end: number;
		readonly flags?: readonly string[];
		readonly json?: boolean;
		readonly heredocs?: readonly { readonly name: string }[];
		readonly sub?: string;
	}[];
	readonly error?: { readonly message: string; readonly line: number };
}

describe("structure of the corpus", function () {
	this.timeout(120_000);
	const texts = new Map(corpusFiles().map((file) => [file.id, file.text]));

	it("is BuildKit's: instructions, lines, flags, exec form, heredocs, errors", () => {
		const different: string[] = [];
		for (const want of buildKitResults()) {
			const text = texts.get(want.id);
			assert.ok(text !== undefined, `${want.id} is not in the corpus`);
			const got = JSON.parse(structureJson(want.id, text)) as StructureLine;
			if (!DEVIATIONS.has(want.id) && JSON.stringify(ours(got)) !== JSON.stringify(theirs(want))) different.push(want.id);
		}
		assert.deepEqual(different, []);
	});

	it("leads from every joined character back to the same character of the file", () => {
		for (const [id, text] of texts) {
			for (const { line } of scan(text).instructions) {
				for (let at = 0; at < line.text.length; at += 7)
					assert.equal(text[sourceOffset(line, at)], line.text[at], `${id}: offset ${at} of ${line.text}`);
			}
		}
	});
});

function ours(got: StructureLine): object {
	if (got.error !== undefined) return { error: true };
	return {
		escape: got.escape,
		instructions: got.instructions.map((instruction) => ({
			keyword: instruction.keyword,
			lines: [instruction.start, instruction.end],
			flags: instruction.flags ?? [],
			json: instruction.json ?? false,
			heredocs: instruction.heredocs?.length ?? 0,
			sub: instruction.sub ?? "",
		})),
	};
}

function theirs(want: BuildKitResult): object {
	if (want.parseError !== undefined) return { error: true };
	return {
		escape: want.escape ?? "\\",
		instructions: (want.instructions ?? []).map(([keyword, start, end, details]) => ({
			keyword: keyword.toUpperCase(),
			lines: [start, end],
			flags: details?.flags ?? [],
			json: details?.json !== undefined,
			heredocs: details?.heredocs?.length ?? 0,
			sub: details?.sub?.toUpperCase() ?? "",
		})),
	};
}

interface MicroCase {
	readonly name: string;
	readonly text?: string;
	readonly parseError?: string;
	readonly instructions?: readonly MicroInstruction[];
}

interface MicroInstruction {
	readonly keyword: string;
	readonly start: number;
	readonly end: number;
	readonly flags?: readonly string[];
	readonly json?: boolean;
	readonly args?: readonly string[];
	readonly heredocs?: readonly {
		readonly name: string;
		readonly content: string;
		readonly expand: boolean;
		readonly stripTabs: boolean;
		readonly fd: number;
	}[];
	readonly sub?: unknown;
}

describe("small cases, each with BuildKit's full answer", () => {
	const { cases } = JSON.parse(readFileSync("test/fixtures/buildkit/micro-cases.json", "utf8")) as { readonly cases: readonly MicroCase[] };
	for (const { name, text, parseError, instructions } of cases) {
		if (text === undefined) continue;
		it(name, () => {
			const structure = scan(text);
			assert.equal(structure.errors[0]?.message, parseError);
			if (instructions === undefined || parseError !== undefined) return;
			assert.deepEqual(
				structure.instructions.map((instruction) => describeOurs(instruction, structure.escape)),
				instructions.map(describeTheirs),
			);
		});
	}

	it("takes lines that are too long for BuildKit as what they are", () => {
		const text = `FROM a\nRUN ${"x".repeat(65_532)}\nUSER a\n`;
		assert.deepEqual(
			scan(text).errors.map(({ message, line }) => [message, line]),
			[["dockerfile line greater than max allowed size of 65535", 1]],
		);
		assert.equal(scan(`FROM a\nRUN ${"x".repeat(65_531)}\n`).errors.length, 0);
	});
});

function describeOurs(instruction: Instruction, escape: string): object {
	const inner = instruction.trigger ?? instruction;
	return {
		keyword: instruction.keywordText,
		lines: [instruction.firstLine + 1, instruction.lastLine + 1],
		flags: inner.flags.map((flag) => flag.text),
		json: inner.exec !== undefined,
		args: instruction.trigger === undefined ? args(instruction, escape) : [],
		heredocs: instruction.heredocs.map(({ name, body, expand, stripTabs, fileDescriptor }) => [
			name,
			stripTabs ? "" : body.text,
			expand,
			stripTabs,
			fileDescriptor,
		]),
		sub: instruction.trigger === undefined ? "" : instruction.trigger.keywordText,
	};
}

function describeTheirs(want: MicroInstruction): object {
	const sub = typeof want.sub === "object" && want.sub !== null ? (want.sub as MicroInstruction) : undefined;
	const known = COMPARED.has(want.keyword.toUpperCase()) && want.sub === undefined;
	return {
		keyword: want.keyword,
		lines: [want.start, want.end],
		flags: sub?.flags ?? want.flags ?? [],
		json: sub?.json ?? want.json ?? false,
		args: known ? (want.args ?? []).filter((argument) => want.json || argument !== "") : [],
		heredocs: (want.heredocs ?? []).map(({ name, content, expand, stripTabs, fd }) => [
			name,
			stripTabs ? "" : content,
			expand,
			stripTabs,
			fd,
		]),
		sub: sub?.keyword ?? (typeof want.sub === "string" ? want.sub : ""),
	};
}

const COMPARED = new Set([
	"ADD",
	"ARG",
	"CMD",
	"COPY",
	"ENTRYPOINT",
	"EXPOSE",
	"FROM",
	"MAINTAINER",
	"RUN",
	"SHELL",
	"STOPSIGNAL",
	"USER",
	"VOLUME",
	"WORKDIR",
]);

/** The arguments as BuildKit splits them for this instruction. */
function args(instruction: Instruction, escape: string): readonly string[] {
	const { text } = instruction.arguments;
	if (!COMPARED.has(instruction.keyword) || text === "") return [];
	if (instruction.exec !== undefined) return instruction.exec.values;
	if (["ADD", "COPY", "EXPOSE", "FROM", "VOLUME"].includes(instruction.keyword))
		return splitAtBlanks(instruction.arguments).map((word) => word.text);
	if (instruction.keyword === "ARG") return splitAssignments(text, escape).map((word) => word.text);
	return [text];
}
