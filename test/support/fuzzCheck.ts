import { scan } from "../../server/core/dockerfile/model/scan.ts";
import { templateMark } from "../../server/core/dockerfile/model/template.ts";
import type { Fix, LintFinding } from "../../server/core/finding.ts";
import { fixAll } from "../../server/core/lint/fix.ts";
import { type LintResult, lint } from "../../server/core/lint/lint.ts";
import type { LintOptions } from "../../server/core/lint/options.ts";
import { CORRECTNESS_RULES } from "../../server/core/rules/correctness/rules.ts";
import { NO_WORKSPACE } from "../../server/core/rules/workspaceFacts.ts";
import { resolveRules } from "../../server/core/settings/rules.ts";
import { applyEdits, type Span, type SpanEdit } from "../../server/core/text.ts";

/** What a fuzzer asks of the linter besides that it ends. */
export interface FuzzDepth {
	/** Whether the fixed texts are linted too; else only their lines are read. */
	readonly lintFixed: boolean;
	/** Whether all safe fixes are applied at once, and nothing is left to do afterwards. */
	readonly fixAll: boolean;
}

/** The longest time for one text, in milliseconds of the processor. */
export const MOST_MILLISECONDS = 1000;

const REFUSING: ReadonlySet<string> = new Set(CORRECTNESS_RULES.map((rule) => rule.id));
const ANSWER = `sha256:${"1".repeat(64)}`;
const OPTIONS: LintOptions = {
	rules: resolveRules([{ source: "fuzz", preset: "all" }]).rules,
	today: "2026-11-21",
	workspace: {
		...NO_WORKSPACE,
		today: "2026-11-21",
		dockerignore: { kind: "present", text: ".git\n*.log\n!a.log\n" },
		contextEntries: [".env", ".git", "a", "b", "package.json", "src"],
		packageLists: [{ source: "sbom.json", base: undefined, packages: [{ name: "a", licenses: ["AGPL-3.0-only"] }] }],
		cacheExports: [{ file: "build.yml", target: undefined, backend: "registry" }],
		contextFiles: new Map([
			["a", { kind: "file", executable: false, text: '#!/bin/sh\nset -e\nexec "$@"\n' }],
			["b", { kind: "folder" }],
			["no", { kind: "absent" }],
		]),
	},
};

/** What is wrong with how the linter takes a text; undefined if nothing is. Equal problems of two texts begin with the same words. */
export function fuzzProblem(text: string, depth: FuzzDepth): string | undefined {
	try {
		const result = lint(text, OPTIONS);
		return placeProblem(text, result) ?? fixProblem(text, result, depth) ?? (depth.fixAll ? fixAllProblem(text, result) : undefined);
	} catch (error) {
		return `throws ${error instanceof Error ? error.stack?.split("\n").slice(0, 3).join(" ") : String(error)}`;
	}
}

/** Lints, and works out every repair. */
export function lintInFull(text: string, options: LintOptions): void {
	for (const finding of lint(text, options).findings) finding.fixes();
}

/** Time of the processor that an action takes, in milliseconds. */
export function processorTime(action: () => void): number {
	const before = process.cpuUsage();
	action();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

/** Like {@link fuzzProblem}; a text that takes too long twice is a problem too. */
export function fuzzProblemOrTime(text: string, depth: FuzzDepth): string | undefined {
	let problem: string | undefined;
	const time = processorTime(() => {
		problem = fuzzProblem(text, depth);
	});
	if (problem !== undefined || time < MOST_MILLISECONDS) return problem;
	// The fixed texts are inputs of their own: what counts is one run over this one.
	const alone = processorTime(() => lintInFull(text, OPTIONS));
	return alone < MOST_MILLISECONDS ? undefined : `takes ${Math.round(alone)} ms`;
}

function placeProblem(text: string, result: LintResult): string | undefined {
	for (const { rule, span, related, message } of result.findings) {
		if (!isIn(span, text)) return `${rule}: the finding is outside of the file`;
		if (related.some((other) => !isIn(other.span, text))) return `${rule}: a related place is outside of the file`;
		if (message === "" || /undefined|\[object/.test(message)) return `${rule}: the message is ${message}`;
	}
	return undefined;
}

function isIn(span: Span, text: string): boolean {
	return 0 <= span.start && span.start <= span.end && span.end <= text.length;
}

function editsOf(fix: Fix): readonly SpanEdit[] {
	return fix.safety === "lookup" ? fix.finish(ANSWER) : fix.edits;
}

function fixProblem(text: string, result: LintResult, depth: FuzzDepth): string | undefined {
	const broken = refusals(result);
	// Of a template nobody knows whether the builder will take it.
	const isTemplate = templateMark(result.file) !== undefined;
	for (const finding of result.findings) {
		for (const fix of finding.fixes()) {
			const edits = editsOf(fix);
			if (edits.some(({ span }) => !isIn(span, text))) return `${finding.rule}: "${fix.title}" edits outside of the file`;
			const fixed = applyEdits(text, edits);
			const after = depth.lintFixed ? lint(fixed, OPTIONS) : undefined;
			const errors = after?.file.errors ?? scan(fixed).errors;
			// What a file means that the builder refuses nobody knows: there, a repair may bring to light what stood below, or inside a heredoc.
			if (broken.includes(finding) && finding.rule === "heredoc-invalid") continue;
			if (
				isTemplate ||
				result.file.stages.length === 0 ||
				result.file.errors.length > broken.length ||
				broken.some((other) => other !== finding)
			)
				continue;
			const refusal =
				errors[broken.length]?.message ?? (after === undefined || broken.length > 0 ? undefined : refusals(after)[0]?.message);
			if (refusal !== undefined) return `${finding.rule}: "${fix.title}" breaks the file: ${refusal}`;
		}
	}
	return undefined;
}

/** Findings that say that the builder stops. One of a broken continuation stands for the instruction that is none, on the line below. */
function refusals({ findings, suppressed }: LintResult): readonly LintFinding[] {
	return [...findings, ...suppressed.map(({ finding }) => finding)].filter(
		({ rule, severity }) => (severity === "error" && REFUSING.has(rule)) || rule === "continuation-broken",
	);
}

function fixAllProblem(text: string, before: LintResult): string | undefined {
	const first = fixAll(text, OPTIONS);
	const rules = first.applied.map(({ rule }) => rule);
	if (first.rounds >= 10) return `fix all: no end (${rules.slice(-2).join(", ")})`;
	const refusal = refusals(first.remaining)[0];
	if (templateMark(before.file) === undefined && refusals(before).length === 0 && refusal !== undefined)
		return `fix all: breaks the file (${refusal.rule}: ${refusal.message}) by one of ${[...new Set(rules)].join(", ")}`;
	const second = fixAll(first.text, OPTIONS);
	return second.text === first.text
		? undefined
		: `fix all: a second run changes the file again (${second.applied.map(({ rule }) => rule).join(", ")})`;
}
