import type { LintSeverity } from "../finding.ts";
import { remembered } from "../memo.ts";
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

/** What runs with some options: by the number of the rule in the registry; undefined for those that are off. */
export const planOf = remembered((options: LintOptions): readonly (PlannedRule | undefined)[] => {
	const { rules, options: given = {}, workspace = NO_WORKSPACE } = options;
	return RULES.map((rule) => {
		const severity = rules.get(rule.id);
		if (severity === undefined) return undefined;
		return { rule, severity, context: { options: { ...DEFAULTS[rule.id], ...given[rule.id] }, workspace }, check: rule.check };
	});
});

const DEFAULTS: Readonly<Record<string, Readonly<Record<string, OptionValue>>>> = Object.fromEntries(
	RULES.map(({ id, options = [] }) => [id, Object.fromEntries(options.map((option) => [option.name, option.default]))]),
);
