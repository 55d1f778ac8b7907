import type { Rule } from "../rule.ts";
import { copyFromUnknownStage } from "./copy-from-unknown-stage.ts";
import { flagDuplicate } from "./flag-duplicate.ts";
import { flagValueInvalid } from "./flag-value-invalid.ts";
import { flagValueMissing } from "./flag-value-missing.ts";
import { healthcheckOptionsInvalid } from "./healthcheck-options-invalid.ts";
import { legacyKeyValue } from "./legacy-key-value.ts";
import { parseError } from "./parse-error.ts";
import { runMountInvalid } from "./run-mount-invalid.ts";
import { unknownFlag } from "./unknown-flag.ts";
import { unknownInstruction } from "./unknown-instruction.ts";
import { variableUndefined } from "./variable-undefined.ts";

export const CORRECTNESS_RULES: readonly Rule[] = [
	variableUndefined,
	legacyKeyValue,
	parseError,
	unknownInstruction,
	copyFromUnknownStage,
	flagDuplicate,
	flagValueInvalid,
	flagValueMissing,
	healthcheckOptionsInvalid,
	runMountInvalid,
	unknownFlag,
];
