import { LINT_SEVERITIES, type LintSeverity, type Problem } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { RULES } from "../rules/registry.ts";
import type { OptionValue, Rule } from "../rules/rule.ts";
import type { Range } from "../text.ts";
import type { PresetName, RuleLevel } from "./schema.ts";

/** What one source says about rules: a configuration file, the editor's settings, the command line. */
export interface RuleLayer {
	/** Shown with problems: `hullguard.yaml`, `hullguard.lint.rules`, `--rule`. */
	readonly source: string;
	/** The file, where it is one. */
	readonly path?: string;
	readonly preset?: PresetName;
	readonly rules?: readonly RuleSetting[];
}

export interface RuleSetting {
	/** A rule's id, a pattern with `*`, or one sub-code of a rule (`id/sub-code`). */
	readonly pattern: string;
	readonly level?: RuleLevel;
	readonly options?: Readonly<Record<string, OptionValue>>;
	/** Where it is written, for sources that are files. */
	readonly range?: Range;
}

export interface ResolvedRules {
	readonly rules: ReadonlyMap<string, LintSeverity>;
	readonly options: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
	/** Levels of sub-codes (`id/sub-code`) that were set; they count before that of their rule. */
	readonly codes: ReadonlyMap<string, RuleLevel>;
	readonly preset: { readonly name: PresetName; readonly source: string };
	/** Who had the last word on a rule; the preset, where it is not here. */
	readonly origins: ReadonlyMap<string, RuleOrigin>;
	readonly problems: readonly Problem[];
}

/** Where a rule's level or options were set. */
export interface RuleOrigin {
	readonly source: string;
	readonly pattern: string;
	readonly range?: Range;
}

/**
 * Which rules run, and how severe each one is. Layers come in rising order of precedence; inside a layer a later entry wins.
 * Of two rules that exclude each other the one that is asked for last is refused with a problem.
 */
export function resolveRules(layers: readonly RuleLayer[]): ResolvedRules {
	const chooser = layers.findLast((layer) => layer.preset !== undefined);
	const preset = chooser?.preset ?? "recommended";
	const origins = new Map<string, RuleOrigin>();
	const rules = new Map<string, LintSeverity>(presetRules(preset).map((rule) => [rule.id, severityIn(rule, preset)]));
	const options: Record<string, Record<string, OptionValue>> = {};
	const codes = new Map<string, RuleLevel>();
	const problems: Problem[] = [];
	for (const layer of layers) {
		for (const entry of layer.rules ?? []) {
			if (isSubCode(entry.pattern)) {
				if (entry.level !== undefined) codes.set(entry.pattern, entry.level);
				continue;
			}
			const matches = RULES.filter((rule) => matchesPattern(entry.pattern, rule.id));
			if (matches.length === 0) problems.push(unknownRule(layer, entry));
			for (const rule of matches) {
				origins.set(rule.id, {
					source: layer.source,
					pattern: entry.pattern,
					...(entry.range === undefined ? {} : { range: entry.range }),
				});
				if (entry.options !== undefined) options[rule.id] = { ...options[rule.id], ...entry.options };
				if (entry.level === "off") rules.delete(rule.id);
				else if (entry.level !== undefined) turnOn(rule, entry.level, rules, problems, layer, entry);
			}
		}
	}
	return { rules, options, codes, preset: { name: preset, source: chooser?.source ?? "default" }, origins, problems };
}

const presets = new Map<PresetName, readonly Rule[]>();

/** The rules of a preset. No preset holds two that exclude each other. */
export function presetRules(preset: PresetName): readonly Rule[] {
	const known = presets.get(preset) ?? rulesIn(preset);
	presets.set(preset, known);
	return known;
}

function rulesIn(preset: PresetName): readonly Rule[] {
	if (preset === "recommended") return RULES.filter((rule) => rule.preset === "recommended");
	if (preset === "strict") return RULES.filter((rule) => rule.preset !== "opt-in");
	return RULES.filter(
		(rule, index) => !RULES.some((other, otherIndex) => excludes(rule, other) && outranks(other, otherIndex, rule, index)),
	);
}

function severityIn(rule: Rule, preset: PresetName): LintSeverity {
	return preset === "recommended" ? rule.severity : (rule.strictSeverity ?? rule.severity);
}

/** Whether two rules demand the opposite; one of the two declares it. */
function excludes(a: Rule, b: Rule): boolean {
	return (a.excludes?.includes(b.id) ?? false) || (b.excludes?.includes(a.id) ?? false);
}

const PRESET_RANK = { recommended: 0, strict: 1, "opt-in": 2 } as const;

function outranks(a: Rule, aIndex: number, b: Rule, bIndex: number): boolean {
	return PRESET_RANK[a.preset] - PRESET_RANK[b.preset] < 0 || (a.preset === b.preset && aIndex < bIndex);
}

function turnOn(
	rule: Rule,
	level: LintSeverity,
	rules: Map<string, LintSeverity>,
	problems: Problem[],
	layer: RuleLayer,
	entry: RuleSetting,
): void {
	const opposite = RULES.find((other) => rules.has(other.id) && excludes(rule, other));
	if (opposite === undefined) {
		rules.set(rule.id, level);
		return;
	}
	if (entry.pattern.includes("*")) return;
	problems.push({
		kind: "settings",
		message: `${layer.path === undefined ? `${layer.source}: ` : ""}${rule.id} demands the opposite of ${opposite.id}`,
		hint: `Turn ${opposite.id} off first.`,
		...placeOf(layer, entry),
	});
}

/** `id/sub-code` of all rules that have some. */
const SUB_CODES: readonly string[] = RULES.flatMap(({ id, subCodes }) => Object.keys(subCodes ?? {}).map((code) => `${id}/${code}`));

function isSubCode(pattern: string): boolean {
	return SUB_CODES.includes(pattern);
}

function placeOf(layer: RuleLayer, entry: RuleSetting): Pick<Problem, "path" | "range"> {
	return { ...(layer.path === undefined ? {} : { path: layer.path }), ...(entry.range === undefined ? {} : { range: entry.range }) };
}

function unknownRule(layer: RuleLayer, entry: RuleSetting): Problem {
	const close = nearest(entry.pattern, entry.pattern.includes("/") ? SUB_CODES : RULES.map((rule) => rule.id));
	return {
		kind: "settings",
		message: layer.path === undefined ? `${layer.source}: there is no rule ${entry.pattern}` : `There is no rule ${entry.pattern}`,
		...(close === undefined ? {} : { hint: `Did you mean ${close}?` }),
		...placeOf(layer, entry),
	};
}

/** Whether a rule is meant by its id or by a pattern with `*`. */
export function matchesPattern(pattern: string, id: string): boolean {
	if (!pattern.includes("*")) return pattern === id;
	const parts = pattern.split("*");
	let at = 0;
	for (const [index, part] of parts.entries()) {
		const found = id.indexOf(part, at);
		if (found === -1 || (index === 0 && found !== 0)) return false;
		at = found + part.length;
	}
	return parts[parts.length - 1] === "" || id.endsWith(parts[parts.length - 1] ?? "");
}

export function isRuleLevel(value: unknown): value is RuleLevel {
	return value === "off" || LINT_SEVERITIES.includes(value as LintSeverity);
}
