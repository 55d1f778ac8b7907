import assert from "node:assert/strict";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import type { Fix } from "../../server/core/finding.ts";
import { fixAll } from "../../server/core/lint/fix.ts";
import { lint } from "../../server/core/lint/lint.ts";
import type { LintOptions } from "../../server/core/lint/options.ts";
import { RULES } from "../../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../../server/core/rules/workspaceFacts.ts";
import { applyEdits, type SpanEdit } from "../../server/core/text.ts";
import { type CorpusFile, corpusFiles } from "../support/corpus.ts";

const ANSWER = `sha256:${"1".repeat(64)}`;
/** A fixed day, so that what is out of support is the same in every run. */
const workspace = { ...NO_WORKSPACE, today: "2026-11-21" };
const only = process.env["HULLGUARD_RULE"];
/** All repairs of one rule; with HULLGUARD_ALL_REPAIRS those of every rule, else some of each: a change is tried out in minutes. */
const everything = only !== undefined || process.env["HULLGUARD_ALL_REPAIRS"] === "1";
const MOST_FILES = 25;
const EVERY_NTH = 8;
const rules = RULES.filter((rule) => only === undefined || rule.id === only);

function options(ids: readonly string[]): LintOptions {
	return { rules: new Map(RULES.filter((rule) => ids.includes(rule.id)).map((rule) => [rule.id, rule.severity])), workspace };
}

function editsOf(fix: Fix): readonly SpanEdit[] {
	return fix.safety === "lookup" ? fix.finish(ANSWER) : fix.edits;
}

/** Comments and directives: a comment that becomes a directive, or one of a script in a heredoc, is not lost. */
function commentLines(text: string): readonly string[] {
	const { comments, directives, instructions } = parseDockerfile(text);
	const inScripts = instructions
		.flatMap(({ heredocs }) => heredocs.flatMap(({ body }) => body.text.split(/\r?\n/)))
		.filter((line) => line.trimStart().startsWith("#"))
		.map((line) => line.trimStart().slice(1).trim());
	const marked = directives.map(({ span }) => text.slice(span.start + 1, span.end).trim());
	return [...comments.map((comment) => comment.text), ...marked, ...inScripts];
}

/** Spread evenly over all of them. */
function some(files: readonly CorpusFile[]): readonly CorpusFile[] {
	const step = Math.max(1, Math.ceil(files.length / MOST_FILES));
	return files.filter((_, index) => index % step === 0);
}

function once<T>(make: () => T): () => T {
	let made: { readonly value: T } | undefined;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}

/** Comments that a repair may take away: those that silence findings. */
function mayGo(comment: string, rule: string): boolean {
	return comment.includes("hullguard-ignore") || rule === "suppression-comment-disallowed";
}

describe("fixes over the corpus", function () {
	this.timeout(600_000);
	const files = corpusFiles();
	/** Files in which each rule reports something: found out in one go. */
	const reportedIn = once(() => {
		const found = new Map<string, CorpusFile[]>();
		const all = options(rules.map((rule) => rule.id));
		for (const file of files)
			for (const id of new Set(lint(file.text, all).findings.map((finding) => finding.rule))) {
				const own = found.get(id);
				if (own === undefined) found.set(id, [file]);
				else own.push(file);
			}
		return found;
	});
	for (const rule of rules) {
		it(`${rule.id}: each repair parses, is the only change, and ends the finding`, () => {
			const own = options([rule.id]);
			for (const { id, text } of everything ? files : some(reportedIn().get(rule.id) ?? [])) {
				const before = lint(text, own);
				const errors = before.file.errors.length;
				for (const finding of before.findings) {
					for (const fix of finding.fixes()) {
						const where = `${id}:${finding.range.start.line + 1}: ${fix.title}`;
						const edits = editsOf(fix);
						assert.ok(edits.length > 0, `${where}: no edits`);
						const fixed = applyEdits(text, edits);
						const after = lint(fixed, own);
						assert.ok(after.file.errors.length <= errors, `${where}: the repaired file does not parse: ${after.file.errors[0]?.message}`);
						assert.ok(after.findings.length < before.findings.length, `${where}: the finding is still there`);
						// A directive may change; a comment may become one.
						const lost = parseDockerfile(text)
							.comments.map((comment) => comment.text)
							.filter((comment) => !commentLines(fixed).includes(comment) && !mayGo(comment, rule.id));
						assert.deepEqual(lost, [], `${where}: comments are lost`);
						if (rule.id !== "layout-style")
							assert.equal(fixed.endsWith("\n"), text.endsWith("\n"), `${where}: the final line break changed`);
						assert.ok(text.includes("\r\n") || !fixed.includes("\r"), `${where}: carriage returns appeared`);
					}
				}
			}
		});
	}

	it("fix all: parses, and a second run changes nothing", () => {
		const all = options(rules.map((rule) => rule.id));
		for (const { id, text } of files.filter((_, index) => everything || index % EVERY_NTH === 0)) {
			const first = fixAll(text, all);
			assert.ok(first.rounds < 10, `${id}: no end after ${first.rounds} rounds`);
			assert.ok(
				parseDockerfile(first.text).errors.length <= parseDockerfile(text).errors.length,
				`${id}: the repaired file does not parse`,
			);
			assert.equal(fixAll(first.text, all).text, first.text, `${id}: a second run changes it again`);
		}
	});
});
