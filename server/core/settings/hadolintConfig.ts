import { isMap } from "yaml";
import { RULES } from "../rules/registry.ts";
import type { OptionValue } from "../rules/rule.ts";
import type { ConfigFile } from "./configFile.ts";
import type { RuleLayer, RuleSetting } from "./rules.ts";
import type { RuleLevel } from "./schema.ts";
import { entriesOf, readYamlMap, scalarOf, textsOf, type YamlMap } from "./yamlMap.ts";

/** Names of hadolint's configuration file, in the order in which a folder is searched. */
export const HADOLINT_FILE_NAMES = [".hadolint.yaml", ".hadolint.yml"] as const;

/** Its severities (hadolint's README, 2.14), and ours. */
const LEVELS: Readonly<Record<string, RuleLevel>> = {
	error: "error",
	warning: "warning",
	info: "info",
	style: "hint",
	ignore: "off",
	none: "off",
};

const READ_KEYS: ReadonlySet<string> = new Set([
	"ignored",
	"override",
	"trustedRegistries",
	"label-schema",
	"strict-labels",
	"disable-ignore-pragma",
]);
/** About its output alone. */
const OTHER_KEYS: ReadonlySet<string> = new Set(["format", "no-color", "verbose"]);

/** Kinds of labels in its `label-schema`, and the rule that checks them. */
const LABEL_RULES: Readonly<Record<string, string>> = {
	url: "label-url-invalid",
	rfc3339: "label-date-invalid",
	spdx: "label-license-invalid",
	hash: "label-revision-invalid",
	semver: "label-version-invalid",
	email: "label-email-invalid",
};

/**
 * Reads hadolint's configuration: its rules become those of ours that check the same thing. What has no counterpart here
 * (ids of ShellCheck, output, exit codes) is passed over.
 */
export function readHadolintConfig(text: string, path: string): HadolintConfig {
	const yaml = readYamlMap(text, path);
	const valueOf = (wanted: string): unknown => yaml.entries.find(({ name }) => name === wanted)?.value;
	const off = (textsOf(valueOf("ignored")) ?? []).map((item): RuleWish => ({ id: item.text, level: "off", node: item.node }));
	const overridden = entriesOf(valueOf("override")).flatMap(({ name, value }) =>
		(textsOf(value) ?? []).map((item): RuleWish => ({ id: item.text, level: LEVELS[name] ?? "warning", node: item.node })),
	);
	const rules = [
		...[...overridden, ...off].flatMap((wish) => settingsFor(wish, yaml)),
		...registrySettings(valueOf("trustedRegistries"), yaml),
		...labelSettings(valueOf("label-schema"), scalarOf(valueOf("strict-labels")) === true, yaml),
		...(scalarOf(valueOf("disable-ignore-pragma")) === true
			? known([{ pattern: "suppression-comment-disallowed", level: "warning", range: yaml.rangeAt(valueOf("disable-ignore-pragma")) }])
			: []),
	];
	const layer: RuleLayer = { source: path.split(/[\\/]/).pop() ?? path, path, rules };
	const passedOver = [...passedOverKeys(yaml), ...[...overridden, ...off].flatMap(passedOverId)];
	return { path, extends: [], layer, overrides: [], problems: yaml.problems, passedOver };
}

/** What is said with a flag of the command line here; a value that has none is left out. */
const THRESHOLDS: Readonly<Record<string, string>> = { style: "hint", ignore: "never", none: "never" };

function passedOverKeys({ entries }: YamlMap): readonly string[] {
	return entries.flatMap(({ name, value }) => {
		if (READ_KEYS.has(name)) return [];
		const written = String(scalarOf(value));
		if (name === "failure-threshold") return [`${name}: lint with --fail-on ${THRESHOLDS[written] ?? written}`];
		if (name === "no-fail") return scalarOf(value) === true ? [`${name}: lint with --fail-on never`] : [];
		return [OTHER_KEYS.has(name) ? name : `${name}, which hadolint does not know either`];
	});
}

function passedOverId({ id }: RuleWish): readonly string[] {
	const peers = RULES.flatMap((rule) =>
		rule.equivalents.flatMap((peer) =>
			peer.tool === "hadolint" && peer.id.toLowerCase() === id.toLowerCase() ? [{ rule: rule.id, relation: peer.relation }] : [],
		),
	);
	if (peers.some(({ relation }) => relation === "same")) return [];
	const near = peers.map(({ rule }) => rule);
	return [near.length === 0 ? id : `${id}: similar, not the same, is ${near.join(", ")}`];
}

/** Hadolint's configuration, as far as it can be said here. */
export interface HadolintConfig extends ConfigFile {
	/** What counts for hadolint and not here, for people: keys, and ids of rules. */
	readonly passedOver: readonly string[];
}

interface RuleWish {
	readonly id: string;
	readonly level: RuleLevel;
	readonly node: unknown;
}

function settingsFor({ id, level, node }: RuleWish, yaml: YamlMap): readonly RuleSetting[] {
	const range = yaml.rangeAt(node);
	return RULES.filter((rule) =>
		rule.equivalents.some((peer) => peer.tool === "hadolint" && peer.relation === "same" && peer.id.toLowerCase() === id.toLowerCase()),
	).map((rule) => ({ pattern: rule.id, level, range }));
}

function registrySettings(node: unknown, yaml: YamlMap): readonly RuleSetting[] {
	const registries = (textsOf(node) ?? []).map(({ text }) => text);
	if (registries.length === 0) return [];
	return known([{ pattern: "base-image-registry-not-allowed", level: "error", options: { registries }, range: yaml.rangeAt(node) }]);
}

function labelSettings(node: unknown, strict: boolean, yaml: YamlMap): readonly RuleSetting[] {
	if (!isMap(node)) return [];
	const range = yaml.rangeAt(node);
	const labels = entriesOf(node).map(({ name, value }) => ({ name, kind: String(scalarOf(value)) }));
	if (labels.length === 0) return [];
	const names = labels.map(({ name }) => name);
	const ofKind = (kind: string): readonly string[] => labels.filter((label) => label.kind === kind).map(({ name }) => name);
	const on = (pattern: string, wanted: readonly string[]): RuleSetting => ({ pattern, level: "info", options: { labels: wanted }, range });
	return known([
		on("label-required-missing", names),
		...Object.entries(LABEL_RULES).flatMap(([kind, rule]) => (ofKind(kind).length === 0 ? [] : [on(rule, ofKind(kind))])),
		...(strict ? [on("label-not-allowed", names)] : []),
	]);
}

function known(settings: readonly RuleSetting[]): readonly RuleSetting[] {
	return settings.flatMap((setting) => {
		const rule = RULES.find(({ id }) => id === setting.pattern);
		if (rule === undefined) return [];
		const options: Record<string, OptionValue> = {};
		for (const [name, value] of Object.entries(setting.options ?? {}))
			if (rule.options?.some((option) => option.name === name)) options[name] = value;
		return [{ ...setting, options }];
	});
}
