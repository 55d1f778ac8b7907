import type { Rule } from "../rule.ts";
import { suppressionUnusedOrUnknown } from "./suppression-unused-or-unknown.ts";

export const STYLE_RULES: readonly Rule[] = [suppressionUnusedOrUnknown];
