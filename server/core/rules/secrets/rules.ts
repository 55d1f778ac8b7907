import type { Rule } from "../rule.ts";

export const SECRETS_RULES: readonly Rule[] = [];
