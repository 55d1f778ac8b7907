import type { LintSeverity } from "../finding.ts";
import { RULES } from "../rules/registry.ts";
import type { OptionValue } from "../rules/rule.ts";
import type { ResolvedRules, RuleOrigin } from "../settings/rules.ts";
import type { Colors } from "./colors.ts";

/** How one rule runs, and who said so. */
export interface ConfiguredRule {
	readonly rule: string;
	readonly severity: LintSeverity | "off";
	readonly options: Readonly<Record<string, OptionValue>>;
	/** `hullguard.yaml:4`, `preset strict`, `not in preset strict`. */
	readonly source: string;
}

/** All rules in the order of the registry. */
export function configuredRules(resolved: ResolvedRules): readonly ConfiguredRule[] {
	const { rules, options, preset, origins } = resolved;
	return RULES.map(({ id }) => {
		const severity = rules.get(id) ?? "off";
		const origin = origins.get(id);
		const byPreset = severity === "off" ? `not in preset ${preset.name}` : `preset ${preset.name}`;
		return { rule: id, severity, options: options[id] ?? {}, source: origin === undefined ? byPreset : originText(origin) };
	});
}

/** For people: what is on, and where each value came from. */
export function configReportText(path: string, files: readonly string[], resolved: ResolvedRules, colors: Colors): string {
	const shown = configuredRules(resolved).filter(({ rule, severity }) => severity !== "off" || resolved.origins.has(rule));
	const width = Math.max(0, ...shown.map(({ rule }) => rule.length));
	const rows = shown.map(({ rule, severity, options, source }) => {
		const set = Object.entries(options).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
		return `${rule.padEnd(width)}  ${severity.padEnd(7)}  ${colors.dim(source)}${set.join("")}`;
	});
	return [
		`${colors.bold(path)}`,
		`Files: ${files.length === 0 ? "none" : files.join(", ")}`,
		`Preset: ${resolved.preset.name} ${colors.dim(`(${resolved.preset.source})`)}`,
		"",
		...rows,
		`${resolved.rules.size} of ${RULES.length} rules are on`,
		"",
	].join("\n");
}

function originText({ source, pattern, range }: RuleOrigin): string {
	const line = range === undefined ? "" : `:${range.start.line + 1}`;
	return `${source}${line}${pattern.includes("*") ? ` ${pattern}` : ""}`;
}
