import type { Rule } from "../rule.ts";
import { maintainerDeprecated } from "./maintainer-deprecated.ts";

export const LABELS_RULES: readonly Rule[] = [maintainerDeprecated];
