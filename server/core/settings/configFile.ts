import { isMap } from "yaml";
import { baseName } from "../baseName.ts";
import type { Problem } from "../finding.ts";
import { matchesGlob } from "../glob.ts";
import { nearest } from "../nearest.ts";
import type { Range } from "../text.ts";
import { readRuleEntries } from "./ruleEntries.ts";
import type { RuleLayer, RuleSetting } from "./rules.ts";
import type { PresetName } from "./schema.ts";
import { entriesOf, readYamlMap, scalarOf, textsOf, type YamlMap } from "./yamlMap.ts";

/** Names of the configuration file, in the order in which a folder is searched. */
export const CONFIG_FILE_NAMES = ["hullguard.yaml", "hullguard.yml", ".hullguard.yaml", ".hullguard.yml"] as const;

const KEYS = ["preset", "rules", "extends", "overrides"] as const;
const OVERRIDE_KEYS = ["files", "preset", "rules"] as const;
const PRESETS: readonly PresetName[] = ["recommended", "strict", "all"];

export interface ConfigFile {
	readonly path: string;
	/** Files that this one builds on: paths (`./base.yaml`) and names of installed packages. What they say counts less. */
	readonly extends: readonly ConfigLink[];
	readonly layer: RuleLayer;
	readonly overrides: readonly ConfigOverride[];
	/** Each with its range in the file. */
	readonly problems: readonly Problem[];
}

export interface ConfigLink {
	readonly name: string;
	readonly range: Range;
}

/** What counts for some Dockerfiles only. */
export interface ConfigOverride {
	/** Patterns of paths, relative to the folder of the configuration file. */
	readonly files: readonly string[];
	readonly layer: RuleLayer;
}

/** Reads a configuration file. What is wrong in it is a problem at its place; the rest counts. */
export function readConfigFile(text: string, path: string): ConfigFile {
	const yaml = readYamlMap(text, path);
	const source = path.split(/[\\/]/).pop() ?? path;
	const links: ConfigLink[] = [];
	const overrides: ConfigOverride[] = [];
	for (const { name, key, value } of yaml.entries) {
		if (name === "extends") {
			const names = textsOf(value);
			if (names === undefined) yaml.complain(value ?? key, "extends has to be a file, a package, or a list of them");
			else links.push(...names.map((item) => ({ name: item.text, range: yaml.rangeAt(item.node) })));
		} else if (name === "overrides") overrides.push(...readOverrides(value ?? key, yaml, { source, path }));
		else if (!isOneOf(KEYS, name)) complainOfKey(yaml, key, name, KEYS);
	}
	return { path, extends: links, layer: readLayer(yaml.entries, yaml, { source, path }), overrides, problems: yaml.problems };
}

/**
 * What a configuration file says of one Dockerfile, in rising order of precedence.
 * @param path relative to the folder of the configuration file, with forward slashes; undefined for a text that is in no file
 */
export function layersFor(file: ConfigFile, path: string | undefined): readonly RuleLayer[] {
	return [file.layer, ...overridesFor(file, path).map((override) => override.layer)];
}

/** The overrides that count for one Dockerfile; `path` as for `layersFor`. */
export function overridesFor({ overrides }: ConfigFile, path: string | undefined): readonly ConfigOverride[] {
	if (path === undefined) return [];
	const name = baseName(path);
	const fits = (pattern: string): boolean => matchesGlob(pattern.replace(/^\.\//, ""), pattern.includes("/") ? path : name);
	return overrides.filter(({ files }) => files.some(fits));
}

function readLayer(entries: YamlMap["entries"], yaml: YamlMap, origin: Pick<RuleLayer, "source" | "path">): RuleLayer {
	let preset: PresetName | undefined;
	let rules: readonly RuleSetting[] | undefined;
	for (const { name, key, value } of entries) {
		if (name === "rules") rules = readRuleEntries(value, yaml);
		if (name !== "preset") continue;
		const written = scalarOf(value);
		if (isOneOf(PRESETS, written)) preset = written;
		else complainOfPreset(yaml, value ?? key, written);
	}
	return { ...origin, ...(rules === undefined ? {} : { rules }), ...(preset === undefined ? {} : { preset }) };
}

function readOverrides(node: unknown, yaml: YamlMap, origin: Pick<RuleLayer, "source" | "path">): readonly ConfigOverride[] {
	const items = isMap(node) ? undefined : (node as { readonly items?: readonly unknown[] } | null)?.items;
	if (items === undefined) {
		yaml.complain(node, "overrides has to be a list: each entry names files, and what counts for them");
		return [];
	}
	return items.flatMap((item) => {
		const entries = entriesOf(item);
		for (const { name, key } of entries) if (!isOneOf(OVERRIDE_KEYS, name)) complainOfKey(yaml, key, name, OVERRIDE_KEYS);
		const files = textsOf(entries.find(({ name }) => name === "files")?.value);
		if (files !== undefined) return [{ files: files.map(({ text }) => text), layer: readLayer(entries, yaml, origin) }];
		yaml.complain(item, "files is missing: which Dockerfiles is this for?", 'For example: files: ["legacy/**"]');
		return [];
	});
}

function complainOfKey(yaml: YamlMap, key: unknown, name: string, keys: readonly string[]): void {
	const close = nearest(name, keys);
	yaml.complain(key, `There is no key ${name}`, close === undefined ? `The keys are ${keys.join(", ")}.` : `Did you mean ${close}?`);
}

function complainOfPreset(yaml: YamlMap, node: unknown, written: unknown): void {
	const close = typeof written === "string" ? nearest(written, PRESETS) : undefined;
	const hint = close === undefined ? `It can be ${PRESETS.join(", ")}.` : `Did you mean ${close}?`;
	yaml.complain(node, written === undefined || written === null ? "preset names none" : `There is no preset ${String(written)}`, hint);
}

function isOneOf<T extends string>(values: readonly T[], value: unknown): value is T {
	return values.includes(value as T);
}
