import type { Rule } from "../rule.ts";
import { secretCredentialCommandWithoutMount } from "./secret-credential-command-without-mount.ts";
import { secretDeletedInLaterLayer } from "./secret-deleted-in-later-layer.ts";
import { secretFileCopied } from "./secret-file-copied.ts";
import { secretInArgOrEnv } from "./secret-in-arg-or-env.ts";
import { secretLiteralInFile } from "./secret-literal-in-file.ts";
import { secretMountNotRequired } from "./secret-mount-not-required.ts";
import { secretMountWorldReadable } from "./secret-mount-world-readable.ts";

export const SECRETS_RULES: readonly Rule[] = [
	secretInArgOrEnv,
	secretLiteralInFile,
	secretCredentialCommandWithoutMount,
	secretFileCopied,
	secretDeletedInLaterLayer,
	secretMountWorldReadable,
	secretMountNotRequired,
];
