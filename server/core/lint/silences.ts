import type { Dockerfile, Stage } from "../dockerfile/model/model.ts";
import type { LintFinding } from "../finding.ts";
import { isShellCheckCodeOf } from "../knowledge/shellCheckCodes.ts";
import { rememberedFor } from "../memo.ts";
import { findRule } from "../rules/registry.ts";
import type { Equivalent } from "../rules/rule.ts";
import { lineAt } from "../text.ts";
import type { Suppression } from "./suppression.ts";

/** Whether a suppression has not ended. */
export function counts(suppression: Suppression, today: string | undefined): boolean {
	return suppression.until === undefined || today === undefined || today <= suppression.until;
}

/**
 * Whether a suppression names what a finding says, wherever both are: its rule, or for another tool's comment one of `rules`, that rule
 * and those in whose place it speaks.
 */
export function names(suppression: Suppression, finding: LintFinding, rules: readonly string[]): boolean {
	if (suppression.tool !== "hullguard")
		return equivalentsOf(rules).some((equivalent) => isNamed(suppression, equivalent)) || isShellCheckNamed(suppression, finding);
	if (suppression.id === "*") return suppression.scope.kind === "file" && suppression.reason !== undefined;
	return suppression.id === finding.rule || suppression.id === finding.code;
}

/** Those of the suppressions, which all name a finding, that stand where they count for it; `rules` as above. */
export function covering(
	suppressions: readonly Suppression[],
	finding: LintFinding,
	rules: readonly string[],
	file: Dockerfile,
): readonly Suppression[] {
	const linesFor = peerLines(finding, rules, file);
	return suppressions.filter((suppression) => {
		const { scope } = suppression;
		if (scope.kind === "file") return true;
		const isInside = (line: number): boolean => scope.first <= line && line <= scope.last;
		if (isInside(finding.range.start.line)) return true;
		// The other tool may speak of the second of two places where we speak of the first.
		return suppression.tool !== "hullguard" && linesFor(suppression).some(isInside);
	});
}

/** A file may have a comment above each of its steps: the places are looked for once, and not for each of them. */
function peerLines(finding: LintFinding, rules: readonly string[], file: Dockerfile): (suppression: Suppression) => readonly number[] {
	const related = finding.related.map(({ span }) => lineAt(file.lineStarts, span.start));
	const places = equivalentsOf(rules).flatMap((equivalent) => {
		const keyword = PLACES.get(`${equivalent.tool} ${equivalent.id}`);
		return keyword === undefined ? [] : [{ equivalent, lines: linesInStage(finding, file, keyword) }];
	});
	if (places.length === 0) return () => related;
	return (suppression) => [...related, ...places.flatMap(({ equivalent, lines }) => (isNamed(suppression, equivalent) ? lines : []))];
}

/** Where instructions with a keyword stand in the stage of a finding. */
function linesInStage(finding: LintFinding, file: Dockerfile, keyword: string): readonly number[] {
	const stage = file.stages.findLast(({ from }) => from.firstLine <= finding.range.start.line);
	return stage === undefined ? [] : linesOf(stage, keyword);
}

const linesOf = rememberedFor(({ from, steps }: Stage, keyword): readonly number[] =>
	[from, ...steps].filter((step) => step.keyword === keyword).map(({ firstLine }) => firstLine),
);

/** Checks of other tools that speak of another instruction of the stage than we do. */
const PLACES: ReadonlyMap<string, string> = new Map([
	["hadolint DL3057", "FROM"],
	["semgrep missing-user", "CMD"],
	["semgrep missing-user-entrypoint", "ENTRYPOINT"],
]);

function equivalentsOf(rules: readonly string[]): readonly Equivalent[] {
	return rules.flatMap((rule) => findRule(rule)?.equivalents ?? []).filter(({ relation }) => relation === "same");
}

function isNamed({ tool, id }: Suppression, equivalent: Equivalent): boolean {
	return equivalent.tool === tool && (id === "*" || sameId(equivalent.id, id));
}

/** hadolint passes ShellCheck's findings on, and its comments silence them by their codes. */
function isShellCheckNamed({ tool, id }: Suppression, { code }: LintFinding): boolean {
	return tool === "hadolint" && /^SC\d/i.test(id) && isShellCheckCodeOf(code, id.toUpperCase());
}

function sameId(ours: string, theirs: string): boolean {
	return ours.toLowerCase() === theirs.toLowerCase();
}
