import type { Rule } from "../rule.ts";

export const USER_RULES: readonly Rule[] = [];
