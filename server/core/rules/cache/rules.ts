import type { Rule } from "../rule.ts";
import { cacheMountMissing } from "./cache-mount-missing.ts";
import { copyWholeContext } from "./copy-whole-context.ts";
import { dependencyLayerMissing } from "./dependency-layer-missing.ts";

export const CACHE_RULES: readonly Rule[] = [copyWholeContext, cacheMountMissing, dependencyLayerMissing];
