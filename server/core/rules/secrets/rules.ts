import type { Rule } from "../rule.ts";
import { secretCredentialCommandWithoutMount } from "./secret-credential-command-without-mount.ts";
import { secretInArgOrEnv } from "./secret-in-arg-or-env.ts";
import { secretLiteralInFile } from "./secret-literal-in-file.ts";

export const SECRETS_RULES: readonly Rule[] = [secretInArgOrEnv, secretLiteralInFile, secretCredentialCommandWithoutMount];
