import type { Rule } from "../rule.ts";
import { apkCacheKept } from "./apk-cache-kept.ts";
import { aptInstallRecommends } from "./apt-install-recommends.ts";
import { aptInstallWithoutYes } from "./apt-install-without-yes.ts";
import { aptListsNotRemoved } from "./apt-lists-not-removed.ts";
import { packageIndexUpdateAlone } from "./package-index-update-alone.ts";
import { pipCacheKept } from "./pip-cache-kept.ts";
import { securityUpgradeMissing } from "./security-upgrade-missing.ts";

export const PACKAGES_RULES: readonly Rule[] = [
	apkCacheKept,
	aptListsNotRemoved,
	aptInstallRecommends,
	aptInstallWithoutYes,
	packageIndexUpdateAlone,
	pipCacheKept,
	securityUpgradeMissing,
];
