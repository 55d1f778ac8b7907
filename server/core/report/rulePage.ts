import { rulePageLink } from "../links.ts";
import { inlineCode } from "../markdown.ts";
import { findRule } from "../rules/registry.ts";
import type { BadExample, Category, Example, PeerTool, Rule } from "../rules/rule.ts";
import { optionText, settingOf } from "./exampleSetting.ts";

export const CATEGORY_TITLES: Readonly<Record<Category, string>> = {
	"base-image": "Base image",
	user: "User and privilege",
	packages: "Packages",
	secrets: "Secrets",
	"supply-chain": "Supply chain and provenance",
	cache: "Build cache",
	runtime: "Run time",
	labels: "Labels",
	correctness: "Correctness",
	style: "Style",
};

export const PEER_TITLES: Readonly<Record<PeerTool, string>> = {
	hadolint: "hadolint",
	buildkit: "Docker build checks",
	trivy: "Trivy",
	checkov: "Checkov",
	kics: "KICS",
	semgrep: "Semgrep",
	sonar: "Sonar",
	cis: "CIS Docker Benchmark",
	dockle: "dockle",
	tally: "tally",
	droast: "droast",
	dockerfilelint: "dockerfilelint",
	"dockerfile-utils": "dockerfile-utils",
	terrascan: "Terrascan",
	scorecard: "OpenSSF Scorecard",
	scout: "Docker Scout",
};

/** The card that the editor shows over a finding: what is wrong and what to do, without the examples. */
export function ruleCard(rule: Rule): string {
	return `**${rule.title}** · [${rule.id}](${rulePageLink(rule.id)})\n\n${rule.why.split("\n\n")[0] ?? ""}\n\n${rule.remedy}`;
}

/**
 * The rule's page in the documentation, as Markdown.
 *
 * @param linkTo the address of another rule's page; without it: the file beside this one
 * @param decided what the rule does on purpose where others do something else, an entry each
 */
export function rulePage(
	rule: Rule,
	fix: "safe" | "review" | "lookup" | "none",
	linkTo: (id: string) => string = (id) => `${id}.md`,
	decided: readonly string[] = [],
): string {
	const fixTexts = {
		safe: "safe: applied by *Fix all* and `hullguard fix`",
		review: "offered one at a time, with a preview; in a terminal by `hullguard fix --review`",
		lookup: "asks a registry or a server first",
		none: "none",
	};
	const severity = rule.strictSeverity === undefined ? rule.severity : `${rule.severity}; ${rule.strictSeverity} in the strict preset`;
	return [
		`# ${rule.id}`,
		"",
		`${rule.title}.`,
		"",
		"| | |",
		"|---|---|",
		`| Category | ${CATEGORY_TITLES[rule.category]} |`,
		`| Severity | ${severity} |`,
		`| Preset | ${rule.preset} |`,
		`| Repair | ${fixTexts[fix]} |`,
		`| Since | ${rule.since} |`,
		"",
		"## Why",
		"",
		rule.why,
		"",
		"## What to do",
		"",
		rule.remedy,
		"",
		"## Examples",
		"",
		...exampleSections(rule.examples),
		...optionSection(rule),
		...relationSection(rule, linkTo),
		...(decided.length === 0 ? [] : ["## On purpose", "", ...decided.map((decision) => `- ${withoutOwnId(decision, rule.id)}`), ""]),
		"## Turn it off",
		"",
		`For one instruction: a comment \`# hullguard-ignore ${rule.id}\` on the line above it. For a file: \`# hullguard-ignore-file ${rule.id}\` before the first instruction. For a project, in \`hullguard.yaml\`:`,
		"",
		"```yaml",
		"rules:",
		`  ${rule.id}: off`,
		"```",
		"",
		...equivalentSection(rule),
		...(rule.references.length === 0 ? [] : ["## Read more", "", ...rule.references.map((link) => `- <${link}>`), ""]),
	].join("\n");
}

/** The first bad and the first good example; the others, which are the rule's tests, are folded away. */
function exampleSections(examples: readonly Example[]): readonly string[] {
	const shown = [examples.find((example) => "bad" in example), examples.find((example) => "good" in example)];
	const more = examples.filter((example) => !shown.includes(example));
	return [
		...shown.flatMap((example) => (example === undefined ? [] : exampleSection(example))),
		...(more.length === 0
			? []
			: ["<details>", `<summary>${more.length} more</summary>`, "", ...more.flatMap(exampleSection), "</details>", ""]),
	];
}

function exampleSection(example: Example): readonly string[] {
	const fence = (text: string): readonly string[] => ["```dockerfile", text.replace(/[«»]/g, "").replace(/\n$/, ""), "```", ""];
	const plainFence = (text: string): readonly string[] => ["```text", text.replace(/\n$/, ""), "```", ""];
	const setting = settingOf(example).flatMap(({ heading, text }) =>
		text === undefined ? [`${heading}.`, ""] : [`${heading}:`, "", ...plainFence(text)],
	);
	if ("good" in example) return [`**Nothing to report**: ${example.caption}.`, "", ...fence(example.good), ...setting];
	const marked = [...example.bad.matchAll(/«([^»]*)»/gs)].flatMap(([, text = ""]) => (text === "" ? [] : [inlineCode(text)]));
	const where = marked.length === 0 ? "" : ` Marked: ${[...new Set(marked)].join(", ")}.`;
	return [
		`**Reported**: ${example.caption}.${where}`,
		"",
		...fence(example.bad),
		...setting,
		...(example.fixed === undefined ? [] : ["Repaired:", "", ...fence(example.fixed)]),
		...(example.fixedOtherFile === undefined ? [] : [`${otherFileHeading(example)}:`, "", ...plainFence(example.fixedOtherFile)]),
	];
}

/** Over what the repair makes of a file beside the Dockerfile. */
export function otherFileHeading({ fixed }: BadExample): string {
	return fixed === undefined ? "The other file, repaired" : "Or the other file, repaired";
}

function optionSection(rule: Rule): readonly string[] {
	if (rule.options === undefined || rule.options.length === 0) return [];
	const rows = rule.options.map((option) => `| \`${option.name}\` | ${option.description} | \`${JSON.stringify(option.default)}\` |`);
	const given = rule.examples.find(({ options = {} }) => Object.keys(options).length > 0)?.options;
	const shown = given ?? Object.fromEntries(rule.options.map((option) => [option.name, option.default]));
	return [
		"## Options",
		"",
		"| Name | What it does | Default |",
		"|---|---|---|",
		...rows,
		"",
		"In `hullguard.yaml`, for example:",
		"",
		"```yaml",
		"rules:",
		`  ${rule.id}:`,
		...optionText(shown)
			.split("\n")
			.map((line) => `    ${line}`),
		"```",
		"",
	];
}

function relationSection(rule: Rule, linkTo: (id: string) => string): readonly string[] {
	const links = (ids: readonly string[] = []): string =>
		ids
			.filter((id) => findRule(id) !== undefined)
			.map((id) => `[${id}](${linkTo(id)})`)
			.join(", ");
	const opposites = links(rule.excludes);
	const stronger = links(rule.supersededBy);
	const lines: string[] = [];
	if (opposites !== "") lines.push(`Demands the opposite of ${opposites}: never on together.`);
	if (stronger !== "") lines.push(`Silent where ${stronger} marks the same place.`);
	return lines.length === 0 ? [] : ["## Relations", "", ...lines.flatMap((line) => [line, ""])];
}

function equivalentSection(rule: Rule): readonly string[] {
	if (rule.equivalents.length === 0) return [];
	const rows = rule.equivalents.map((equivalent) => `| ${PEER_TITLES[equivalent.tool]} | \`${equivalent.id}\` | ${equivalent.relation} |`);
	return [
		"## In other tools",
		"",
		"A comment of one of these tools that silences an id marked *same* silences this rule too.",
		"",
		"| Tool | Id | |",
		"|---|---|---|",
		...rows,
		"",
	];
}

/** On the rule's own page it goes without saying whom an entry is about. */
function withoutOwnId(decision: string, id: string): string {
	const own = [`\`${id}\`: `, `\`${id}\` `].find((start) => decision.startsWith(start));
	if (own === undefined || /^(?:and|or) `/.test(decision.slice(own.length))) return decision;
	const text = decision.slice(own.length);
	return text.charAt(0).toUpperCase() + text.slice(1);
}
