import type { FixSafety } from "../finding.ts";
import { NO_WORKSPACE, type Rule } from "../rules/rule.ts";
import { lint } from "./lint.ts";

/** The best repair that a rule offers, as its own examples show it. */
export function ruleFix(rule: Rule): FixSafety | "none" {
	const found = new Set<FixSafety>();
	for (const example of rule.examples) {
		if (!("bad" in example)) continue;
		const result = lint(example.bad.replace(/[«»]/g, ""), {
			rules: new Map([[rule.id, rule.severity]]),
			options: example.options === undefined ? {} : { [rule.id]: example.options },
			workspace: { ...NO_WORKSPACE, ...example.workspace },
		});
		for (const finding of result.findings) for (const fix of finding.fixes) found.add(fix.safety);
	}
	return (["safe", "review", "lookup"] as const).find((safety) => found.has(safety)) ?? "none";
}
