import { isMap } from "yaml";
import { findRule } from "../rules/registry.ts";
import type { OptionValue } from "../rules/rule.ts";
import type { Range } from "../text.ts";
import { isRuleLevel, type RuleSetting } from "./rules.ts";
import { entriesOf, scalarOf, type YamlMap } from "./yamlMap.ts";

const LEVELS = "the severity can be off, hint, info, warning or error";

/** The value of a key `rules`: severities, or maps of a severity and options. */
export function readRuleEntries(node: unknown, { complain, rangeAt }: YamlMap): readonly RuleSetting[] {
	if (!isMap(node)) {
		if (node !== null) complain(node, "rules has to be a list of rules and their severity");
		return [];
	}
	return entriesOf(node).flatMap(({ name: pattern, key, value }): readonly RuleSetting[] => {
		const range = rangeAt(key);
		const level = levelOf(value);
		if (isRuleLevel(level)) return [{ pattern, level, range }];
		if (isMap(value))
			return [readRuleEntry(pattern, range, value.toJSON() as Record<string, unknown>, (message) => complain(value, message))];
		complain(value ?? key, `${pattern}: ${LEVELS}`);
		return [];
	});
}

/** YAML 1.1 readers make `off` a boolean; people write it all the same. */
function levelOf(node: unknown): unknown {
	const value = scalarOf(node);
	return value === false ? "off" : value;
}

function readRuleEntry(
	pattern: string,
	range: Range,
	entry: Readonly<Record<string, unknown>>,
	complain: (message: string) => void,
): RuleSetting {
	const { severity: written, ...given } = entry;
	const severity = written === false ? "off" : written;
	if (severity !== undefined && !isRuleLevel(severity)) complain(`${pattern}: ${LEVELS}`);
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
