import type { Dockerfile } from "../dockerfile/model.ts";
import type { LintFinding } from "../finding.ts";
import { findRule } from "../rules/registry.ts";
import type { Equivalent } from "../rules/rule.ts";
import { lineAt } from "../text.ts";
import type { Suppression } from "./suppression.ts";

/** Whether a suppression has not ended. */
export function counts(suppression: Suppression, today: string | undefined): boolean {
	return suppression.until === undefined || today === undefined || today <= suppression.until;
}

/** Whether a suppression names the rule of a finding, wherever both are. */
export function names(suppression: Suppression, finding: LintFinding): boolean {
	if (suppression.tool !== "hullguard") return equivalentsNamed(suppression, finding).length > 0;
	if (suppression.id === "*") return suppression.scope.kind === "file" && suppression.reason !== undefined;
	return suppression.id === finding.rule || suppression.id === finding.code;
}

/** Whether a suppression stands where it counts for a finding of a rule that it names. */
export function covers(suppression: Suppression, finding: LintFinding, file: Dockerfile): boolean {
	const { scope } = suppression;
	if (scope.kind === "file") return true;
	const isInside = (line: number): boolean => scope.first <= line && line <= scope.last;
	if (isInside(finding.range.start.line)) return true;
	// The other tool may speak of the second of two places where we speak of the first.
	return suppression.tool !== "hullguard" && peerLines(suppression, finding, file).some(isInside);
}

function peerLines(suppression: Suppression, finding: LintFinding, file: Dockerfile): readonly number[] {
	const related = finding.related.map(({ span }) => lineAt(file.lineStarts, span.start));
	const keywords = equivalentsNamed(suppression, finding).map(({ tool, id }) => PLACES.get(`${tool} ${id}`));
	const stage = file.stages.findLast(({ from }) => from.firstLine <= finding.range.start.line);
	const steps = stage === undefined ? [] : [stage.from, ...stage.steps];
	return [...related, ...steps.filter(({ keyword }) => keywords.includes(keyword)).map(({ firstLine }) => firstLine)];
}

/** Checks of other tools that speak of another instruction of the stage than we do. */
const PLACES: ReadonlyMap<string, string> = new Map([
	["hadolint DL3057", "FROM"],
	["semgrep missing-user", "CMD"],
	["semgrep missing-user-entrypoint", "ENTRYPOINT"],
]);

function equivalentsNamed({ tool, id }: Suppression, { rule }: LintFinding): readonly Equivalent[] {
	const equivalents = findRule(rule)?.equivalents ?? [];
	return equivalents.filter((each) => each.tool === tool && each.relation === "same" && (id === "*" || sameId(each.id, id)));
}

function sameId(ours: string, theirs: string): boolean {
	return ours.toLowerCase() === theirs.toLowerCase();
}
