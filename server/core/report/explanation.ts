import { rulePageLink } from "../links.ts";
import type { BadExample, Example, Rule } from "../rules/rule.ts";
import type { Colors } from "./colors.ts";
import { settingOf } from "./exampleSetting.ts";
import { CATEGORY_TITLES, otherFileHeading, PEER_TITLES } from "./rulePage.ts";

const WIDTH = 100;
const REPAIRS = {
	safe: "safe, by hullguard fix",
	review: "by hullguard fix --review: look at what it does",
	lookup: "asks a registry or a server first",
	none: "by hand",
} as const;

/** What a rule is about, for a terminal: why it matters, what to do, one example and how to turn it off. */
export function explanationText(rule: Rule, repair: keyof typeof REPAIRS, colors: Colors): string {
	const severity = rule.strictSeverity === undefined ? rule.severity : `${rule.severity} (${rule.strictSeverity} in the strict preset)`;
	const title = (text: string): string => colors.bold(text);
	const bad = rule.examples.find((example) => "bad" in example);
	return [
		`${title(rule.id)}: ${rule.title}`,
		"",
		`  Category  ${CATEGORY_TITLES[rule.category]}`,
		`  Severity  ${severity}`,
		`  Preset    ${rule.preset}`,
		`  Repair    ${REPAIRS[repair]}`,
		...equivalentLines(rule),
		"",
		title("Why"),
		...wrapped(rule.why),
		"",
		title("What to do"),
		...wrapped(rule.remedy),
		"",
		...(bad === undefined ? [] : exampleLines(bad, title, colors)),
		...optionLines(rule, title),
		title("Turn it off"),
		`  # hullguard-ignore ${rule.id}        above an instruction`,
		`  # hullguard-ignore-file ${rule.id}   before the first instruction`,
		`  rules: { ${rule.id}: off }           in hullguard.yaml`,
		"",
		`More examples: ${rulePageLink(rule.id)}`,
		...rule.references.map((link) => `Read more: ${link}`),
		"",
	].join("\n");
}

function equivalentLines(rule: Rule): readonly string[] {
	if (rule.equivalents.length === 0) return [];
	const names = rule.equivalents.map(({ tool, id, relation }) => `${PEER_TITLES[tool]} ${id}${relation === "same" ? "" : " (similar)"}`);
	return wrapText(names.join(", "), WIDTH - 12).map((line, index) => `  ${index === 0 ? "Elsewhere" : "         "} ${line}`);
}

function optionLines(rule: Rule, title: (text: string) => string): readonly string[] {
	if (rule.options === undefined || rule.options.length === 0) return [];
	const rows = rule.options.flatMap(({ name, description, default: value }) =>
		wrapText(`${name}: ${description} (default ${JSON.stringify(value)})`, WIDTH - 2).map((line) => `  ${line}`),
	);
	return [title("Options"), ...rows, ""];
}

/** The example with carets below what is reported, and what the repair makes of it. */
function exampleLines(example: BadExample, title: (text: string) => string, colors: Colors): readonly string[] {
	return [
		`${title("Reported")}: ${captionOf(example)}`,
		...markedLines(example.bad).map(({ text, isMark }) => `  ${isMark ? colors.yellow(text) : text}`),
		"",
		...settingOf(example).flatMap(({ heading, text }) => (text === undefined ? [title(heading), ""] : shownText(title(heading), text))),
		...shownText(title("Repaired"), example.fixed),
		...shownText(title(otherFileHeading(example)), example.fixedOtherFile),
	];
}

function shownText(heading: string, text: string | undefined): readonly string[] {
	return text === undefined ? [] : [heading, ...linesOf(text).map((line) => `  ${line}`), ""];
}

function captionOf({ caption }: Example): string {
	return /^[A-Z][a-z]/.test(caption) ? caption.charAt(0).toLowerCase() + caption.slice(1) : caption;
}

function markedLines(marked: string): readonly { readonly text: string; readonly isMark: boolean }[] {
	let inside = false;
	return linesOf(marked).flatMap((line) => {
		let text = "";
		let carets = "";
		for (const character of line) {
			if (character === "«" || character === "»") inside = character === "«";
			else {
				text += character;
				carets += inside ? "^" : " ";
			}
		}
		return [{ text, isMark: false }, ...(carets.includes("^") ? [{ text: carets.trimEnd(), isMark: true }] : [])];
	});
}

function linesOf(text: string): readonly string[] {
	return text
		.replace(/\n$/, "")
		.split("\n")
		.map((line) => line.replace(/\r$/, "").replaceAll("\t", "    "));
}

function wrapped(markdown: string): readonly string[] {
	return markdown.split("\n").flatMap((paragraph) => (paragraph === "" ? [""] : wrapText(paragraph, WIDTH - 2).map((line) => `  ${line}`)));
}

/** Breaks at blanks only. */
function wrapText(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(" ")) {
		if (line !== "" && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else line = line === "" ? word : `${line} ${word}`;
	}
	return [...lines, line];
}
