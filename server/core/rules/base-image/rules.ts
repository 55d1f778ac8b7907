import type { Rule } from "../rule.ts";
import { baseImageDigestMissing } from "./base-image-digest-missing.ts";

export const BASE_IMAGE_RULES: readonly Rule[] = [baseImageDigestMissing];
