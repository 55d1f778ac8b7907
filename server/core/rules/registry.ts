import { BASE_IMAGE_RULES } from "./base-image/rules.ts";
import { PACKAGES_RULES } from "./packages/rules.ts";
import type { Rule } from "./rule.ts";
import { STYLE_RULES } from "./style/rules.ts";
import { USER_RULES } from "./user/rules.ts";

/** Every rule there is, by category and then by name. */
export const RULES: readonly Rule[] = [...BASE_IMAGE_RULES, ...USER_RULES, ...PACKAGES_RULES, ...STYLE_RULES];

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

export function findRule(id: string): Rule | undefined {
	return byId.get(id);
}
