import type { Rule } from "../rule.ts";

export const SUPPLY_CHAIN_RULES: readonly Rule[] = [];
