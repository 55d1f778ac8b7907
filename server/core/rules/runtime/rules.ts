import type { Rule } from "../rule.ts";
import { execFormPreferred } from "./exec-form-preferred.ts";
import { healthcheckMissing } from "./healthcheck-missing.ts";
import { pipefailMissing } from "./pipefail-missing.ts";
import { pythonRuntimeEnvMissing } from "./python-runtime-env-missing.ts";

export const RUNTIME_RULES: readonly Rule[] = [execFormPreferred, healthcheckMissing, pipefailMissing, pythonRuntimeEnvMissing];
