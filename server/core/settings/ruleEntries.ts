import { isMap, isSeq } from "yaml";
import { nearest } from "../nearest.ts";
import { findRule } from "../rules/registry.ts";
import type { OptionValue, RuleOption } from "../rules/rule.ts";
import type { Range } from "../text.ts";
import { isRuleLevel, type RuleSetting } from "./rules.ts";
import type { RuleLevel } from "./schema.ts";
import { entriesOf, scalarOf, textsOf, type YamlMap } from "./yamlMap.ts";

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
		if (isMap(value)) return [readRuleEntry(pattern, range, value, complain)];
		complain(value ?? key, `${pattern}: ${LEVELS}`);
		return [];
	});
}

/** YAML 1.1 readers make `off` a boolean; people write it all the same. */
function levelOf(node: unknown): unknown {
	const value = scalarOf(node);
	return value === false ? "off" : value;
}

function readRuleEntry(pattern: string, range: Range, map: unknown, complain: YamlMap["complain"]): RuleSetting {
	const rule = findRule(pattern);
	const known = rule?.options ?? [];
	// That there is no such rule is said elsewhere.
	const isRule = rule !== undefined || pattern.includes("*");
	const options: Record<string, OptionValue> = {};
	let level: RuleLevel | undefined;
	for (const { name, key, value } of entriesOf(map)) {
		if (name === "severity") {
			const written = levelOf(value);
			if (isRuleLevel(written)) level = written;
			else complain(value ?? key, `${pattern}: ${LEVELS}`);
			continue;
		}
		const option = known.find((candidate) => candidate.name === name);
		const given = optionValueOf(value);
		if (option === undefined) {
			if (isRule) complainOfOption(pattern, name, key, known, complain);
		} else if (given === undefined || kindOf(given) !== kindOf(option.default))
			complain(value ?? key, `${pattern}: ${name} has to be a ${kindOf(option.default)}`);
		else options[name] = given;
	}
	return { pattern, range, options, ...(level === undefined ? {} : { level }) };
}

function complainOfOption(pattern: string, name: string, key: unknown, known: readonly RuleOption[], complain: YamlMap["complain"]): void {
	const names = ["severity", ...known.map((option) => option.name)];
	const close = nearest(name, names);
	complain(key, `${pattern} has no option ${name}`, close === undefined ? `It has ${names.join(", ")}.` : `Did you mean ${close}?`);
}

/** What a node says, if an option can say it: a text, a number, a truth value, a list of texts. */
function optionValueOf(node: unknown): OptionValue | undefined {
	if (isSeq(node)) return textsOf(node)?.map(({ text }) => text);
	const value = scalarOf(node);
	return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

function kindOf(value: OptionValue): string {
	return typeof value === "object" ? "list of texts" : typeof value;
}
