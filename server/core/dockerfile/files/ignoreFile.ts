import type { Span } from "../../text.ts";

/**
 * `.dockerignore` as Docker reads it: patterns count from the root of the context, `**` stands for any number of folders, the last
 * pattern that matches decides, and `!` takes a path back in. Behaviour as documented for the build context and observed in BuildKit.
 */
export interface IgnoreFile {
	readonly patterns: readonly IgnorePattern[];
}

/** One line of an ignore file. */
export interface IgnorePattern {
	/** As Docker compares it: without `!`, `./`, slashes at both ends. */
	readonly text: string;
	/** `!`: what it matches is part of the context again. */
	readonly negated: boolean;
	/** The line without the blanks around it. */
	readonly span: Span;
	/** Zero-based. */
	readonly line: number;
	readonly tokens: readonly Token[];
}

/** `deep` is `**` with folders behind it: nothing, or anything up to a slash. `rest` is `**` at the end. */
type Token =
	| { readonly kind: "character"; readonly text: string }
	| { readonly kind: "one" | "star" | "deep" | "rest" }
	| { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

export function parseIgnoreFile(text: string): IgnoreFile {
	const patterns: IgnorePattern[] = [];
	let start = 0;
	for (const [line, whole] of text.split("\n").entries()) {
		const content = line === 0 ? whole.replace(/^\uFEFF/, "") : whole;
		const lineStart = start + (whole.length - content.length);
		start += whole.length + 1;
		if (content.startsWith("#")) continue;
		const written = content.trim();
		if (written === "") continue;
		const at = lineStart + content.indexOf(written);
		const negated = written.startsWith("!");
		const pattern = cleaned(negated ? written.slice(1).trim() : written);
		if (pattern === "") continue;
		patterns.push({ text: pattern, negated, span: { start: at, end: at + written.length }, line, tokens: tokensOf(pattern) });
	}
	return { patterns };
}

/** Whether a path (from the root of the context, slashes between folders) is left out of the context. */
export function isIgnored(file: IgnoreFile, path: string): boolean {
	let ignored = false;
	// A pattern that could change nothing is not tried.
	for (const pattern of file.patterns) if (pattern.negated === ignored && matches(pattern, path)) ignored = !ignored;
	return ignored;
}

/** Whether the file leaves out everything that it does not name: `*`, then `!src` and the like. */
export function isAllowList(file: IgnoreFile): boolean {
	return isIgnored(file, "any name that nobody gives to a file") && isIgnored(file, "any folder/any name");
}

/** Whether a pattern matches a path, or a folder that the path lies in. */
export function matches(pattern: Pick<IgnorePattern, "tokens">, path: string): boolean {
	const { tokens } = pattern;
	// Each state is a place between tokens; `inside` holds the `deep` tokens that have begun to swallow folders.
	let places = new Set<number>();
	let inside = new Set<number>();
	enter(tokens, places, 0);
	for (const character of path.split("")) {
		if (character === "/" && places.has(tokens.length)) return true;
		const nextPlaces = new Set<number>();
		const nextInside = new Set<number>();
		for (const at of inside) {
			nextInside.add(at);
			if (character === "/") enter(tokens, nextPlaces, at + 1);
		}
		for (const at of places) {
			const token = tokens[at];
			if (token === undefined) continue;
			if (token.kind === "deep") {
				nextInside.add(at);
				if (character === "/") enter(tokens, nextPlaces, at + 1);
			} else if (token.kind === "rest" || (token.kind === "star" && character !== "/")) enter(tokens, nextPlaces, at);
			else if (token.kind !== "star" && takes(token, character)) enter(tokens, nextPlaces, at + 1);
		}
		if (nextPlaces.size === 0 && nextInside.size === 0) return false;
		places = nextPlaces;
		inside = nextInside;
	}
	return places.has(tokens.length);
}

/** Whether a pattern could match something that lies in a folder, if it does not match the folder itself: `src/a`, `**` with a name behind it. */
export function mayReachInto({ text, tokens }: IgnorePattern, folder: string): boolean {
	if (text.startsWith(`${folder}/`)) return true;
	if (tokens.every((token) => token.kind === "character")) return false;
	// The folders of the pattern have to match those of the path, up to a `**`.
	const parts = text.split("/");
	const folders = folder.split("/");
	const deep = parts.findIndex((part) => part.includes("**"));
	const plain = parts.slice(0, deep === -1 ? parts.length : deep);
	return (
		(deep !== -1 || parts.length > folders.length) &&
		plain.every((part, index) => index >= folders.length || matchesName(part, folders[index] as string))
	);
}

/** Whether one part of a pattern matches one name. */
function matchesName(part: string, name: string): boolean {
	return part === name || matches({ tokens: tokensOf(part) }, name);
}

/** Adds a place and those that are reached from it without a character. */
function enter(tokens: readonly Token[], places: Set<number>, from: number): void {
	for (let at = from; !places.has(at); at++) {
		places.add(at);
		const kind = tokens[at]?.kind;
		if (kind !== "star" && kind !== "deep" && kind !== "rest") return;
	}
}

function takes(token: Token, character: string): boolean {
	if (token.kind === "character") return token.text === character;
	if (token.kind === "one") return character !== "/";
	if (token.kind !== "class") return false;
	return token.ranges.some(([first, last]) => first <= character && character <= last) !== token.negated;
}

/** A path without `.`, `..`, doubled slashes and the slashes at both ends; `/` alone stays. */
function cleaned(pattern: string): string {
	const parts: string[] = [];
	for (const part of pattern.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === ".." && parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
		else if (part !== ".." || !pattern.startsWith("/")) parts.push(part);
	}
	return parts.length > 0 ? parts.join("/") : pattern === "" ? "" : pattern.startsWith("/") ? "/" : ".";
}

function tokensOf(pattern: string): readonly Token[] {
	const tokens: Token[] = [];
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at] as string;
		if (character === "*") {
			if (pattern[at + 1] !== "*") {
				tokens.push({ kind: "star" });
				continue;
			}
			at++;
			if (pattern[at + 1] === "/") at++;
			tokens.push({ kind: at + 1 >= pattern.length ? "rest" : "deep" });
		} else if (character === "?") tokens.push({ kind: "one" });
		else if (character === "[" && pattern.indexOf("]", at + 2) !== -1) {
			const end = pattern.indexOf("]", at + 2);
			tokens.push(classOf(pattern.slice(at + 1, end)));
			at = end;
		} else if (character === "\\" && at + 1 < pattern.length) tokens.push({ kind: "character", text: pattern[++at] as string });
		else tokens.push({ kind: "character", text: character });
	}
	return tokens;
}

function classOf(body: string): Token {
	const negated = body.startsWith("^");
	const ranges: (readonly [string, string])[] = [];
	for (let at = negated ? 1 : 0; at < body.length; at++) {
		const first = body[at] as string;
		const last = body[at + 1] === "-" ? body[at + 2] : undefined;
		ranges.push([first, last ?? first]);
		if (last !== undefined) at += 2;
	}
	return { kind: "class", negated, ranges };
}
