import { ORDERLESS } from "../dockerfile/packages/packageOrder.ts";
import { PLATFORM_ARGS } from "../dockerfile/variables/predefined.ts";
import { DEPENDENCY_GROUPS } from "../knowledge/dependencyGroups.ts";
import { type ManagerId, PACKAGE_MANAGERS } from "../knowledge/packageManagers.ts";

/** What a file must have for a rule to find anything in it: one of each list. */
export interface Needs {
	/** Keywords, those inside ONBUILD included. */
	readonly instructions?: readonly string[];
	/** Words in the instructions and heredocs: runs of letters, in lower case (`apt` for apt-get, `sha` or `sum` for sha256sum). */
	readonly words?: readonly string[];
	/** Texts in the file, comments included, in lower case: for what is no word (`|`, `from=`), and for parts of words. Capital letters count alike. */
	readonly texts?: readonly string[];
}

/* Words that rules name in `onlyWith`, for what many of them look at. */

/** The words that calls of a package manager have one of. */
function wordsOf(...ids: readonly ManagerId[]): readonly string[] {
	const managers = ids.length === 0 ? PACKAGE_MANAGERS : PACKAGE_MANAGERS.filter(({ id }) => ids.includes(id));
	return [...new Set(managers.flatMap(({ programs }) => programs.map((program) => /^[a-z]+/.exec(program)?.[0] ?? program)))];
}

/** Calls of package managers that may bring development dependencies. */
export const DEVELOPMENT_MANAGER_WORDS: readonly string[] = wordsOf("pip", ...(Object.keys(DEPENDENCY_GROUPS) as ManagerId[]));
/** Calls of package managers for which the order of packages means nothing. */
export const ORDERLESS_MANAGER_WORDS: readonly string[] = wordsOf(...ORDERLESS);
/** Calls of any package manager. */
export const MANAGER_WORDS: readonly string[] = wordsOf();
/** Calls of apt-get, apt and aptitude. */
export const APT_WORDS: readonly string[] = wordsOf("apt");
/** Calls of DNF and its relatives. */
export const DNF_WORDS: readonly string[] = wordsOf("dnf", "yum", "microdnf", "tdnf");
/** Calls that install packages of a distribution. */
export const SYSTEM_MANAGER_WORDS: readonly string[] = wordsOf("apt", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper");
/** Calls that install packages of npm's registry. */
export const NODE_MANAGER_WORDS: readonly string[] = wordsOf("npm", "yarn", "pnpm", "bun");
/** Programs that download: wget2 is a wget, aria2c an aria. */
export const DOWNLOAD_WORDS: readonly string[] = ["curl", "wget", "aria", "axel", "aws", "gsutil", "gcloud", "azcopy"];
/** The variables that the builder sets for platforms. */
export const PLATFORM_WORDS: readonly string[] = [...PLATFORM_ARGS].map((name) => name.toLowerCase());
