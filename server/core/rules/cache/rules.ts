import type { Rule } from "../rule.ts";

export const CACHE_RULES: readonly Rule[] = [];
