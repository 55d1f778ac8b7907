import type { Rule } from "../rule.ts";
import { execFormPreferred } from "./exec-form-preferred.ts";

export const RUNTIME_RULES: readonly Rule[] = [execFormPreferred];
