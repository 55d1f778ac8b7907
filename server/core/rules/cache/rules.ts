import type { Rule } from "../rule.ts";
import { cacheMountMissing } from "./cache-mount-missing.ts";
import { cacheMountSharingUnsafe } from "./cache-mount-sharing-unsafe.ts";
import { cacheMountTargetWrong } from "./cache-mount-target-wrong.ts";
import { copyWholeContext } from "./copy-whole-context.ts";
import { dependencyLayerMissing } from "./dependency-layer-missing.ts";

export const CACHE_RULES: readonly Rule[] = [
	copyWholeContext,
	cacheMountMissing,
	cacheMountTargetWrong,
	cacheMountSharingUnsafe,
	dependencyLayerMissing,
];
