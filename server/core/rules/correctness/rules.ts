import type { Rule } from "../rule.ts";
import { copyFromUnknownStage } from "./copy-from-unknown-stage.ts";
import { legacyKeyValue } from "./legacy-key-value.ts";
import { parseError } from "./parse-error.ts";
import { unknownInstruction } from "./unknown-instruction.ts";
import { variableUndefined } from "./variable-undefined.ts";

export const CORRECTNESS_RULES: readonly Rule[] = [variableUndefined, legacyKeyValue, parseError, unknownInstruction, copyFromUnknownStage];
