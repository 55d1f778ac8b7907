import type { Rule } from "../rule.ts";
import { addRemoteUrlDiscouraged } from "./add-remote-url-discouraged.ts";
import { addRemoteWithoutChecksum } from "./add-remote-without-checksum.ts";
import { artifactSignatureNotVerified } from "./artifact-signature-not-verified.ts";
import { buildNotHermetic } from "./build-not-hermetic.ts";
import { bunFrozenLockfileMissing } from "./bun-frozen-lockfile-missing.ts";
import { bundleFrozenMissing } from "./bundle-frozen-missing.ts";
import { cacheMountFeedsArtifact } from "./cache-mount-feeds-artifact.ts";
import { cargoLockedMissing } from "./cargo-locked-missing.ts";
import { clearTextDownload } from "./clear-text-download.ts";
import { compilerHardeningDisabled } from "./compiler-hardening-disabled.ts";
import { composerLockNotEnforced } from "./composer-lock-not-enforced.ts";
import { copyFromImageUnpinned } from "./copy-from-image-unpinned.ts";
import { copyWholeStageRoot } from "./copy-whole-stage-root.ts";
import { curlNotFollowingRedirects } from "./curl-not-following-redirects.ts";
import { curlWithoutFail } from "./curl-without-fail.ts";
import { dotnetLockedModeMissing } from "./dotnet-locked-mode-missing.ts";
import { downloadLatestUrl } from "./download-latest-url.ts";
import { downloadWithoutIntegrityCheck } from "./download-without-integrity-check.ts";
import { gitSafeDirectoryWildcard } from "./git-safe-directory-wildcard.ts";
import { goBuildNotReproducible } from "./go-build-not-reproducible.ts";
import { goChecksumDbDisabled } from "./go-checksum-db-disabled.ts";
import { goModNotVerified } from "./go-mod-not-verified.ts";
import { gpgKeyFetchUnsafe } from "./gpg-key-fetch-unsafe.ts";
import { imageLicencePolicy } from "./image-licence-policy.ts";
import { imageSignaturePolicyMissing } from "./image-signature-policy-missing.ts";
import { installScriptsEnabled } from "./install-scripts-enabled.ts";
import { jvmDependencyVerificationMissing } from "./jvm-dependency-verification-missing.ts";
import { knownBadArtifactDownload } from "./known-bad-artifact-download.ts";
import { npmCiNotUsed } from "./npm-ci-not-used.ts";
import { packageIndexConfusion } from "./package-index-confusion.ts";
import { packageNameSuspicious } from "./package-name-suspicious.ts";
import { pipRequireHashesMissing } from "./pip-require-hashes-missing.ts";
import { pipRunsSetupCode } from "./pip-runs-setup-code.ts";
import { pnpmFrozenLockfileMissing } from "./pnpm-frozen-lockfile-missing.ts";
import { preferAddForDownloads } from "./prefer-add-for-downloads.ts";
import { pythonLockfileNotEnforced } from "./python-lockfile-not-enforced.ts";
import { redirectProtocolDowngrade } from "./redirect-protocol-downgrade.ts";
import { remoteGitRefMutable } from "./remote-git-ref-mutable.ts";
import { remoteScriptPipedToShell } from "./remote-script-piped-to-shell.ts";
import { reproducibleEpochMissing } from "./reproducible-epoch-missing.ts";
import { sbomScanArgIneffective } from "./sbom-scan-arg-ineffective.ts";
import { sbomScanContextMissing } from "./sbom-scan-context-missing.ts";
import { sbomScanStageMissing } from "./sbom-scan-stage-missing.ts";
import { sha256sumInputFormat } from "./sha256sum-input-format.ts";
import { suspiciousCommand } from "./suspicious-command.ts";
import { syntaxDirectiveMissing } from "./syntax-directive-missing.ts";
import { syntaxDirectiveUnpinned } from "./syntax-directive-unpinned.ts";
import { tlsVerificationDisabled } from "./tls-verification-disabled.ts";
import { tlsWeakProtocol } from "./tls-weak-protocol.ts";
import { vexCopiedIntoImage } from "./vex-copied-into-image.ts";
import { weakHashVerification } from "./weak-hash-verification.ts";
import { yarnImmutableMissing } from "./yarn-immutable-missing.ts";

export const SUPPLY_CHAIN_RULES: readonly Rule[] = [
	downloadWithoutIntegrityCheck,
	remoteScriptPipedToShell,
	tlsVerificationDisabled,
	addRemoteWithoutChecksum,
	copyFromImageUnpinned,
	syntaxDirectiveMissing,
	sbomScanContextMissing,
	sbomScanStageMissing,
	npmCiNotUsed,
	yarnImmutableMissing,
	pnpmFrozenLockfileMissing,
	bunFrozenLockfileMissing,
	cargoLockedMissing,
	bundleFrozenMissing,
	composerLockNotEnforced,
	pythonLockfileNotEnforced,
	curlWithoutFail,
	curlNotFollowingRedirects,
	redirectProtocolDowngrade,
	sha256sumInputFormat,
	weakHashVerification,
	tlsWeakProtocol,
	knownBadArtifactDownload,
	downloadLatestUrl,
	clearTextDownload,
	sbomScanArgIneffective,
	copyWholeStageRoot,
	goChecksumDbDisabled,
	packageIndexConfusion,
	suspiciousCommand,
	gpgKeyFetchUnsafe,
	remoteGitRefMutable,
	gitSafeDirectoryWildcard,
	pipRequireHashesMissing,
	goModNotVerified,
	dotnetLockedModeMissing,
	jvmDependencyVerificationMissing,
	installScriptsEnabled,
	cacheMountFeedsArtifact,
	addRemoteUrlDiscouraged,
	preferAddForDownloads,
	artifactSignatureNotVerified,
	vexCopiedIntoImage,
	syntaxDirectiveUnpinned,
	pipRunsSetupCode,
	buildNotHermetic,
	reproducibleEpochMissing,
	goBuildNotReproducible,
	compilerHardeningDisabled,
	packageNameSuspicious,
	imageSignaturePolicyMissing,
	imageLicencePolicy,
];
