import type { Rule } from "../rule.ts";
import { baseImageArgDefaultInvalid } from "./base-image-arg-default-invalid.ts";
import { baseImageArgUndefined } from "./base-image-arg-undefined.ts";
import { baseImageDebugVariant } from "./base-image-debug-variant.ts";
import { baseImageDigestInArgDefault } from "./base-image-digest-in-arg-default.ts";
import { baseImageDigestMissing } from "./base-image-digest-missing.ts";
import { baseImageDigestOutdated } from "./base-image-digest-outdated.ts";
import { baseImageDigestWithoutTag } from "./base-image-digest-without-tag.ts";
import { baseImageEndOfLife } from "./base-image-end-of-life.ts";
import { baseImageFloatingTag } from "./base-image-floating-tag.ts";
import { baseImageKnownVulnerable } from "./base-image-known-vulnerable.ts";
import { baseImageLatestTag } from "./base-image-latest-tag.ts";
import { baseImageNameSuspicious } from "./base-image-name-suspicious.ts";
import { baseImageNewerTagAvailable } from "./base-image-newer-tag-available.ts";
import { baseImageNotMinimal } from "./base-image-not-minimal.ts";
import { baseImagePlatformConstant } from "./base-image-platform-constant.ts";
import { baseImagePlatformMismatch } from "./base-image-platform-mismatch.ts";
import { baseImagePlatformRedundant } from "./base-image-platform-redundant.ts";
import { baseImageReferenceInvalid } from "./base-image-reference-invalid.ts";
import { baseImageRegistryImplicit } from "./base-image-registry-implicit.ts";
import { baseImageRegistryNotAllowed } from "./base-image-registry-not-allowed.ts";
import { baseImageSinglePlatformDigest } from "./base-image-single-platform-digest.ts";
import { baseImageTagAndDigestTogether } from "./base-image-tag-and-digest-together.ts";
import { baseImageUntagged } from "./base-image-untagged.ts";
import { buildArgShadowingBaseVersion } from "./build-arg-shadowing-base-version.ts";
import { finalStageFromSdkImage } from "./final-stage-from-sdk-image.ts";
import { finalStageHasPackageManagerOrShell } from "./final-stage-has-package-manager-or-shell.ts";
import { multiStageBuildMissing } from "./multi-stage-build-missing.ts";

export const BASE_IMAGE_RULES: readonly Rule[] = [
	baseImageDigestMissing,
	baseImageUntagged,
	baseImageLatestTag,
	baseImageDigestInArgDefault,
	finalStageFromSdkImage,
	baseImageEndOfLife,
	baseImageDebugVariant,
	baseImagePlatformConstant,
	baseImagePlatformRedundant,
	baseImageArgUndefined,
	baseImageArgDefaultInvalid,
	baseImageReferenceInvalid,
	baseImageNameSuspicious,
	baseImageFloatingTag,
	baseImageDigestWithoutTag,
	baseImageTagAndDigestTogether,
	baseImageDigestOutdated,
	baseImageSinglePlatformDigest,
	baseImageNotMinimal,
	multiStageBuildMissing,
	baseImagePlatformMismatch,
	baseImageRegistryNotAllowed,
	baseImageRegistryImplicit,
	buildArgShadowingBaseVersion,
	finalStageHasPackageManagerOrShell,
	baseImageNewerTagAvailable,
	baseImageKnownVulnerable,
];
