import assert from "node:assert/strict";
import { stageBaseFacts } from "../../server/core/dockerfile/base/baseFacts.ts";
import { isVersionOfBase } from "../../server/core/dockerfile/commands/undeclaredUses.ts";
import type { Dockerfile, Step } from "../../server/core/dockerfile/model/model.ts";
import { expand } from "../../server/core/dockerfile/syntax/expand.ts";
import { UNKNOWN, UNSET } from "../../server/core/dockerfile/syntax/variableValue.ts";
import { PLATFORM_ARGS } from "../../server/core/dockerfile/variables/predefined.ts";
import { substitutedTexts } from "../../server/core/dockerfile/variables/substitutions.ts";
import { declarationAt, globalDeclaration } from "../../server/core/dockerfile/variables/variables.ts";
import type { LintFinding } from "../../server/core/finding.ts";
import { lint } from "../../server/core/lint/lint.ts";
import type { OptionValue } from "../../server/core/rules/rule.ts";
import { type BuildKitResult, buildKitResults, corpusFiles, needsBuildChecks } from "../support/corpus.ts";
import { requireAll } from "../support/requirements.ts";

/** One file under one rule and the build check that it stands for; lines are one-based and those on which instructions begin. */
interface Compared {
	readonly result: BuildKitResult;
	readonly file: Dockerfile;
	/** Suppressed ones, too: BuildKit knows no comments of other tools. */
	readonly findings: readonly LintFinding[];
	readonly ours: ReadonlySet<number>;
	readonly theirs: ReadonlySet<number>;
}

function* compared(rule: string, check: string, options?: Readonly<Record<string, OptionValue>>): Generator<Compared> {
	const texts = new Map(corpusFiles().map(({ id, text }) => [id, text]));
	for (const result of buildKitResults()) {
		const text = texts.get(result.id);
		if (text === undefined) continue;
		const {
			file,
			findings: open,
			suppressed,
		} = lint(text, {
			rules: new Map([[rule, "warning"]]),
			...(options === undefined ? {} : { options: { [rule]: options } }),
		});
		const findings = [...open, ...suppressed.map(({ finding }) => finding)];
		yield {
			result,
			file,
			findings,
			ours: new Set(findings.map(({ span }) => lineOf(file, span.start))),
			theirs: new Set((result.check ?? []).filter(([name]) => name === check).map(([, line]) => line)),
		};
	}
}

function lineOf(file: Dockerfile, offset: number): number {
	const instruction = file.instructions.find(({ span }) => span.start <= offset && offset <= span.end);
	return (instruction?.firstLine ?? -1) + 1;
}

function stepAt(file: Dockerfile, line: number): Step | undefined {
	return file.stages.flatMap((stage) => stage.steps).find((step) => step.firstLine + 1 === line);
}

/**
 * Whether nothing but what we take for granted is undefined: what the base image sets, or may if nobody knows it, defaults, and what was
 * reported above. BuildKit's recorded answer did not look at the image.
 */
function isExplained({ file, findings }: Compared, step: Step): boolean {
	const { environment, sets } = stageBaseFacts(step.stage);
	const above = findings.filter(({ span }) => span.start < step.span.start && span.start > step.stage.from.span.end);
	return substitutedTexts(step, file).every(({ text, escape, heredoc, hasDeclared }) => {
		const lookup = (name: string) => {
			const granted =
				hasDeclared(name) ||
				declarationAt(step, name) !== undefined ||
				(environment === undefined
					? !PLATFORM_ARGS.has(name) && (globalDeclaration(file, name) === undefined || isVersionOfBase(step, name))
					: environment.includes(name)) ||
				sets?.includes(name) ||
				/^(?:https?|ftp|all|no)_proxy$|^PATH$/i.test(name) ||
				// An empty part in these stands for the places of the system.
				(step.keyword === "ENV" && /^(?:MAN|INFO)PATH$/.test(name)) ||
				above.some(({ span }) => file.text.slice(span.start, span.end) === name);
			return granted ? UNKNOWN : UNSET;
		};
		const expansion = expand(text.text, { escape, lookup, plainQuotes: heredoc !== undefined });
		return expansion.kind === "invalid" || expansion.unset.length === 0;
	});
}

describe("rules that a BuildKit check stands behind, over the corpus", function () {
	this.timeout(120_000);
	before(function () {
		requireAll(this, [needsBuildChecks()]);
	});

	for (const [rule, check, options] of [
		["legacy-key-value", "LegacyKeyValueFormat", undefined],
		["maintainer-deprecated", "MaintainerDeprecated", undefined],
		["from-as-casing", "FromAsCasing", undefined],
		["stage-name-casing", "StageNameCasing", undefined],
		["instruction-casing", "ConsistentInstructionCasing", { case: "majority" }],
	] as const) {
		it(`${rule} finds what ${check} finds`, () => {
			let lines = 0;
			for (const { result, ours, theirs } of compared(rule, check, options)) {
				// BuildKit checks nothing behind its first error.
				if (result.checkError !== undefined) continue;
				assert.deepEqual([...ours].sort(byNumber), [...theirs].sort(byNumber), result.id);
				lines += theirs.size;
			}
			assert.ok(lines > 0, "nothing was compared");
		});
	}

	it("cmd-, entrypoint- and healthcheck-duplicate find what MultipleInstructionsDisallowed finds", () => {
		const rules = ["cmd-duplicate", "entrypoint-duplicate", "healthcheck-duplicate"].map((rule) => [
			...compared(rule, "MultipleInstructionsDisallowed"),
		]);
		let lines = 0;
		for (const [index, { result, theirs }] of (rules[0] ?? []).entries()) {
			if (result.checkError !== undefined) continue;
			const ours = new Set(rules.flatMap((all) => [...(all[index]?.ours ?? [])]));
			assert.deepEqual([...ours].sort(byNumber), [...theirs].sort(byNumber), result.id);
			lines += theirs.size;
		}
		assert.ok(lines > 0, "nothing was compared");
	});

	it("workdir-relative finds what WorkdirRelativePath finds, but for variables that may be absolute, and drive letters", () => {
		let lines = 0;
		for (const { result, file, ours, theirs } of compared("workdir-relative", "WorkdirRelativePath")) {
			for (const line of theirs) {
				lines++;
				const text = stepAt(file, line)?.arguments.text ?? "";
				assert.ok(ours.has(line) || /^["']?(?:\$|[A-Za-z]:|\\)/.test(text), `${result.id}:${line} is missed`);
			}
			if (result.checkError !== undefined) continue;
			for (const line of ours) assert.ok(theirs.has(line), `${result.id}:${line} is too much`);
		}
		assert.ok(lines > 0, "nothing was compared");
	});

	it("variable-undefined finds what UndefinedVar finds, but for defaults, base images and versions in their tags, MANPATH, and what EXPOSE hides", () => {
		let lines = 0;
		for (const one of compared("variable-undefined", "UndefinedVar")) {
			const { result, file, ours, theirs } = one;
			for (const line of theirs) {
				lines++;
				const step = stepAt(file, line);
				assert.ok(ours.has(line) || (step !== undefined && isExplained(one, step)), `${result.id}:${line} is missed`);
			}
			if (result.checkError !== undefined) continue;
			for (const line of ours) {
				// BuildKit substitutes in EXPOSE, but does not look there.
				assert.ok(theirs.has(line) || stepAt(file, line)?.keyword === "EXPOSE", `${result.id}:${line} is too much`);
			}
		}
		assert.ok(lines > 0, "nothing was compared");
	});
});

function byNumber(a: number, b: number): number {
	return a - b;
}
