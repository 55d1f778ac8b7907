import { shellAt } from "../dockerfile/commands/shell.ts";
import type { Step } from "../dockerfile/model/model.ts";
import { splitAtBlanks } from "../dockerfile/syntax/words.ts";
import type { HistoryEntry } from "../image/image.ts";

/** An instruction as history and Dockerfile can both be brought to say it. */
export interface ComparableStep {
	readonly keyword: string;
	/** Blanks collapsed; undefined where the text cannot be compared. */
	readonly text: string | undefined;
	/** Whether values of ARGs may stand in front of the text. */
	readonly argumentsInFront: boolean;
}

/** The instructions that make layers. */
export const LAYER_KEYWORDS: ReadonlySet<string> = new Set(["RUN", "COPY", "ADD", "WORKDIR"]);

/** Reads `created_by` as the Dockerfile frontend and the classic builder write it; undefined for what neither wrote. */
export function readCreatedBy(entry: HistoryEntry): ComparableStep | undefined {
	const written = entry.createdBy.trim();
	const text = written.endsWith("# buildkit") ? written.slice(0, -"# buildkit".length).trim() : written;
	const keyword = firstWord(text);
	if (LAYER_KEYWORDS.has(keyword)) return readFrontend(keyword, text.slice(keyword.length).trim());
	return readClassic(text);
}

function readFrontend(keyword: string, rest: string): ComparableStep {
	if (keyword === "RUN") return readRun(rest);
	const words = wordsOf(rest);
	const first = keyword === "WORKDIR" ? 0 : words.findIndex((word) => !word.startsWith("--"));
	return { keyword, text: first === -1 ? "" : words.slice(first).join(" "), argumentsInFront: false };
}

/** `|2 A=1 B=2 /bin/sh -c make`: how many values, the values, the command. */
function readRun(rest: string): ComparableStep {
	const match = /^\|\d{1,4} /.exec(rest);
	return { keyword: "RUN", text: collapse(match === null ? rest : rest.slice(match[0].length)), argumentsInFront: match !== null };
}

/** `/bin/sh -c #(nop) COPY file:… in /app `, `/bin/sh -c make`: what is copied is a hash, so only RUN has a text. */
function readClassic(text: string): ComparableStep | undefined {
	const marker = text.indexOf("#(nop)");
	if (marker !== -1) {
		const keyword = firstWord(text.slice(marker + "#(nop)".length).trim());
		return LAYER_KEYWORDS.has(keyword) ? { keyword, text: undefined, argumentsInFront: false } : undefined;
	}
	return text.startsWith("|") || /^\S+ -\w*c /.test(text) ? readRun(text) : undefined;
}

/** An instruction of a Dockerfile in the words of history. */
export function comparableStep(step: Step): ComparableStep {
	const keyword = step.keyword;
	return { keyword, text: keyword === "RUN" ? runText(step) : pathsText(step), argumentsInFront: false };
}

function runText(step: Step): string | undefined {
	if (step.exec !== undefined) return collapse(step.exec.values.join(" "));
	const shell = shellAt(step.stage, step).words.join(" ");
	const [heredoc, ...others] = step.heredocs;
	if (heredoc === undefined) return collapse(`${shell} ${step.arguments.text}`);
	// Only a RUN that is nothing but a script is written into the history as such.
	const isAll = others.length === 0 && /^\d*<<-?["']?[A-Za-z0-9_.-]+["']?$/.test(step.arguments.text.trim());
	return isAll && !heredoc.body.text.startsWith("#!") ? collapse(`${shell} ${heredoc.body.text}`) : undefined;
}

/** What COPY, ADD and WORKDIR name. Variables are substituted in the history, and a relative folder is made absolute. */
function pathsText(step: Step): string | undefined {
	const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
	const text = words.join(" ");
	if (/[$"'\\`]/.test(text)) return undefined;
	if (step.keyword === "WORKDIR" && !text.startsWith("/")) return undefined;
	return collapse(text);
}

/** Whether the two can be the same instruction: `exact` if their texts agree, `keyword` if only that can be said. */
export function compareSteps(history: ComparableStep, step: ComparableStep): "exact" | "keyword" | "different" {
	if (history.keyword !== step.keyword) return "different";
	if (history.text === undefined || step.text === undefined) return "keyword";
	if (history.text === step.text) return "exact";
	return history.argumentsInFront && history.text.endsWith(` ${step.text}`) ? "exact" : "different";
}

function firstWord(text: string): string {
	const blank = text.search(/\s/);
	return blank === -1 ? text : text.slice(0, blank);
}

function wordsOf(text: string): readonly string[] {
	return text.split(/\s/).filter((word) => word !== "");
}

function collapse(text: string): string {
	return wordsOf(text).join(" ");
}
