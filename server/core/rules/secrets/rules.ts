import type { Rule } from "../rule.ts";
import { cacheExportLeaksBuilderSecret } from "./cache-export-leaks-builder-secret.ts";
import { dockerignoreLacksSensitivePatterns } from "./dockerignore-lacks-sensitive-patterns.ts";
import { gitMetadataCopied } from "./git-metadata-copied.ts";
import { secretAssetPrecompile } from "./secret-asset-precompile.ts";
import { secretCredentialCommandWithoutMount } from "./secret-credential-command-without-mount.ts";
import { secretDeletedInLaterLayer } from "./secret-deleted-in-later-layer.ts";
import { secretFileCopied } from "./secret-file-copied.ts";
import { secretFlowsToFinalImage } from "./secret-flows-to-final-image.ts";
import { secretInArgOrEnv } from "./secret-in-arg-or-env.ts";
import { secretInHealthcheckOrCmd } from "./secret-in-healthcheck-or-cmd.ts";
import { secretInLabel } from "./secret-in-label.ts";
import { secretInUrl } from "./secret-in-url.ts";
import { secretLiteralInFile } from "./secret-literal-in-file.ts";
import { secretMountMisuse } from "./secret-mount-misuse.ts";
import { secretMountNotRequired } from "./secret-mount-not-required.ts";
import { secretMountWorldReadable } from "./secret-mount-world-readable.ts";
import { sensitiveBuildArgInProvenance } from "./sensitive-build-arg-in-provenance.ts";
import { sshHostKeyCheckDisabled } from "./ssh-host-key-check-disabled.ts";
import { sshKeyInBuild } from "./ssh-key-in-build.ts";

export const SECRETS_RULES: readonly Rule[] = [
	secretInArgOrEnv,
	secretLiteralInFile,
	secretCredentialCommandWithoutMount,
	secretFileCopied,
	secretDeletedInLaterLayer,
	secretMountWorldReadable,
	secretMountNotRequired,
	secretInUrl,
	secretInLabel,
	secretInHealthcheckOrCmd,
	sshKeyInBuild,
	sshHostKeyCheckDisabled,
	gitMetadataCopied,
	dockerignoreLacksSensitivePatterns,
	secretMountMisuse,
	secretFlowsToFinalImage,
	secretAssetPrecompile,
	sensitiveBuildArgInProvenance,
	cacheExportLeaksBuilderSecret,
];
