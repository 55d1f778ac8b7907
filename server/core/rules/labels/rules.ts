import type { Rule } from "../rule.ts";
import { labelDuplicateKey } from "./label-duplicate-key.ts";
import { labelInNonShippedStage } from "./label-in-non-shipped-stage.ts";
import { labelKeyInvalid } from "./label-key-invalid.ts";
import { maintainerDeprecated } from "./maintainer-deprecated.ts";
import { ociLabelsHardcoded } from "./oci-labels-hardcoded.ts";
import { ociLabelsMissing } from "./oci-labels-missing.ts";

export const LABELS_RULES: readonly Rule[] = [
	maintainerDeprecated,
	ociLabelsMissing,
	labelInNonShippedStage,
	labelKeyInvalid,
	labelDuplicateKey,
	ociLabelsHardcoded,
];
