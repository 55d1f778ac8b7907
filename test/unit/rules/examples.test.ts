import assert from "node:assert/strict";
import { referencesTo } from "../../../server/core/dockerfile/edits/stageReferences.ts";
import { type BuiltTargets, parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import type { LintFinding } from "../../../server/core/finding.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { RULES } from "../../../server/core/rules/registry.ts";
import type { Example, Rule } from "../../../server/core/rules/rule.ts";
import { type ContextFile, NO_WORKSPACE, type WorkspaceFacts } from "../../../server/core/rules/workspaceFacts.ts";
import { applyEdits, type SpanEdit } from "../../../server/core/text.ts";
import { readMarks, writeMarks } from "../../support/marks.ts";

/** What every rule finds, so that suppressions and relations between rules count. */
function allFindings(rule: Rule, text: string, example: Example, targets?: BuiltTargets): readonly LintFinding[] {
	const rules = new Map(
		[rule, ...RULES.filter((other) => !(rule.excludes ?? []).includes(other.id))].map((other) => [other.id, other.severity] as const),
	);
	return lint(text, {
		rules,
		options: example.options === undefined ? {} : { [rule.id]: example.options },
		workspace: { ...NO_WORKSPACE, ...example.workspace },
		today: "2026-11-21",
		...(targets === undefined ? {} : { targets }),
	}).findings;
}

function findingsOf(rule: Rule, text: string, example: Example, targets?: BuiltTargets): readonly LintFinding[] {
	return allFindings(rule, text, example, targets).filter((finding) => finding.rule === rule.id);
}

/** The stages that no other one starts from or copies from, so that each of them is shipped. Most rules look at nothing else. */
function everyLastStage(text: string): BuiltTargets {
	const { stages } = parseDockerfile(text);
	return { names: stages.filter((stage) => referencesTo(stage).length === 0).map(({ index }) => String(index)), only: false };
}

const CORRECTNESS = new Set(RULES.filter(({ category }) => category === "correctness").map(({ id }) => id));

/** The rules that find what does not build. */
function brokenBy(rule: Rule, text: string, example: Example): readonly string[] {
	const errors = allFindings(rule, text, example).filter((finding) => finding.severity === "error" && CORRECTNESS.has(finding.rule));
	return errors.map((finding) => finding.rule);
}

function firstFixes(findings: readonly LintFinding[], answer: string | undefined): readonly SpanEdit[] {
	const edits: SpanEdit[] = [];
	for (const finding of findings) {
		const fix = finding.fixes()[0];
		if (fix === undefined) continue;
		assert.ok(fix.safety !== "lookup" || answer !== undefined, "the fix asks a question: the example needs an answer");
		for (const edit of fix.safety === "lookup" ? fix.finish(answer ?? "") : fix.edits) {
			const same = (other: SpanEdit): boolean =>
				other.span.start === edit.span.start && other.span.end === edit.span.end && other.newText === edit.newText;
			if (!edits.some(same)) edits.push(edit);
		}
	}
	return edits;
}

/** What is known of the workspace when a file in it has another text. */
function withText({ workspace = {} }: Example, path: string, text: string): Partial<WorkspaceFacts> {
	const { dockerignore, contextFiles = new Map<string, ContextFile>() } = workspace;
	return {
		...workspace,
		...(dockerignore?.kind === "present" && dockerignore.path === path ? { dockerignore: { ...dockerignore, text } } : {}),
		contextFiles: new Map([...contextFiles].map(([name, file]) => [name, file.path === path ? { ...file, text } : file])),
	};
}

for (const rule of RULES) {
	describe(`rule ${rule.id}`, () => {
		it("has examples of both kinds", () => {
			assert.ok(
				rule.examples.some((example) => "bad" in example),
				"no bad example",
			);
			assert.ok(
				rule.examples.some((example) => "good" in example),
				"no good example",
			);
		});
		for (const example of rule.examples) {
			if ("good" in example) {
				const isSilent = (targets?: BuiltTargets): void => {
					const findings = findingsOf(rule, example.good, example, targets);
					assert.equal(
						writeMarks(
							example.good,
							findings.map((finding) => finding.span),
						),
						example.good,
					);
				};
				it(`is silent: ${example.caption}`, () => isSilent());
				const targets = everyLastStage(example.good);
				if (targets.names.length > 1 && example.notBuilt !== true)
					it(`is silent where every stage is shipped that no other one needs: ${example.caption}`, () => isSilent(targets));
				continue;
			}
			it(`reports: ${example.caption}`, () => {
				const { text } = readMarks(example.bad);
				const findings = findingsOf(rule, text, example);
				assert.equal(
					writeMarks(
						text,
						findings.map((finding) => finding.span),
					),
					example.bad,
				);
				if (example.fixed === undefined && example.fixedOtherFile === undefined)
					assert.deepEqual(
						findings.flatMap(({ fixes }) => fixes().map(({ title }) => title)),
						[],
						"a repair is offered: what it makes of the text belongs into the example",
					);
				for (const { message } of findings) {
					assert.ok(message.length <= 100, `longer than 100 characters: ${message}`);
					assert.doesNotMatch(message, /\.$/, "ends with a full stop");
					assert.doesNotMatch(message, /\p{Cc}/u, "has a control character");
					assert.ok(!message.includes(rule.id), "names the rule");
				}
				for (const fix of findings.flatMap(({ fixes }) => fixes())) {
					const edits: readonly SpanEdit[] = fix.safety === "lookup" ? fix.finish(example.answer ?? "") : fix.edits;
					const starts = edits.map(({ span }) => span.start);
					assert.deepEqual(starts, [...new Set(starts)], "two edits at one place: their order would matter");
				}
			});
			const { fixedOtherFile } = example;
			if (fixedOtherFile !== undefined)
				it(`repairs another file: ${example.caption}`, () => {
					const { text } = readMarks(example.bad);
					const other = findingsOf(rule, text, example)
						.flatMap(({ fixes }) => fixes())
						.flatMap((fix) => (fix.safety !== "lookup" && fix.otherFile !== undefined ? [fix.otherFile] : []))[0];
					assert.ok(other !== undefined);
					assert.equal(applyEdits(other.text, other.edits), fixedOtherFile);
					assert.deepEqual(findingsOf(rule, text, { ...example, workspace: withText(example, other.path, fixedOtherFile) }), []);
				});
			if (example.fixed === undefined) continue;
			it(`repairs: ${example.caption}`, () => {
				const { text } = readMarks(example.bad);
				const findings = findingsOf(rule, text, example);
				const fixed = applyEdits(text, firstFixes(findings, example.answer));
				assert.equal(fixed, example.fixed);
				const unrepaired = findings.filter((finding) => finding.fixes().length === 0);
				const left = findingsOf(rule, fixed, example);
				assert.ok(
					left.length <= unrepaired.length,
					`the repaired text still has a finding: ${writeMarks(
						fixed,
						left.map((finding) => finding.span),
					)}`,
				);
				const before = brokenBy(rule, text, example);
				assert.deepEqual(
					brokenBy(rule, fixed, example).filter((id) => !before.includes(id)),
					[],
					"the repair breaks the file",
				);
			});
		}
	});
}
