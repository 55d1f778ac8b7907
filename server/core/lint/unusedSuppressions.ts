import { replace } from "../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { EditFix, LintSeverity } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { findRule, RULES } from "../rules/registry.ts";
import type { Report, Rule } from "../rules/rule.ts";
import { lineAt, type SpanEdit, shortened } from "../text.ts";
import type { LintOptions } from "./options.ts";
import type { Suppression } from "./suppression.ts";
import { suppressionFaultsOf, suppressionsOf } from "./suppressions.ts";

const RULE = "suppression-unused-or-unknown";

/** Reports with the rule and the severity that they have here. */
export type UnusedFound = readonly (readonly [Rule, LintSeverity, Report])[];

/**
 * What `suppression-unused-or-unknown` reports: only the whole run can tell, so that the engine finds it and not the rule.
 * `silence` takes what is found of comments that do not name that rule, and reports what no other comment silences.
 */
export function unusedSuppressions(
	file: Dockerfile,
	used: ReadonlySet<Suppression>,
	options: LintOptions,
	silence: (found: UnusedFound) => void,
): UnusedFound {
	const severity = options.rules.get(RULE);
	const rule = findRule(RULE);
	if (severity === undefined || rule === undefined) return [];
	const own = suppressionsOf(file).filter(({ tool }) => tool === "hullguard");
	const found = (reports: readonly Report[]): UnusedFound => reports.map((report) => [rule, severity, report]);
	const meaning = guesser();
	const reportsOn = (suppressions: readonly Suppression[]): readonly Report[] =>
		suppressions.flatMap((suppression) => reportOn(file, suppression, used, options, meaning) ?? []);
	silence(found([...faults(file, options), ...reportsOn(own.filter((suppression) => !namesThis(suppression)))]));
	return found(reportsOn(own.filter(namesThis)));
}

function namesThis({ id }: Suppression): boolean {
	return id === RULE;
}

function faults(file: Dockerfile, { options }: LintOptions): readonly Report[] {
	const wantsReasons = options?.[RULE]?.["reasons"] === true;
	return suppressionFaultsOf(file).filter(({ isMissingReason }) => wantsReasons || isMissingReason !== true);
}

function reportOn(
	file: Dockerfile,
	suppression: Suppression,
	used: ReadonlySet<Suppression>,
	options: LintOptions,
	meaning: Guesser,
): Report | undefined {
	const { id, idSpan } = suppression;
	const report = (message: string, safety: EditFix["safety"], first: readonly EditFix[] = []): Report => ({
		span: idSpan,
		message,
		tags: ["unnecessary"],
		fixes: [...first, { title: `Remove ${id} from the comment`, safety, edits: [removal(file, suppression)] }],
	});
	if (id !== "*" && findRule(ruleIdIn(id)) === undefined) return reportUnknown(suppression, report, meaning);
	const complaint = complaintAbout(suppression, used, options);
	return complaint === undefined ? undefined : report(complaint, "safe");
}

function complaintAbout(suppression: Suppression, used: ReadonlySet<Suppression>, options: LintOptions): string | undefined {
	const { id, scope, reason, until } = suppression;
	if (id === "*") {
		if (scope.kind !== "file") return "`*` silences nothing here; only hullguard-ignore-file may use it";
		return reason === undefined ? "`*` silences nothing without a reason" : undefined;
	}
	if (until !== undefined && options.today !== undefined && until < options.today) return `The exception for ${id} ended on ${until}`;
	// A rule that is off cannot show whether its exception is needed.
	if (used.has(suppression) || !options.rules.has(ruleIdIn(id)) || isPartlyOff(id, options)) return undefined;
	return `${id} finds nothing here`;
}

/** Whether a sub-code is off, or one of a rule. */
function isPartlyOff(id: string, { codes }: LintOptions): boolean {
	return [...(codes ?? [])].some(([code, level]) => level === "off" && (code === id || code.startsWith(`${id}/`)));
}

/** Somebody meant an exception: where it can be told which one, it is not removed without asking, and neither are words for people. */
function reportUnknown(
	{ id, idSpan }: Suppression,
	report: (message: string, safety: EditFix["safety"], first?: readonly EditFix[]) => Report,
	meaning: Guesser,
): Report {
	const shown = shortened(id, 30);
	const rules = RULES_OF_PEERS.get(id.toLowerCase());
	const rename = (name: string): EditFix => ({ title: `Write ${name}`, safety: "review", edits: [replace(idSpan, name)] });
	if (rules !== undefined)
		return report(
			`${shown} is another tool's check: here it is ${rules.length === 1 ? shortened(rules[0] ?? "", 45) : `${rules.length} rules`}`,
			"review",
			[rename(rules.join(", "))],
		);
	const meant = meaning(id);
	if (meant?.rule !== undefined) return report(`There is no rule ${shown}, but there is ${meant.rule}`, "review", [rename(meant.rule)]);
	const isName = meant !== undefined && /^[a-z0-9]+(?:-[a-z0-9]+)+(?:\/\S+)?$/.test(id);
	return report(`There is no rule ${shortened(id, 60)}`, isName ? "safe" : "review");
}

/** Which rule a misspelt id means, if any; undefined where nobody looked for one. */
type Guesser = (id: string) => { readonly rule: string | undefined } | undefined;

/** A file with more misspelt ids than these is not one that somebody wrote. */
const MOST_GUESSES = 50;

const RULE_IDS = RULES.map(({ id }) => id);

function guesser(): Guesser {
	const known = new Map<string, { readonly rule: string | undefined }>();
	return (id) => {
		const before = known.get(id);
		if (before !== undefined || known.size >= MOST_GUESSES) return before;
		const guess = { rule: nearest(id, RULE_IDS) };
		known.set(id, guess);
		return guess;
	};
}

/** The rules that check what a check of another tool does, by its id in lower case. */
const RULES_OF_PEERS = rulesOfPeers();

function rulesOfPeers(): ReadonlyMap<string, readonly string[]> {
	const rules = new Map<string, string[]>();
	for (const rule of RULES) {
		for (const { id, relation } of rule.equivalents) {
			const key = id.toLowerCase();
			const known = rules.get(key) ?? [];
			rules.set(key, known);
			if (relation === "same" && !known.includes(rule.id)) known.push(rule.id);
		}
	}
	return new Map([...rules].filter(([, ids]) => ids.length > 0));
}

function ruleIdIn(id: string): string {
	return id.split("/")[0] ?? id;
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
