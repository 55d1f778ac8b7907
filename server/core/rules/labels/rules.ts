import type { Rule } from "../rule.ts";
import { maintainerDeprecated } from "./maintainer-deprecated.ts";
import { ociLabelsMissing } from "./oci-labels-missing.ts";

export const LABELS_RULES: readonly Rule[] = [maintainerDeprecated, ociLabelsMissing];
