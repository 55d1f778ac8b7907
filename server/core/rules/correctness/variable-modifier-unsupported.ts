import { frontendOf } from "../../dockerfile/model/frontend.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import { UNKNOWN } from "../../dockerfile/syntax/variableValue.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { flagValues, maySubstitute, type SubstitutedText, substitutedTexts } from "../../dockerfile/variables/substitutions.ts";
import { sliceMapped, sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** The Dockerfile version that brought patterns in substitutions. Source: release notes of the frontend. */
const PATTERNS_SINCE = 7;
/** The placeholder of Dev Container Templates. Source: containers.dev, "Templates". Read 2026-11. */
const DEV_CONTAINER_OPTION = "${templateOption:";

/** Anything in braces that is more than a name: most variables have nothing behind them. */
const MODIFIED = /\$\{(?![A-Za-z_]\w*\})/;

export const variableModifierUnsupported = defineRule({
	id: "variable-modifier-unsupported",
	title: "A substitution has a form that the builder does not know",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["dockerfile-utils", "UNSUPPORTED_MODIFIER"]),
	onlyWith: { texts: ["${"] },
	why: "Outside of RUN, CMD and ENTRYPOINT it is the builder that replaces variables, and it knows few of the shell's forms. At any other it stops.",
	remedy:
		"Use `${NAME:-default}`, `${NAME:+other}`, `${NAME:?message}` or, from Dockerfile 1.7 on, the patterns `#`, `%` and `/`. For everything else use a shell variable in RUN.",
	references: ["https://docs.docker.com/reference/dockerfile/#environment-replacement"],
	examples: [
		{ caption: "Upper case, which bash knows", bad: "FROM debian:12\nARG STAGE=test\nENV STAGE_NAME=«${STAGE^^}»\n" },
		{ caption: "A default", good: "FROM debian:12\nARG STAGE\nENV STAGE_NAME=${STAGE:-test}\n" },
		{
			caption: "Forms of bash",
			bad: 'ARG A=x\nFROM debian:12\nARG A\nENV B=«${A^^}» C=1\nWORKDIR /${A}/«${A:0:1}»\nLABEL d=a"«${A,}»"\nENV E=«${!A}» F=«${A:=1}»\n',
		},
		{
			caption: "In FROM, and in a flag",
			bad: "ARG A=x\nFROM --platform=«${A,,}» debian:«${A@Q}»\nARG A\nCOPY --chown=«${A:1}» a /a\nONBUILD USER «${A~}»\n",
		},
		{ caption: "In the text of a file", bad: "FROM debian:12\nARG A\nCOPY <<X /x\n'«${A^^}»' ${A}\nX\nCOPY <<'Y' /y\n${A^^}\nY\n" },
		{ caption: "No end, no name", bad: "FROM debian:12\nARG A\nENV B=«${A»\nENV C=«${}»\nENV D=«${»{A}}\n" },
		{
			caption: "Patterns in an older version",
			bad: "# syntax=docker/dockerfile:1.4\nFROM debian:12\nARG A=x\nENV B=«${A%.*}» C=${A:-d}\n",
		},
		{
			caption: "What it knows",
			good: "ARG A=x\nFROM debian:${A:-12}\nARG A\nENV B=${A-x}${A:+y}${A+z}${A:?n} C=${A#*.}${A##a}${A%b}${A%%c}${A/d/e}${A//f/g}\nENV D=\\${A^} E='${A^}' F=${A:-${B:-c}}\n",
		},
		{ caption: "What a shell reads", good: 'FROM debian:12\nARG A\nRUN echo ${A^^} ${A:0:1}\nCMD echo ${A,,}\nENTRYPOINT ["${A@Q}"]\n' },
		{
			caption: "Templates",
			good: "FROM {{ a }}\nENV B=${A^}\n",
		},
		{ caption: "Dev Container Templates", good: 'ARG VARIANT="${templateOption:imageVariant}"\nFROM debian:${VARIANT}\n' },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const frontend = frontendOf(file);
		const patterns = !(frontend.kind === "release" && frontend.minor !== undefined && frontend.minor < PATTERNS_SINCE);
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			if (instruction.keyword !== "FROM" && !maySubstitute(instruction)) continue;
			if (!MODIFIED.test(stepText(instruction))) continue;
			const { arguments: args } = instruction;
			const texts: readonly Substituted[] =
				instruction.keyword === "FROM"
					? [...flagValues(instruction, file), ...splitAtBlanks(args).map((word) => sliceMapped(args, word.at, word.end))].map((text) => ({
							text,
							escape: file.escape,
							heredoc: undefined,
						}))
					: substitutedTexts(instruction, file);
			for (const text of texts) if (text.text.text.includes("${")) reports.push(...problemsOf(text, patterns));
		}
		return reports;
	},
});

type Substituted = Pick<SubstitutedText, "text" | "escape" | "heredoc">;

function problemsOf({ text, escape, heredoc }: Substituted, patterns: boolean): readonly Report[] {
	// In the text of a heredoc quotes are characters like others.
	const plainQuotes = heredoc !== undefined;
	if (!isRefused(text.text, escape, plainQuotes) && patterns) return [];
	const reports: Report[] = [];
	for (const { at, end } of substitutions(text.text, escape, plainQuotes)) {
		const written = text.text.slice(at, end);
		// What stands there is put in before any builder reads the file.
		if (written.startsWith(DEV_CONTAINER_OPTION)) continue;
		const operator = /^\$\{\w+(##?|%%?|\/\/?)/.exec(written)?.[1];
		const span = sourceSpan(text, at, end);
		if (operator !== undefined && !patterns)
			reports.push({ span, message: `${operator} in ${shortened(written, 40)} needs Dockerfile 1.${PATTERNS_SINCE}` });
		else if (isRefused(written, escape, plainQuotes))
			reports.push({ span, message: `The builder does not know the substitution ${shortened(written, 50)}` });
	}
	return reports;
}

/** Whether no value of the variables could make the text acceptable. */
function isRefused(text: string, escape: string, plainQuotes: boolean): boolean {
	const expansion = expand(text, { escape, lookup: () => UNKNOWN, plainQuotes });
	return expansion.kind === "invalid" && /modifier|bad substitution|missing|pattern/.test(expansion.message);
}

/** The outermost `${…}` that are neither escaped nor between single quotes. */
function substitutions(text: string, escape: string, plainQuotes: boolean): readonly { readonly at: number; readonly end: number }[] {
	let quote = "";
	const found: { readonly at: number; readonly end: number }[] = [];
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (character === escape && quote !== "'") at++;
		else if (character === "'" && quote !== '"' && !plainQuotes) quote = quote === "" ? "'" : "";
		else if (character === '"' && quote !== "'" && !plainQuotes) quote = quote === "" ? '"' : "";
		else if (character === "$" && text[at + 1] === "{" && quote !== "'") {
			const end = endOf(text, at + 2);
			found.push({ at, end });
			at = end - 1;
		}
	}
	return found;
}

function endOf(text: string, from: number): number {
	if (text[from] === "{") return from;
	let depth = 1;
	for (let at = from; at < text.length; at++) {
		if (text[at] === "{" && text[at - 1] === "$") depth++;
		if (text[at] === "}" && --depth === 0) return at + 1;
	}
	return text.length;
}
