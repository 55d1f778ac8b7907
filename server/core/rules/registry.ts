import { BASE_IMAGE_RULES } from "./base-image/rules.ts";
import { CACHE_RULES } from "./cache/rules.ts";
import { CORRECTNESS_RULES } from "./correctness/rules.ts";
import { withInheritedEquivalents } from "./inheritedEquivalents.ts";
import { LABELS_RULES } from "./labels/rules.ts";
import { PACKAGES_RULES } from "./packages/rules.ts";
import type { Rule } from "./rule.ts";
import { RUNTIME_RULES } from "./runtime/rules.ts";
import { SECRETS_RULES } from "./secrets/rules.ts";
import { STYLE_RULES } from "./style/rules.ts";
import { SUPPLY_CHAIN_RULES } from "./supply-chain/rules.ts";
import { USER_RULES } from "./user/rules.ts";

/** Every rule there is, by category. */
export const RULES: readonly Rule[] = withInheritedEquivalents([
	...BASE_IMAGE_RULES,
	...USER_RULES,
	...PACKAGES_RULES,
	...SECRETS_RULES,
	...SUPPLY_CHAIN_RULES,
	...CACHE_RULES,
	...RUNTIME_RULES,
	...LABELS_RULES,
	...CORRECTNESS_RULES,
	...STYLE_RULES,
]);

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

export function findRule(id: string): Rule | undefined {
	return byId.get(id);
}
