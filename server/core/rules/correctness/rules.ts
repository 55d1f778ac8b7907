import type { Rule } from "../rule.ts";

export const CORRECTNESS_RULES: readonly Rule[] = [];
