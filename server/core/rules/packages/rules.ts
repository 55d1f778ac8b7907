import type { Rule } from "../rule.ts";
import { apkCacheKept } from "./apk-cache-kept.ts";
import { apkVersionUnpinned } from "./apk-version-unpinned.ts";
import { aptFrontendPersisted } from "./apt-frontend-persisted.ts";
import { aptInstallRecommends } from "./apt-install-recommends.ts";
import { aptInstallWithoutYes } from "./apt-install-without-yes.ts";
import { aptInstallsSplit } from "./apt-installs-split.ts";
import { aptInsteadOfAptGet } from "./apt-instead-of-apt-get.ts";
import { aptKeyDeprecated } from "./apt-key-deprecated.ts";
import { aptListsNotRemoved } from "./apt-lists-not-removed.ts";
import { aptVersionUnpinned } from "./apt-version-unpinned.ts";
import { buildDependenciesLeftInLayer } from "./build-dependencies-left-in-layer.ts";
import { bundlerCacheKept } from "./bundler-cache-kept.ts";
import { bundlerFlagsDeprecated } from "./bundler-flags-deprecated.ts";
import { bundlerInstallRedundant } from "./bundler-install-redundant.ts";
import { cargoInstallUnpinned } from "./cargo-install-unpinned.ts";
import { cleanupInLaterLayer } from "./cleanup-in-later-layer.ts";
import { condaUnpinnedOrCacheKept } from "./conda-unpinned-or-cache-kept.ts";
import { configureWithoutBuildTriplet } from "./configure-without-build-triplet.ts";
import { devDependenciesInstalled } from "./dev-dependencies-installed.ts";
import { dnfCacheKept } from "./dnf-cache-kept.ts";
import { dnfInstallWithoutYes } from "./dnf-install-without-yes.ts";
import { dnfVersionUnpinned } from "./dnf-version-unpinned.ts";
import { dotnetOrChocoUnpinned } from "./dotnet-or-choco-unpinned.ts";
import { gemVersionUnpinned } from "./gem-version-unpinned.ts";
import { goInstallUnpinned } from "./go-install-unpinned.ts";
import { languageCacheKept } from "./language-cache-kept.ts";
import { npmCacheKept } from "./npm-cache-kept.ts";
import { npmVersionUnpinned } from "./npm-version-unpinned.ts";
import { packageDocsNotExcluded } from "./package-docs-not-excluded.ts";
import { packageIndexUpdateAlone } from "./package-index-update-alone.ts";
import { packageManagerSafetyOverride } from "./package-manager-safety-override.ts";
import { packageSignatureCheckDisabled } from "./package-signature-check-disabled.ts";
import { pacmanUsage } from "./pacman-usage.ts";
import { pipCacheKept } from "./pip-cache-kept.ts";
import { pipVersionUnpinned } from "./pip-version-unpinned.ts";
import { pointlessCommandInRun } from "./pointless-command-in-run.ts";
import { pythonVenvMissing } from "./python-venv-missing.ts";
import { runnerToolUnpinned } from "./runner-tool-unpinned.ts";
import { securityUpgradeMissing } from "./security-upgrade-missing.ts";
import { sshServerInstalled } from "./ssh-server-installed.ts";
import { systemUpgradeDiscouraged } from "./system-upgrade-discouraged.ts";
import { temporaryFilesLeftInLayer } from "./temporary-files-left-in-layer.ts";
import { thirdPartyRepoAdded } from "./third-party-repo-added.ts";
import { thirdPartyRepoWithoutSignedBy } from "./third-party-repo-without-signed-by.ts";
import { unnecessaryPackage } from "./unnecessary-package.ts";
import { wgetAndCurlBoth } from "./wget-and-curl-both.ts";
import { yarnCacheKept } from "./yarn-cache-kept.ts";
import { yumCacheKept } from "./yum-cache-kept.ts";
import { yumInstallWithoutYes } from "./yum-install-without-yes.ts";
import { yumVersionUnpinned } from "./yum-version-unpinned.ts";
import { zypperCacheKept } from "./zypper-cache-kept.ts";
import { zypperDistUpgrade } from "./zypper-dist-upgrade.ts";
import { zypperInstallInteractive } from "./zypper-install-interactive.ts";
import { zypperVersionUnpinned } from "./zypper-version-unpinned.ts";

export const PACKAGES_RULES: readonly Rule[] = [
	apkCacheKept,
	apkVersionUnpinned,
	aptFrontendPersisted,
	aptInstallRecommends,
	aptInstallWithoutYes,
	aptInstallsSplit,
	aptInsteadOfAptGet,
	aptKeyDeprecated,
	aptListsNotRemoved,
	aptVersionUnpinned,
	buildDependenciesLeftInLayer,
	bundlerCacheKept,
	bundlerFlagsDeprecated,
	bundlerInstallRedundant,
	cargoInstallUnpinned,
	cleanupInLaterLayer,
	condaUnpinnedOrCacheKept,
	configureWithoutBuildTriplet,
	devDependenciesInstalled,
	dnfCacheKept,
	dnfInstallWithoutYes,
	dnfVersionUnpinned,
	dotnetOrChocoUnpinned,
	gemVersionUnpinned,
	goInstallUnpinned,
	languageCacheKept,
	npmCacheKept,
	npmVersionUnpinned,
	packageDocsNotExcluded,
	packageIndexUpdateAlone,
	packageManagerSafetyOverride,
	packageSignatureCheckDisabled,
	pacmanUsage,
	pipCacheKept,
	pipVersionUnpinned,
	pointlessCommandInRun,
	pythonVenvMissing,
	runnerToolUnpinned,
	securityUpgradeMissing,
	sshServerInstalled,
	systemUpgradeDiscouraged,
	temporaryFilesLeftInLayer,
	thirdPartyRepoAdded,
	thirdPartyRepoWithoutSignedBy,
	unnecessaryPackage,
	wgetAndCurlBoth,
	yarnCacheKept,
	yumCacheKept,
	yumInstallWithoutYes,
	yumVersionUnpinned,
	zypperCacheKept,
	zypperDistUpgrade,
	zypperInstallInteractive,
	zypperVersionUnpinned,
];
