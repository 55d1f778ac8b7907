import type { FixSafety } from "../finding.ts";
import { RULES } from "../rules/registry.ts";
import type { Category, Rule } from "../rules/rule.ts";
import { CATEGORY_TITLES } from "./rulePage.ts";

const REPAIR: Readonly<Record<FixSafety | "none", string>> = {
	safe: "safe",
	review: "with a preview",
	lookup: "asks a registry",
	none: "",
};

/** The rules of each category as tables; `link` gives the address of a rule's page. */
export function ruleTables(fixOf: (rule: Rule) => FixSafety | "none", link: (rule: string) => string, heading: string): string {
	return (Object.keys(CATEGORY_TITLES) as Category[])
		.map((category) => [category, RULES.filter((rule) => rule.category === category)] as const)
		.filter(([, rules]) => rules.length > 0)
		.map(([category, rules]) =>
			[
				`${heading} ${CATEGORY_TITLES[category]}`,
				"",
				"| Rule | What is wrong | Severity | Preset | Repair |",
				"|---|---|---|---|---|",
				...rules.map(
					(rule) => `| [${rule.id}](${link(rule.id)}) | ${rule.title} | ${rule.severity} | ${rule.preset} | ${REPAIR[fixOf(rule)]} |`,
				),
				"",
			].join("\n"),
		)
		.join("\n");
}
