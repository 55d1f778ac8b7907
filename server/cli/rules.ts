import { rulePageLink } from "../core/links.ts";
import { ruleFix } from "../core/lint/ruleFix.ts";
import { nearest } from "../core/nearest.ts";
import { explanationText } from "../core/report/explanation.ts";
import { findRule, RULES } from "../core/rules/registry.ts";
import { presetRules } from "../core/settings/rules.ts";
import type { PresetName } from "../core/settings/schema.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { printProblem, type Terminal } from "./terminal.ts";

/** `hullguard rules` */
export function rulesCommand(call: ParsedCall, terminal: Terminal): ExitCode {
	const preset = call.options["preset"];
	const rules = typeof preset === "string" ? presetRules(preset as PresetName) : RULES;
	if (call.options["format"] === "json") {
		const all = rules.map(({ check: _, ...rule }) => ({ ...rule, fix: ruleFix({ check: _, ...rule }), help: rulePageLink(rule.id) }));
		terminal.out(`${JSON.stringify({ rules: all })}\n`);
		return EXIT.clean;
	}
	if (call.options["format"] === "markdown") {
		terminal.out("| Rule | Severity | Preset | Repair | What is wrong |\n|---|---|---|---|---|\n");
		for (const rule of rules)
			terminal.out(`| [${rule.id}](${rulePageLink(rule.id)}) | ${rule.severity} | ${rule.preset} | ${ruleFix(rule)} | ${rule.title} |\n`);
		return EXIT.clean;
	}
	const width = Math.max(...rules.map((rule) => rule.id.length));
	for (const rule of rules) {
		terminal.out(`${terminal.colors.bold(rule.id.padEnd(width))}  ${rule.severity.padEnd(7)}  ${rule.preset.padEnd(11)}  ${rule.title}\n`);
	}
	terminal.out(`${rules.length} rules\n`);
	return EXIT.clean;
}

/** `hullguard explain` */
export function explainCommand(call: ParsedCall, terminal: Terminal): ExitCode {
	const id = (call.operands[0] ?? "").split("/")[0] ?? "";
	const rule = findRule(id);
	if (rule !== undefined) {
		terminal.out(explanationText(rule, ruleFix(rule), terminal.colors));
		return EXIT.clean;
	}
	const close = nearest(
		id,
		RULES.map((candidate) => candidate.id),
	);
	printProblem(terminal, {
		kind: "invalid",
		message: `There is no rule ${id}`,
		hint: close === undefined ? "hullguard rules lists them." : `Did you mean ${close}?`,
	});
	return EXIT.failed;
}
