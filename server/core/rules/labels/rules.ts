import type { Rule } from "../rule.ts";
import { descriptionCommentFormat } from "./description-comment-format.ts";
import { labelBaseDigestStale } from "./label-base-digest-stale.ts";
import { labelDateInvalid } from "./label-date-invalid.ts";
import { labelDuplicateKey } from "./label-duplicate-key.ts";
import { labelEmailInvalid } from "./label-email-invalid.ts";
import { labelEmpty } from "./label-empty.ts";
import { labelInNonShippedStage } from "./label-in-non-shipped-stage.ts";
import { labelKeyInvalid } from "./label-key-invalid.ts";
import { labelLicenseInvalid } from "./label-license-invalid.ts";
import { labelNotAllowed } from "./label-not-allowed.ts";
import { labelOverlapsBuildTool } from "./label-overlaps-build-tool.ts";
import { labelRequiredMissing } from "./label-required-missing.ts";
import { labelRevisionInvalid } from "./label-revision-invalid.ts";
import { labelUrlInvalid } from "./label-url-invalid.ts";
import { labelVersionInvalid } from "./label-version-invalid.ts";
import { maintainerDeprecated } from "./maintainer-deprecated.ts";
import { ociLabelsHardcoded } from "./oci-labels-hardcoded.ts";
import { ociLabelsMissing } from "./oci-labels-missing.ts";
import { todoComment } from "./todo-comment.ts";

export const LABELS_RULES: readonly Rule[] = [
	maintainerDeprecated,
	ociLabelsMissing,
	labelInNonShippedStage,
	labelKeyInvalid,
	labelDuplicateKey,
	ociLabelsHardcoded,
	labelRequiredMissing,
	labelNotAllowed,
	labelEmpty,
	labelUrlInvalid,
	labelDateInvalid,
	labelLicenseInvalid,
	labelRevisionInvalid,
	labelVersionInvalid,
	labelEmailInvalid,
	labelOverlapsBuildTool,
	labelBaseDigestStale,
	descriptionCommentFormat,
	todoComment,
];
