import type { Rule } from "../rule.ts";

export const LABELS_RULES: readonly Rule[] = [];
