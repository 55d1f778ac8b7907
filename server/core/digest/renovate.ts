import { baseName } from "../baseName.ts";
import { json5AsYaml } from "../json/comments.ts";
import { isYamlMap, yamlDocuments, yamlEntries, yamlItems, yamlScalar, yamlText, yamlValue } from "../references/yamlScalars.ts";
import { fitsPattern } from "./pathPattern.ts";

/** What a configuration of Renovate says of Dockerfiles. */
export interface RenovateConfiguration {
	/** Whether digests are written where there are none. */
	readonly pins: boolean;
	/** Files that are looked at; undefined for all. */
	readonly included: readonly string[] | undefined;
	readonly ignored: readonly string[];
}

/** What `config:recommended` leaves out. Source: docs.renovatebot.com, presets, `:ignoreModulesAndTests`. */
const MODULES_AND_TESTS = [
	"**/node_modules/**",
	"**/bower_components/**",
	"**/vendor/**",
	"**/examples/**",
	"**/__tests__/**",
	"**/test/**",
	"**/tests/**",
	"**/__fixtures__/**",
];

/** Presets after which nothing updates Dockerfiles. */
const DISABLING = ["docker:disable", ":disableRenovate"];
/** Presets that write digests. */
const PINNING = ["docker:pinDigests", "config:best-practices"];

/** Keys of a package rule after which it is about some images or some updates only. */
const NARROWER = /^match(?!Managers$|Datasources$|Categories$)|^exclude/;

/**
 * Reads a configuration file of Renovate, JSON5 or the key `renovate` of a `package.json`. Presets of others are not read: what
 * they say counts as not said. Undefined where Dockerfiles are not updated, and for what is not understood.
 */
export function readRenovate(path: string, text: string): RenovateConfiguration | undefined {
	const [document] = yamlDocuments(json5AsYaml(text));
	const root = path === "package.json" ? yamlValue(document?.contents, "renovate") : document?.contents;
	if (!isYamlMap(root) || isOff(root)) return undefined;
	const presets = textsIn(yamlValue(root, "extends")) ?? [];
	const without = textsIn(yamlValue(root, "ignorePresets")) ?? [];
	const counting = presets.filter((preset) => !without.includes(preset));
	const rules = yamlItems(yamlValue(root, "packageRules")).filter(isAboutDockerfiles);
	if (counting.some((preset) => DISABLING.includes(preset)) || rules.some((rule) => isOff(rule, []) && !isNarrow(rule))) return undefined;
	return {
		pins: pinsDigests(root, counting, without, rules),
		included: textsIn(yamlValue(root, "includePaths")),
		ignored: textsIn(yamlValue(root, "ignorePaths")) ?? MODULES_AND_TESTS,
	};
}

/** Whether the images of a Dockerfile are updated; not where that cannot be told. @param path from the root of the repository */
export function updatesWithRenovate({ included, ignored }: RenovateConfiguration, path: string): boolean {
	if (!isDockerfile(path)) return false;
	if (included !== undefined && included.length > 0 && !included.some((pattern) => fitsPattern(pattern, path) === true)) return false;
	return !ignored.some((pattern) => path.includes(pattern) || fitsPattern(pattern, path) !== false);
}

/** The names that its manager for Dockerfiles takes. Source: docs.renovatebot.com, "Automated Dependency Updates for Dockerfile". */
function isDockerfile(path: string): boolean {
	const name = baseName(path);
	return /^(?:[Dd]ocker|[Cc]ontainer)file/.test(name) || /\.(?:[Dd]ocker|[Cc]ontainer)file$/.test(name);
}

/** Whether `enabled` is false, for everything or for Dockerfiles. */
function isOff(node: unknown, parts: readonly string[] = ["docker", "dockerfile"]): boolean {
	if ([node, ...parts.map((part) => yamlValue(node, part))].some((each) => yamlScalar(yamlValue(each, "enabled")) === false)) return true;
	const managers = textsIn(yamlValue(node, "enabledManagers"));
	return managers !== undefined && !managers.includes("dockerfile");
}

function pinsDigests(root: unknown, presets: readonly string[], without: readonly string[], rules: readonly unknown[]): boolean {
	const said = [root, yamlValue(root, "docker"), yamlValue(root, "dockerfile"), ...rules.filter((rule) => !isNarrow(rule))].flatMap(
		(node) => yamlScalar(yamlValue(node, "pinDigests")) ?? [],
	);
	if (said.includes(false) || presets.some((preset) => preset.endsWith(":pinDigestsDisabled"))) return false;
	return said.includes(true) || (presets.some((preset) => PINNING.includes(preset)) && !without.includes("docker:pinDigests"));
}

function isAboutDockerfiles(rule: unknown): boolean {
	const lists = [
		[textsIn(yamlValue(rule, "matchManagers")), "dockerfile"],
		[textsIn(yamlValue(rule, "matchDatasources")), "docker"],
		[textsIn(yamlValue(rule, "matchCategories")), "docker"],
	] as const;
	// `!npm` and patterns may mean us.
	return lists.every(([names, own]) => names === undefined || names.some((name) => name === own || /^[!/*]/.test(name)));
}

function isNarrow(rule: unknown): boolean {
	return yamlEntries(rule).some(([key, value]) => NARROWER.test(key) && textsIn(value)?.some((text) => /^\*{1,2}$/.test(text)) !== true);
}

/** The texts of a list, or the one text that stands for it; undefined where there is neither. */
function textsIn(node: unknown): readonly string[] | undefined {
	if (node === undefined) return undefined;
	const single = yamlText(node);
	return single === undefined ? yamlItems(node).flatMap((item) => yamlText(item) ?? []) : [single];
}
