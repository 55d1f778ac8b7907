import type { Rule } from "../rule.ts";

export const RUNTIME_RULES: readonly Rule[] = [];
