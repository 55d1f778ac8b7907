import { isMap, isScalar, type Node, parseDocument } from "yaml";
import type { Problem } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { findRule } from "../rules/registry.ts";
import type { OptionValue } from "../rules/rule.ts";
import { lineStartsOf, type Range, rangeOf } from "../text.ts";
import { isRuleLevel, type RuleLayer, type RuleSetting } from "./rules.ts";
import type { PresetName } from "./schema.ts";

/** Names of the configuration file, in the order in which a folder is searched. */
export const CONFIG_FILE_NAMES = ["hullguard.yaml", "hullguard.yml", ".hullguard.yaml", ".hullguard.yml"] as const;

const KEYS = ["preset", "rules"] as const;
const PRESETS: readonly PresetName[] = ["recommended", "strict", "all"];

export interface ConfigFile {
	readonly layer: RuleLayer;
	/** Each with its range in the file. */
	readonly problems: readonly Problem[];
}

/** Reads a configuration file. What is wrong in it is a problem at its place; the rest counts. */
export function readConfigFile(text: string, path: string): ConfigFile {
	const starts = lineStartsOf(text);
	const problems: Problem[] = [];
	const name = path.split(/[\\/]/).pop() ?? path;
	const rangeAt = (node: unknown): Range => {
		const range = (node as Node | null)?.range;
		return rangeOf(starts, { start: range?.[0] ?? 0, end: range?.[1] ?? 0 });
	};
	const complain = (node: unknown, message: string, hint?: string): void => {
		problems.push({ kind: "settings", message, path, range: rangeAt(node), ...(hint === undefined ? {} : { hint }) });
	};
	const document = parseDocument(text, { prettyErrors: false });
	for (const error of document.errors) {
		problems.push({ kind: "settings", message: error.message, path, range: rangeOf(starts, { start: error.pos[0], end: error.pos[1] }) });
	}
	const root = document.contents;
	if (!isMap(root)) {
		if (root !== null && document.errors.length === 0) complain(root, "The file has to be a list of keys and values");
		return { layer: { source: name }, problems };
	}
	let preset: PresetName | undefined;
	let rules: readonly RuleSetting[] = [];
	for (const pair of root.items) {
		const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
		if (key === "preset") {
			const value = isScalar(pair.value) ? pair.value.value : undefined;
			if (PRESETS.includes(value as PresetName)) preset = value as PresetName;
			else complain(pair.value ?? pair.key, `There is no preset ${String(value)}`, `It can be ${PRESETS.join(", ")}.`);
		} else if (key === "rules") rules = readRules(pair.value, rangeAt, complain);
		else {
			const close = nearest(key, KEYS);
			complain(pair.key, `There is no key ${key}`, close === undefined ? `The keys are ${KEYS.join(", ")}.` : `Did you mean ${close}?`);
		}
	}
	return { layer: { source: name, rules, ...(preset === undefined ? {} : { preset }) }, problems };
}

function readRules(
	node: unknown,
	rangeAt: (node: unknown) => Range,
	complain: (node: unknown, message: string, hint?: string) => void,
): readonly RuleSetting[] {
	if (!isMap(node)) {
		if (node !== null) complain(node, "rules has to be a list of rules and their severity");
		return [];
	}
	const settings: RuleSetting[] = [];
	for (const pair of node.items) {
		const pattern = String(isScalar(pair.key) ? pair.key.value : pair.key);
		const range = rangeAt(pair.key);
		// YAML 1.1 readers make `off` a boolean; people write it all the same.
		const scalar = isScalar(pair.value) ? (pair.value.value === false ? "off" : pair.value.value) : undefined;
		if (isRuleLevel(scalar)) settings.push({ pattern, level: scalar, range });
		else if (isMap(pair.value))
			settings.push(
				readRuleEntry(pattern, range, pair.value.toJSON() as Record<string, unknown>, (message) => complain(pair.value, message)),
			);
		else complain(pair.value ?? pair.key, `${pattern}: the severity can be off, hint, info, warning or error`);
	}
	return settings;
}

function readRuleEntry(
	pattern: string,
	range: Range,
	entry: Readonly<Record<string, unknown>>,
	complain: (message: string) => void,
): RuleSetting {
	const { severity, ...given } = entry;
	if (severity !== undefined && !isRuleLevel(severity)) complain(`${pattern}: the severity can be off, hint, info, warning or error`);
	const options: Record<string, OptionValue> = {};
	for (const [name, value] of Object.entries(given)) {
		const option = findRule(pattern)?.options?.find((candidate) => candidate.name === name);
		if (option === undefined) complain(`${pattern} has no option ${name}`);
		else if (kindOf(value) !== kindOf(option.default)) complain(`${pattern}: ${name} has to be a ${kindOf(option.default)}`);
		else options[name] = value as OptionValue;
	}
	return { pattern, range, options, ...(isRuleLevel(severity) ? { level: severity } : {}) };
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return value.every((item) => typeof item === "string") ? "list of texts" : "list";
	return typeof value;
}
