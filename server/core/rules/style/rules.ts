import type { Rule } from "../rule.ts";
import { fromAsCasing } from "./from-as-casing.ts";
import { instructionCasing } from "./instruction-casing.ts";
import { stageNameCasing } from "./stage-name-casing.ts";
import { suppressionUnusedOrUnknown } from "./suppression-unused-or-unknown.ts";
import { wgetProgressNoise } from "./wget-progress-noise.ts";

export const STYLE_RULES: readonly Rule[] = [
	instructionCasing,
	fromAsCasing,
	stageNameCasing,
	wgetProgressNoise,
	suppressionUnusedOrUnknown,
];
