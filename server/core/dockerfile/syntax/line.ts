import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { type MappedText, sliceMapped, sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { isSeparator, isSpace, skipSpace, trimEnd } from "./characters.ts";
import { type ExecForm, readExecForm } from "./execForm.ts";
import { type Flag, readFlags } from "./flags.ts";
import { splitAssignments } from "./words.ts";

/** A logical line taken apart: keyword, flags, arguments. */
export interface ParsedLine {
	readonly keyword: string;
	readonly keywordText: string;
	readonly keywordSpan: Span;
	readonly line: MappedText;
	readonly flags: readonly Flag[];
	readonly arguments: MappedText;
	readonly argumentsAt: number;
	readonly exec: ExecForm | undefined;
	readonly trigger: ParsedLine | undefined;
	readonly mayHaveHeredocs: boolean;
	/** Why BuildKit's parser refuses the line. */
	readonly error: string | undefined;
}

const WITH_EXEC_FORM = new Set(["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"]);
const WITH_HEREDOC = new Set(["ADD", "COPY", "RUN"]);

/** ONBUILD in ONBUILD, which the builder refuses, beyond which nobody looks. */
const DEEPEST = 10;

/** The texts of the program's own code: they are compared by the hundred, and those that are one object at once. */
const KEYWORDS = new Map([...INSTRUCTIONS].map((keyword) => [keyword, keyword]));

function keywordOf(text: string): string {
	const upper = text.toUpperCase();
	return KEYWORDS.get(upper) ?? upper;
}

/** Takes a logical line apart. `from` is where the keyword begins, behind white space: more than 0 for the line inside ONBUILD. */
export function parseLine(line: MappedText, escape: string, from = 0, depth = 0): ParsedLine {
	const { text } = line;
	const start = skipSpace(text, from);
	const end = trimEnd(text, start);
	let keywordEnd = start;
	while (keywordEnd < end && !isSeparator(text.charCodeAt(keywordEnd))) keywordEnd++;
	const keywordText = text.slice(start, keywordEnd);
	const keyword = keywordOf(keywordText);
	const trimmed = end === text.length ? line : sliceMapped(line, 0, end);
	const { flags, end: flagsEnd } = readFlags(trimmed, keywordEnd, escape);
	const argumentsAt = Math.min(skipSpace(text, flagsEnd, end), end);
	const args = sliceMapped(line, argumentsAt, end);
	const base = {
		keyword,
		keywordText,
		keywordSpan: sourceSpan(line, start, keywordEnd),
		line,
		flags,
		arguments: args,
		argumentsAt,
	};
	if (keyword === "ONBUILD" && args.text !== "" && depth < DEEPEST) {
		const trigger = parseLine(line, escape, argumentsAt, depth + 1);
		return {
			...base,
			exec: undefined,
			trigger,
			mayHaveHeredocs: trigger.mayHaveHeredocs && trigger.keyword !== "ONBUILD",
			error: trigger.error,
		};
	}
	const exec = execFormOf(keyword, args);
	return {
		...base,
		exec: typeof exec === "string" ? undefined : exec,
		trigger: undefined,
		mayHaveHeredocs: WITH_HEREDOC.has(keyword) && typeof exec === "string",
		error:
			exec === "notStrings"
				? "when using JSON array syntax, arrays must be comprised of strings only"
				: assignmentError(keyword, args, escape),
	};
}

function execFormOf(keyword: string, args: MappedText): ExecForm | "notExec" | "notStrings" {
	if (WITH_EXEC_FORM.has(keyword)) return readExecForm(args);
	if (keyword !== "HEALTHCHECK") return "notExec";
	let at = 0;
	while (at < args.text.length && !isSpace(args.text.charCodeAt(at))) at++;
	const found = readExecForm(sliceMapped(args, at, args.text.length));
	if (typeof found === "string") return found;
	return { ...found, elements: found.elements.map((element) => ({ ...element, at: element.at + at })) };
}

function assignmentError(keyword: string, args: MappedText, escape: string): string | undefined {
	if (keyword !== "ENV" && keyword !== "LABEL") return undefined;
	const words = splitAssignments(args.text, escape);
	const first = words[0];
	if (first === undefined) return undefined;
	if (!first.text.includes("=")) return /[\t\v\f\r ]/.test(args.text) ? undefined : `${keyword} must have two arguments`;
	const wrong = words.find((word) => !word.text.includes("="));
	return wrong && `Syntax error - can't find = in ${JSON.stringify(wrong.text)}. Must be of the form: name=value`;
}
