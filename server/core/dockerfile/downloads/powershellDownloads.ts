import { LOCAL_HOSTS, POWERSHELL_SENDS, POWERSHELL_SWITCHES } from "../../knowledge/downloadTools.ts";
import { type MappedText, sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import { type PowershellWord, powershellArguments, unquoted } from "../commands/powershellWords.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { variableAt } from "../variables/variables.ts";
import { hostOf } from "./addresses.ts";
import { powershellTexts } from "./powershellTexts.ts";

/** A file that PowerShell fetches. */
export interface PowershellDownload {
	readonly step: Step;
	/** The address, or the word that stands for it. */
	readonly span: Span;
	/** With the values that the file gives its variables; undefined if the script or the builder decides. */
	readonly address: string | undefined;
	/** The word that names the file. */
	readonly file: string;
	/** The file's name without folders, in lower case: with `$` in front where a variable names it. */
	readonly name: string;
	/** What the script does afterwards. */
	readonly after: string;
	/** Where another command can follow; undefined inside of an expression. */
	readonly behind: number | undefined;
}

/** Of the files of one RUN; nobody looks at more. */
const MOST_DOWNLOADS = 200;

/** Characters; nobody looks further back for the beginning of one. */
const LONGEST_FUNCTION = 4000;

const CALL = /(?<![\w.$-])(?:Invoke-WebRequest|iwr|Start-BitsTransfer)(?=\s)|\.DownloadFile\s?\(/gi;

/** The files that PowerShell fetches in a RUN, in order. What stays in memory is none, nor what is sent, nor what the machine itself serves. */
export const powershellDownloads = remembered((step: Step): readonly PowershellDownload[] =>
	step.keyword === "RUN" && TRACES.test(stepText(step))
		? powershellTexts(step)
				.flatMap((mapped) => downloadsIn(step, mapped))
				.slice(0, MOST_DOWNLOADS)
		: NONE,
);

const NONE: readonly PowershellDownload[] = [];
/** Without one of these nothing is fetched. */
const TRACES = /webrequest|iwr|bitstransfer|downloadfile/i;

function downloadsIn(step: Step, mapped: MappedText): readonly PowershellDownload[] {
	const { text } = mapped;
	return [...text.matchAll(CALL)].slice(0, MOST_DOWNLOADS).flatMap(({ 0: call, index }): readonly PowershellDownload[] => {
		if (isCommented(text, index) || isInFunction(text, index)) return [];
		const isMethod = call.endsWith("(");
		const { words, end } = powershellArguments(text, index + call.length);
		const given = isMethod ? methodArguments(words) : namedArguments(words);
		if (given === undefined) return [];
		const { source, target } = given;
		const address = addressOf(step, source);
		const host = address === undefined ? undefined : hostOf(address.text);
		const name = fileName(target.text);
		if (name === "" || name === "nul" || name === "$null" || (host !== undefined && LOCAL_HOSTS.test(host))) return [];
		const behind = !isMethod && (end === text.length || /[;\n]/.test(text[end] as string)) ? lastWordEnd(words) : undefined;
		return [
			{
				step,
				span: sourceSpan(mapped, source.at + (address?.at ?? 0), source.at + (address?.end ?? source.text.length)),
				address: address?.text,
				file: target.text,
				name,
				after: text.slice(end),
				behind: behind === undefined ? undefined : sourceOffset(mapped, behind - 1) + 1,
			},
		];
	});
}

function isCommented(text: string, at: number): boolean {
	return /^[ \t]*#/.test(text.slice(text.lastIndexOf("\n", at) + 1, at));
}

/** What a function fetches is told where it is called. */
function isInFunction(text: string, at: number): boolean {
	const before = text.slice(Math.max(0, at - LONGEST_FUNCTION), at);
	const start = before.toLowerCase().lastIndexOf("function ");
	const body = start === -1 ? "" : before.slice(start);
	return body.split("{").length > body.split("}").length;
}

function lastWordEnd(words: readonly PowershellWord[]): number | undefined {
	const last = words[words.length - 1];
	return last === undefined ? undefined : last.at + last.text.length;
}

interface Given {
	readonly source: PowershellWord;
	readonly target: PowershellWord;
}

/** `DownloadFile(address, file)`. */
function methodArguments(words: readonly PowershellWord[]): Given | undefined {
	const [source, comma, target, ...more] = words;
	return source !== undefined && comma?.text === "," && target !== undefined && more.length === 0 ? { source, target } : undefined;
}

/** Names of parameters may be cut short as long as they are clear. */
function isShortFor(written: string, name: string, least: number): boolean {
	return written.length >= least && name.startsWith(written);
}

function namedArguments(words: readonly PowershellWord[]): Given | undefined {
	let source: PowershellWord | undefined;
	let target: PowershellWord | undefined;
	for (let index = 0; index < words.length; index++) {
		const word = words[index] as PowershellWord;
		const written = /^-([a-z]+):?$/i.exec(word.text)?.[1]?.toLowerCase();
		if (written === undefined) {
			if (word.text.startsWith("-") || word.text === ",") return undefined;
			source ??= word;
			continue;
		}
		if (POWERSHELL_SWITCHES.some((name) => isShortFor(written, name, 2))) continue;
		const value = words[++index];
		if (POWERSHELL_SENDS.includes(written)) return undefined;
		if (isShortFor(written, "method", 2) && value?.text.toLowerCase() !== "get") return undefined;
		if (isShortFor(written, "uri", 2) || isShortFor(written, "source", 2)) source = value;
		else if (isShortFor(written, "outfile", 4) || isShortFor(written, "destination", 3)) target = value;
	}
	return source === undefined || target === undefined ? undefined : { source, target };
}

interface Address {
	readonly text: string;
	/** Its place in the word; the whole word where a variable stands for it. */
	readonly at?: number;
	readonly end?: number;
}

/** The address that a word writes out, variables of the script aside, or the one that a variable of the file has. */
function addressOf(step: Step, { text }: PowershellWord): Address | undefined {
	const written = /https?:\/\/[^\s'"()|;]+/i.exec(text);
	if (written !== null) return { text: withValues(step, written[0]), at: written.index, end: written.index + written[0].length };
	const name = /^\$(?:env:(\w+)|\{env:(\w+)\})$/i.exec(unquoted(text));
	const value = name === null ? undefined : variableAt(step, name[1] ?? name[2] ?? "");
	return value?.kind === "set" ? { text: value.value } : undefined;
}

function withValues(step: Step, text: string): string {
	return text.replace(/\$(?:env:(\w+)|\{env:(\w+)\})/gi, (reference, plain: string | undefined, braced: string | undefined) => {
		const value = variableAt(step, plain ?? braced ?? "");
		return value.kind === "set" ? value.value : reference;
	});
}

/** What a word names without its folders, in lower case; the variable where one does. */
export function fileName(word: string): string {
	const path = unquoted(word).toLowerCase();
	return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
