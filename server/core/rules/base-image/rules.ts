import type { Rule } from "../rule.ts";
import { baseImageDigestInArgDefault } from "./base-image-digest-in-arg-default.ts";
import { baseImageDigestMissing } from "./base-image-digest-missing.ts";
import { baseImageEndOfLife } from "./base-image-end-of-life.ts";
import { baseImageLatestTag } from "./base-image-latest-tag.ts";
import { baseImageUntagged } from "./base-image-untagged.ts";
import { finalStageFromSdkImage } from "./final-stage-from-sdk-image.ts";

export const BASE_IMAGE_RULES: readonly Rule[] = [
	baseImageDigestMissing,
	baseImageUntagged,
	baseImageLatestTag,
	baseImageDigestInArgDefault,
	finalStageFromSdkImage,
	baseImageEndOfLife,
];
