import { type IgnoreFile, type IgnorePattern, isIgnored, matches, mayReachInto, parseIgnoreFile } from "../dockerfile/files/ignoreFile.ts";
import { expandBraces } from "../dockerfile/files/removals.ts";
import type { EditFix, LintSeverity, Related } from "../finding.ts";
import { type Span, type SpanEdit, shortened } from "../text.ts";
import { type IgnoreLine, ignoreLines } from "./ignoreLines.ts";

/** A pattern of an ignore file that does not do what it seems to say. */
export interface IgnoreFinding {
	readonly code: IgnoreCode;
	readonly severity: LintSeverity;
	/** In the text of the ignore file. */
	readonly span: Span;
	/** The pattern as written. */
	readonly pattern: string;
	/** The fact first; at most 100 characters, no full stop. */
	readonly message: string;
	readonly fixes: readonly EditFix[];
	readonly related: readonly Related[];
}

/**
 * `refused`: the builder stops at it. `literal`: characters that mean something in other files, and themselves here. `root-only`: a name
 * that lies in folders, where the pattern counts from the root. `overridden`: a later pattern takes it back. `idle`: it takes back
 * what nothing left out. `repeated`: it stands there already.
 */
export type IgnoreCode = "refused" | "literal" | "root-only" | "overridden" | "idle" | "repeated";

/** What is known of the build context. */
export interface IgnoreFacts {
	/** Names at its top; undefined if nobody looked. */
	readonly contextEntries: readonly string[] | undefined;
}

/** Names that programs leave in any folder. */
const EVERYWHERE = new Set(
	"__pycache__ *.pyc *.pyo *.pyd .DS_Store Thumbs.db *.swp *.swo *~ *.log *.class *.orig *.rej *.tmp .pytest_cache .ipynb_checkpoints node_modules".split(
		" ",
	),
);

/** In longer files nobody compares each pattern with all others. */
const MOST_PATTERNS = 1000;

/** Checks a `.dockerignore` by Docker's own rules, in order of its lines. Pure, never throws. */
export function lintIgnoreFile(text: string, facts: IgnoreFacts): readonly IgnoreFinding[] {
	const file = parseIgnoreFile(text);
	const byLine = new Map(file.patterns.map((pattern, index) => [pattern.line, { file, pattern, index }]));
	const firsts = firstsOf(file);
	const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
	return ignoreLines(text).flatMap((line) => {
		const place = byLine.get(line.line);
		const found =
			refused(line) ??
			literal(line, lineBreak) ??
			(place === undefined ? undefined : (repeated(place, firsts, line) ?? taken(place, line) ?? rootOnly(place, line, facts)));
		return found === undefined ? [] : [found];
	});
}

/** A pattern with its place in its file. */
interface Place {
	readonly file: IgnoreFile;
	readonly pattern: IgnorePattern;
	readonly index: number;
}

/** The pattern that each one repeats, with nothing between them that decides otherwise. */
function firstsOf({ patterns }: IgnoreFile): ReadonlyMap<IgnorePattern, IgnorePattern> {
	const firsts = new Map<IgnorePattern, IgnorePattern>();
	let since = new Map<string, IgnorePattern>();
	let negated: boolean | undefined;
	for (const pattern of patterns) {
		if (pattern.negated !== negated) since = new Map();
		negated = pattern.negated;
		const first = since.get(pattern.text);
		if (first === undefined) since.set(pattern.text, pattern);
		else firsts.set(pattern, first);
	}
	return firsts;
}

function finding(
	line: IgnoreLine,
	code: IgnoreCode,
	severity: LintSeverity,
	message: string,
	fix?: { readonly title: string; readonly edit: SpanEdit },
	related: readonly Related[] = [],
): IgnoreFinding {
	const fixes: readonly EditFix[] = fix === undefined ? [] : [{ title: fix.title, safety: "review", edits: [fix.edit] }];
	return { code, severity, span: line.span, pattern: line.text, message, fixes, related };
}

/** Gives a pattern in place of the line's own. */
function instead(line: IgnoreLine, newText: string): { readonly title: string; readonly edit: SpanEdit } {
	return { title: `Write ${shortened(newText, 60)}`, edit: { span: line.span, newText } };
}

function without(line: IgnoreLine): { readonly title: string; readonly edit: SpanEdit } {
	return { title: "Remove the line", edit: { span: line.lineSpan, newText: "" } };
}

function refused(line: IgnoreLine): IgnoreFinding | undefined {
	const { text } = line;
	if (text === "!") return finding(line, "refused", "error", "The builder refuses a ! without a pattern", without(line));
	const why = syntaxError(text);
	return why === undefined ? undefined : finding(line, "refused", "error", `The builder refuses ${shortened(text, 50)}: ${why}`);
}

/** What Go's `filepath.Match` finds wrong with a pattern; tried out with BuildKit 0.25. */
function syntaxError(text: string): string | undefined {
	for (let at = 0; at < text.length; at++) {
		if (text[at] === "\\") {
			at++;
			if (at === text.length) return "nothing follows the backslash";
		} else if (text[at] === "[") {
			const first = text[at + 1] === "^" ? at + 2 : at + 1;
			if (text[first] === "]") return "the brackets are empty";
			at = text.indexOf("]", first);
			if (at === -1) return "a bracket is not closed";
		}
	}
	return undefined;
}

function literal(line: IgnoreLine, lineBreak: string): IgnoreFinding | undefined {
	const { text } = line;
	const negation = text.startsWith("!") ? "!" : "";
	const body = text.slice(negation.length);
	const report = (why: string, newText?: string): IgnoreFinding =>
		finding(line, "literal", "warning", `${shortened(text, 40)} ${why}`, newText === undefined ? undefined : instead(line, newText));
	if (text.startsWith("#"))
		return finding(line, "literal", "info", "A # behind blanks begins no comment: this line is a pattern", {
			title: "Make it a comment",
			edit: { span: { start: line.lineSpan.start, end: line.span.start }, newText: "" },
		});
	const comment = indexOfComment(body);
	if (comment !== -1) return report("has no comment: the text behind # is part of the pattern", negation + body.slice(0, comment).trim());
	if (/^(["']).+\1$/.test(body)) return report("has quotes, which are part of the name here", negation + body.slice(1, -1));
	if (body.includes("[!")) return report("means a ! in brackets: Docker negates with ^", text.replaceAll("[!", "[^"));
	const choices = expandBraces(body);
	if (choices.length > 1 && !body.includes("\\"))
		return report(
			"has braces, which are part of the name here",
			choices
				.map((choice) => negation + choice)
				.sort(byName)
				.join(lineBreak),
		);
	if (/\\[A-Za-z0-9_.]/.test(body))
		return report("has a backslash, which parts no folders here", negation + body.replace(/\\(?=[A-Za-z0-9_.])/g, "/"));
	if (body.startsWith("~/")) return report("begins with a folder named ~: patterns count from the root of the context");
	if (/^\/?\.\.(?:\/|$)/.test(body)) return report("leads out of the context: there is nothing to leave out");
	return undefined;
}

/** Where a comment would begin behind a pattern; -1 if there is none. */
function indexOfComment(text: string): number {
	for (let at = text.indexOf("#"); at !== -1; at = text.indexOf("#", at + 1)) {
		const before = text[at - 1];
		if (before === " " || before === "\t") return at;
	}
	return -1;
}

function byName(a: string, b: string): number {
	return a < b ? -1 : 1;
}

function repeated({ pattern }: Place, firsts: ReadonlyMap<IgnorePattern, IgnorePattern>, line: IgnoreLine): IgnoreFinding | undefined {
	const first = firsts.get(pattern);
	if (first === undefined) return undefined;
	return finding(line, "repeated", "hint", `${shortened(line.text, 50)} stands in line ${first.line + 1} already`, without(line), [
		{ span: first.span, message: "The same pattern" },
	]);
}

/** A plain path that later patterns decide otherwise, or that needs no taking back. */
function taken({ file, pattern, index }: Place, line: IgnoreLine): IgnoreFinding | undefined {
	if (file.patterns.length > MOST_PATTERNS || pattern.tokens.some((token) => token.kind !== "character")) return undefined;
	const path = pattern.text;
	const later = file.patterns.slice(index + 1).filter((other) => other.negated !== pattern.negated && matches(other, path));
	const last = later[later.length - 1];
	if (last !== undefined && isIgnored(file, path) === pattern.negated)
		return finding(
			line,
			"overridden",
			"warning",
			`${shortened(line.text, 40)} has no effect: line ${last.line + 1}, ${shortened(written(last), 25)}, decides`,
			undefined,
			[{ span: last.span, message: "The last pattern that matches decides" }],
		);
	if (!pattern.negated) return undefined;
	const earlier = file.patterns.slice(0, index);
	const nothing = earlier.every((other) => other.negated || (!matches(other, path) && !mayReachInto(other, path)));
	return nothing
		? finding(line, "idle", "info", `${shortened(line.text, 50)} takes back what no pattern above leaves out`, without(line))
		: undefined;
}

function written({ text, negated }: IgnorePattern): string {
	return negated ? `!${text}` : text;
}

/** A name of files that lie in folders, where the pattern matches at the root alone. */
function rootOnly({ pattern }: Place, line: IgnoreLine, { contextEntries }: IgnoreFacts): IgnoreFinding | undefined {
	if (pattern.negated || !EVERYWHERE.has(pattern.text) || contextEntries === undefined) return undefined;
	if (contextEntries.some((entry) => matches(pattern, entry))) return undefined;
	return finding(
		line,
		"root-only",
		"info",
		`${shortened(line.text, 40)} matches at the root of the context only, where there is none`,
		instead(line, `**/${pattern.text}`),
	);
}
