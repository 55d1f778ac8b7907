import type { LintSeverity } from "../finding.ts";
import { remembered } from "../memo.ts";
import { RULES } from "../rules/registry.ts";
import type { OptionValue, Rule, RuleContext } from "../rules/rule.ts";
import { NO_WORKSPACE } from "../rules/workspaceFacts.ts";
import type { LintOptions } from "./options.ts";

/** What a rule has by itself. Rules differ in what they have, which makes them slow to look into; these do not. */
export interface RegisteredRule {
	readonly rule: Rule;
	readonly id: string;
	readonly check: Rule["check"];
	/** Its options, as they are by default. */
	readonly options: Readonly<Record<string, OptionValue>>;
}

/** By the number of the rule in the registry. */
export const REGISTERED_RULES: readonly RegisteredRule[] = RULES.map((rule) => ({
	rule,
	id: rule.id,
	check: rule.check,
	options: Object.fromEntries((rule.options ?? []).map((option) => [option.name, option.default])),
}));

/** By the number of a rule: its severity; undefined for those that are off. */
export const severitiesOf = remembered((rules: LintOptions["rules"]): readonly (LintSeverity | undefined)[] =>
	REGISTERED_RULES.map(({ id }) => rules.get(id)),
);

/** What a rule runs with. */
export function contextOf({ id, options }: RegisteredRule, { options: given, workspace = NO_WORKSPACE }: LintOptions): RuleContext {
	const own = given?.[id];
	return { options: own === undefined ? options : { ...options, ...own }, workspace };
}
