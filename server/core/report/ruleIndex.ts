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

type RepairOf = (rule: Rule) => FixSafety | "none";

/** The rules of each category as tables under headings of level two; `link` gives the address of a rule's page. */
export function ruleTables(repairOf: RepairOf, link: (rule: string) => string): string {
	return categories()
		.map(({ title, rules }) => `## ${title}\n\n${tableOf(rules, repairOf, link)}\n`)
		.join("\n");
}

/** The same tables, each one shut until somebody opens it. */
export function foldedRuleTables(repairOf: RepairOf, link: (rule: string) => string): string {
	return categories()
		.map(({ title, rules }) => `<details><summary>${title}: ${rules.length}</summary>\n\n${tableOf(rules, repairOf, link)}\n\n</details>\n`)
		.join("\n");
}

function categories(): readonly { readonly title: string; readonly rules: readonly Rule[] }[] {
	return (Object.keys(CATEGORY_TITLES) as Category[])
		.map((category) => ({ title: CATEGORY_TITLES[category], rules: RULES.filter((rule) => rule.category === category) }))
		.filter(({ rules }) => rules.length > 0);
}

function tableOf(rules: readonly Rule[], repairOf: RepairOf, link: (rule: string) => string): string {
	return [
		"| Rule | What is wrong | Severity | Preset | Repair |",
		"|---|---|---|---|---|",
		...rules.map(
			(rule) => `| [${rule.id}](${link(rule.id)}) | ${rule.title} | ${rule.severity} | ${rule.preset} | ${REPAIR[repairOf(rule)]} |`,
		),
	].join("\n");
}
