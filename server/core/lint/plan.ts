import type { LintSeverity } from "../finding.ts";
import { RULES } from "../rules/registry.ts";
import type { OptionValue, Rule, RuleContext } from "../rules/rule.ts";
import { NO_WORKSPACE } from "../rules/workspaceFacts.ts";
import type { LintOptions } from "./options.ts";

/** A rule that runs, and what it is run with. */
export interface PlannedRule {
	readonly rule: Rule;
	readonly severity: LintSeverity;
	readonly context: RuleContext;
	/** The rule's own: rules differ in what they have, which makes them slow to look into. */
	readonly check: Rule["check"];
}

/** What a rule has by itself, once and for all. */
interface Registered {
	readonly rule: Rule;
	readonly id: string;
	readonly defaults: Readonly<Record<string, OptionValue>>;
	readonly check: Rule["check"];
}

/** By the number of the rule. */
const REGISTERED: readonly Registered[] = RULES.map((rule) => ({
	rule,
	id: rule.id,
	defaults: Object.fromEntries((rule.options ?? []).map((option) => [option.name, option.default])),
	check: rule.check,
}));

/** How the rule of a number in the registry runs with some options; undefined if it is off. */
export function plannedRule(number: number, { rules, options: given, workspace = NO_WORKSPACE }: LintOptions): PlannedRule | undefined {
	const { rule, id, defaults, check } = REGISTERED[number] as Registered;
	const severity = rules.get(id);
	if (severity === undefined) return undefined;
	const own = given?.[id];
	return { rule, severity, context: { options: own === undefined ? defaults : { ...defaults, ...own }, workspace }, check };
}
