import type { Dockerfile } from "../dockerfile/model.ts";
import type { Fix, LintSeverity } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { findRule, RULES } from "../rules/registry.ts";
import type { Report, Rule } from "../rules/rule.ts";
import { lineAt, type SpanEdit } from "../text.ts";
import type { LintOptions } from "./options.ts";
import type { Suppression } from "./suppressions.ts";

const RULE = "suppression-unused-or-unknown";

/** What `suppression-unused-or-unknown` reports: only the whole run can tell, so that the engine finds it and not the rule. */
export function unusedSuppressions(
	file: Dockerfile,
	suppressions: readonly Suppression[],
	used: ReadonlySet<Suppression>,
	options: LintOptions,
): readonly (readonly [Rule, LintSeverity, Report])[] {
	const severity = options.rules.get(RULE);
	const rule = findRule(RULE);
	if (severity === undefined || rule === undefined || suppressions.length === 0) return [];
	const meant = meantRules(suppressions);
	return suppressions
		.filter((suppression) => suppression.tool === "hullguard")
		.flatMap((suppression): (readonly [Rule, LintSeverity, Report])[] => {
			const message = complaint(suppression, used, options);
			if (message === undefined) return [];
			return [
				[
					rule,
					severity,
					{
						span: suppression.idSpan,
						message,
						tags: ["unnecessary"],
						fixes: fixes(file, suppression, meant.get(suppression.id)),
					},
				],
			];
		});
}

/** An id that is misspelt, or another tool's, was meant to silence something: the right one is offered first. */
function fixes(file: Dockerfile, suppression: Suppression, meant: string | undefined): readonly Fix[] {
	const remove = { title: `Remove ${suppression.id} from the comment`, edits: [removal(file, suppression)] };
	if (meant === undefined) return [{ ...remove, safety: "safe" }];
	const rename: Fix = {
		title: `Change it to ${meant}`,
		safety: "review",
		edits: [{ span: suppression.idSpan, newText: meant }],
	};
	return [rename, { ...remove, safety: "review" }];
}

/** Ids of a file that are compared with those of all rules; nobody misspells more. */
const MOST_GUESSES = 50;

/** The rules that unknown ids were meant to name. */
function meantRules(suppressions: readonly Suppression[]): ReadonlyMap<string, string> {
	const unknown = new Set(
		suppressions.flatMap(({ tool, id }) =>
			tool === "hullguard" && id !== "*" && findRule(id.split("/")[0] ?? id) === undefined ? [id] : [],
		),
	);
	const names = RULES.map((rule) => rule.id);
	const meant = new Map<string, string>();
	for (const id of [...unknown].slice(0, MOST_GUESSES)) {
		const rule = ruleOfPeer(id) ?? nearest(id, names);
		if (rule !== undefined) meant.set(id, rule);
	}
	return meant;
}

function ruleOfPeer(id: string): string | undefined {
	const sought = id.toLowerCase();
	return RULES.find(({ equivalents }) => equivalents.some((peer) => peer.relation === "same" && peer.id.toLowerCase() === sought))?.id;
}

function complaint(suppression: Suppression, used: ReadonlySet<Suppression>, options: LintOptions): string | undefined {
	const { id, scope, reason, until } = suppression;
	if (id === "*") {
		if (scope.kind !== "file") return "`*` silences nothing here; only hullguard-ignore-file may use it";
		return reason === undefined ? "`*` silences nothing without a reason" : undefined;
	}
	const ruleId = id.split("/")[0] ?? id;
	if (findRule(ruleId) === undefined) return `There is no rule ${id}`;
	if (until !== undefined && options.today !== undefined && until < options.today) return `The exception for ${id} ended on ${until}`;
	// A rule that is off cannot show whether its exception is needed.
	if (used.has(suppression) || !options.rules.has(ruleId)) return undefined;
	return `${id} finds nothing here`;
}

/** Takes one id out of a comment; with the last one the whole line goes. */
function removal(file: Dockerfile, suppression: Suppression): SpanEdit {
	const { ids, span } = suppression.comment;
	const index = ids.findIndex((entry) => entry.span.start === suppression.idSpan.start);
	const next = ids[index + 1];
	const previous = ids[index - 1];
	if (next !== undefined) return { span: { start: suppression.idSpan.start, end: next.span.start }, newText: "" };
	if (previous !== undefined) return { span: { start: previous.span.end, end: suppression.idSpan.end }, newText: "" };
	const line = lineAt(file.lineStarts, span.start);
	return { span: { start: file.lineStarts[line] ?? span.start, end: file.lineStarts[line + 1] ?? file.text.length }, newText: "" };
}
