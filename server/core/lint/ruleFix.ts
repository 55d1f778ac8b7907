import type { FixSafety } from "../finding.ts";
import type { Rule } from "../rules/rule.ts";
import { lintExample } from "./lintExample.ts";

/** The best repair that a rule offers, as its own examples show it. */
export function ruleFix(rule: Rule): FixSafety | "none" {
	const found = new Set<FixSafety>();
	for (const example of rule.examples) {
		if (!("bad" in example)) continue;
		for (const finding of lintExample(rule, example).findings) for (const fix of finding.fixes()) found.add(fix.safety);
	}
	return (["safe", "review", "lookup"] as const).find((safety) => found.has(safety)) ?? "none";
}
