import type { Rule } from "../rule.ts";
import { secretInArgOrEnv } from "./secret-in-arg-or-env.ts";
import { secretLiteralInFile } from "./secret-literal-in-file.ts";

export const SECRETS_RULES: readonly Rule[] = [secretInArgOrEnv, secretLiteralInFile];
