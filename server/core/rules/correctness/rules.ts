import type { Rule } from "../rule.ts";
import { addInsteadOfCopy } from "./add-instead-of-copy.ts";
import { argOutOfScope } from "./arg-out-of-scope.ts";
import { argOverriddenByEnv } from "./arg-overridden-by-env.ts";
import { argUnused } from "./arg-unused.ts";
import { argumentCountWrong } from "./argument-count-wrong.ts";
import { continuationBroken } from "./continuation-broken.ts";
import { copyFromEmptyStage } from "./copy-from-empty-stage.ts";
import { copyFromNumericIndex } from "./copy-from-numeric-index.ts";
import { copyFromSelf } from "./copy-from-self.ts";
import { copyFromUnknownStage } from "./copy-from-unknown-stage.ts";
import { copyFromVariable } from "./copy-from-variable.ts";
import { copyMultipleSourcesNeedsSlash } from "./copy-multiple-sources-needs-slash.ts";
import { copyRelativeDestination } from "./copy-relative-destination.ts";
import { copySourceGlobSuspicious } from "./copy-source-glob-suspicious.ts";
import { copySourceIgnored } from "./copy-source-ignored.ts";
import { copySourceMissing } from "./copy-source-missing.ts";
import { copySourceOutsideContext } from "./copy-source-outside-context.ts";
import { directiveIneffective } from "./directive-ineffective.ts";
import { directiveInvalid } from "./directive-invalid.ts";
import { downloadArchHardcoded } from "./download-arch-hardcoded.ts";
import { emptyContinuationLine } from "./empty-continuation-line.ts";
import { envSelfReference } from "./env-self-reference.ts";
import { envUnsetInOtherLayer } from "./env-unset-in-other-layer.ts";
import { flagDuplicate } from "./flag-duplicate.ts";
import { flagValueInvalid } from "./flag-value-invalid.ts";
import { flagValueMissing } from "./flag-value-missing.ts";
import { healthcheckOptionsInvalid } from "./healthcheck-options-invalid.ts";
import { heredocInvalid } from "./heredoc-invalid.ts";
import { instructionBeforeFrom } from "./instruction-before-from.ts";
import { invisibleCharacter } from "./invisible-character.ts";
import { jsonFormMalformed } from "./json-form-malformed.ts";
import { keyValueSyntax } from "./key-value-syntax.ts";
import { legacyKeyValue } from "./legacy-key-value.ts";
import { lineEndingsMixed } from "./line-endings-mixed.ts";
import { noStage } from "./no-stage.ts";
import { onbuildDiscouraged } from "./onbuild-discouraged.ts";
import { onbuildTriggerInvalid } from "./onbuild-trigger-invalid.ts";
import { parseError } from "./parse-error.ts";
import { platformArgNotDeclared } from "./platform-arg-not-declared.ts";
import { runMountInvalid } from "./run-mount-invalid.ts";
import { shellInstructionNotJson } from "./shell-instruction-not-json.ts";
import { stageCircular } from "./stage-circular.ts";
import { stageNameDuplicate } from "./stage-name-duplicate.ts";
import { stageNameInvalid } from "./stage-name-invalid.ts";
import { stageNameReserved } from "./stage-name-reserved.ts";
import { stageUnnamed } from "./stage-unnamed.ts";
import { unknownFlag } from "./unknown-flag.ts";
import { unknownInstruction } from "./unknown-instruction.ts";
import { variableModifierUnsupported } from "./variable-modifier-unsupported.ts";
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
	argumentCountWrong,
	instructionBeforeFrom,
	jsonFormMalformed,
	noStage,
	onbuildTriggerInvalid,
	shellInstructionNotJson,
	directiveIneffective,
	directiveInvalid,
	heredocInvalid,
	keyValueSyntax,
	variableModifierUnsupported,
	copyFromEmptyStage,
	copyFromNumericIndex,
	copyFromSelf,
	copyFromVariable,
	stageCircular,
	stageNameDuplicate,
	stageNameInvalid,
	stageNameReserved,
	stageUnnamed,
	addInsteadOfCopy,
	copyMultipleSourcesNeedsSlash,
	copyRelativeDestination,
	copySourceGlobSuspicious,
	copySourceIgnored,
	copySourceMissing,
	copySourceOutsideContext,
	argOutOfScope,
	argOverriddenByEnv,
	argUnused,
	downloadArchHardcoded,
	envSelfReference,
	envUnsetInOtherLayer,
	platformArgNotDeclared,
	continuationBroken,
	emptyContinuationLine,
	invisibleCharacter,
	lineEndingsMixed,
	onbuildDiscouraged,
];
