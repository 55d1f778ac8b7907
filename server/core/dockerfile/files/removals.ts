import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { resolveWord } from "../../shell/words.ts";
import { homeAt } from "../accounts/home.ts";
import { folderOf } from "../commands/commandFolder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { type Answer, anyOf } from "../syntax/answer.ts";
import { normalPath } from "../variables/state.ts";
import { isInside } from "./mountCoverage.ts";

/**
 * Whether a command of a RUN deletes `path` (absolute, normal), or all that lies in it: `rm` in every spelling of the path
 * (parent folders, globs, braces, quotes, `~`), and `find … -delete`.
 */
export function removes(step: Step, command: ShellCommand, path: string): Answer {
	if (command.program === "find") return findRemoves(step, command, path);
	if (!mayRemove(command)) return "no";
	// `find … -exec rm` and `xargs rm` delete what the other command names.
	if (command.wrapper?.program === "find" || command.wrapper?.program === "xargs") return "no";
	return anyOf(command.args.filter((word) => !word.text.startsWith("-")).map((word) => wordRemoves(step, command, word, path)));
}

/** Whether a command is one that {@link removes} knows. */
export function mayRemove({ program }: ShellCommand): boolean {
	return program === "rm" || program === "unlink" || program === "shred" || program === "find";
}

/** Whether one operand of `rm` names `path`, a folder that holds it, or all that lies in it. */
export function wordRemoves(step: Step, command: ShellCommand, word: ShellWord, path: string): Answer {
	if (quotesGlob(word)) return "no";
	const written = word.value;
	if (written?.startsWith("/") && !written.includes("{")) return patternCovers(normalPath(written), path) ? "yes" : "no";
	const first = word.parts[0];
	if (first?.kind === "variable" && isTemporary(step, first.name)) return "no";
	const value = operandValue(step, command, word);
	if (value === undefined) {
		return couldName(first?.kind === "text" ? first.text : "", path) ? "unknown" : "no";
	}
	return anyOf(
		splitUnquoted(word, value)
			.flatMap(expandBraces)
			.map((operand): Answer => {
				if (operand.startsWith("/")) return patternCovers(normalPath(operand), path) ? "yes" : "no";
				const folder = folderOf(step, command);
				// From a folder that nobody knows it could be one of those that lead to the path.
				if (folder === undefined)
					return prefixesOf(path).some((prefix) => patternCovers(normalPath(`${prefix}/${operand}`), path)) ? "unknown" : "no";
				return patternCovers(normalPath(`${folder}/${operand}`), path) ? "yes" : "no";
			}),
	);
}

/** What each path starts with that an operand of `rm` names, with a slash behind the path; empty where that cannot be told. */
export function startOfRemoved({ value }: ShellWord): string {
	if (value === undefined || !value.startsWith("/") || value.includes("{")) return "";
	const path = normalPath(value);
	const glob = path.search(/[*?[]/);
	return glob === -1 ? path : path.slice(0, glob);
}

const QUOTED = /"[^"]*"|'[^']*'|\\./gs;

/** Whether a word has a star in quotes, which stands for itself: `rm -rf "/tmp/*"` removes nothing. */
export function quotesGlob({ text, parts, quoted }: ShellWord): boolean {
	if (!quoted || !/[*?]/.test(text)) return false;
	// A star inside an expansion is no part of the name.
	const isPlain = parts.every((part) => part.kind === "text" || (part.kind === "variable" && part.operator === undefined));
	return isPlain && (text.match(QUOTED) ?? []).some((piece) => /[*?]/.test(piece));
}

/** The words that the shell makes of one: it splits what a variable without quotes holds at blanks. An option among them names nothing. */
function splitUnquoted({ parts }: ShellWord, value: string): readonly string[] {
	if (!/\s/.test(value) || !parts.some((part) => part.kind === "variable" && !part.quoted)) return [value];
	return value.split(/\s+/).filter((operand) => operand !== "" && !operand.startsWith("-"));
}

/** Whether a word that begins with a known text could name a path or a folder that holds it. */
function couldName(start: string, path: string): boolean {
	if (start === "" || /[*?[{~]/.test(start)) return true;
	if (start.startsWith("/")) return path.startsWith(start) || start.startsWith(`${path}/`);
	const name = start.split("/")[0] ?? "";
	return path.split("/").some((part) => (start.includes("/") ? part === name || name === "." || name === ".." : part.startsWith(name)));
}

/** A path and the folders that it lies in, from the root on, which is empty: `/a/b` → ``, `/a`, `/a/b`. */
export function prefixesOf(path: string): readonly string[] {
	const parts = path.split("/");
	return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** A word with variables and `~` resolved. */
export function operandValue(step: Step, command: ShellCommand, word: ShellWord): string | undefined {
	const value = resolveWord(word, (name) => {
		const found = name === "HOME" ? homeAt(step, command) : shellVariableAt(step, command, name);
		return found.kind === "set" ? found.value : undefined;
	});
	if (value === undefined || !word.text.startsWith("~")) return value;
	if (value.startsWith("~root")) return `/root${value.slice(5)}`;
	if (value !== "~" && !value.startsWith("~/")) return undefined;
	const home = homeAt(step, command);
	return home.kind === "set" ? home.value + value.slice(1) : undefined;
}

/** Variables that hold temporary folders: `export GNUPGHOME="$(mktemp -d)"`. */
function isTemporary(step: Step, name: string): boolean {
	return /^(?:GNUPGHOME|TMPDIR|tmp|tempDir|tempdir)$/.test(name) || temporaryNames(step).has(name);
}

const temporaryNames = remembered((step: Step): ReadonlySet<string> => {
	const assignments = commandsOf(step).flatMap((command) => command.assignments);
	return new Set(assignments.filter(({ value }) => value !== undefined && /\bmktemp\b/.test(value.text)).map(({ name }) => name));
});

/** Whether a path with globs stands for `path`, for a folder that holds it, or for all that lies in it. */
function patternCovers(pattern: string, path: string): boolean {
	const glob = pattern.search(/[*?[]/);
	if (glob === -1) return pattern !== "/" && isInside(path, pattern);
	if (!`${path}/`.startsWith(pattern.slice(0, pattern.lastIndexOf("/", glob) + 1))) return false;
	const wanted = path.split("/").filter((part) => part !== "");
	const given = pattern.split("/").filter((part) => part !== "");
	for (const [index, part] of given.entries()) {
		const name = wanted[index];
		if (name === undefined) return index === given.length - 1 && index === wanted.length && /^\*[*._]*$/.test(part);
		if (!globMatches(part, name)) return false;
	}
	return given.length > 0;
}

/** Names of files have at most 255 characters; nobody writes so long a pattern for them. */
const LONGEST_GLOB = 1000;

/** A glob of one path segment: `*`, `?`; a bracket expression is taken for any character. */
export function globMatches(glob: string, name: string): boolean {
	if (glob.length > LONGEST_GLOB) return false;
	const pieces = glob.replace(/\[[^\]]*\]/g, "?").split("*");
	const matchesAt = (piece: string, at: number): boolean => {
		if (at < 0) return false;
		if (!piece.includes("?")) return name.startsWith(piece, at);
		return at + piece.length <= name.length && [...piece].every((character, index) => character === "?" || character === name[at + index]);
	};
	const first = pieces[0] ?? "";
	if (!matchesAt(first, 0)) return false;
	if (pieces.length === 1) return first.length === name.length;
	// A leading star does not stand for a dot.
	if (first === "" && name.startsWith(".") && glob.startsWith("*")) return false;
	let at = first.length;
	for (const piece of pieces.slice(1, -1)) {
		while (at <= name.length && !matchesAt(piece, at)) at++;
		if (at > name.length) return false;
		at += piece.length;
	}
	const last = pieces[pieces.length - 1] ?? "";
	return name.length - last.length >= at && matchesAt(last, name.length - last.length);
}

/** More choices than this are not looked at. */
const MOST_CHOICES = 100;

/** `a/{b,c}/d` → `a/b/d`, `a/c/d`; nested ones too. */
export function expandBraces(text: string): readonly string[] {
	const pending = [text];
	const done: string[] = [];
	for (let next = pending.pop(); next !== undefined && done.length + pending.length < MOST_CHOICES; next = pending.pop()) {
		const group = firstGroup(next);
		if (group === undefined) done.push(next);
		else for (const choice of group.choices) pending.push(next.slice(0, group.start) + choice + next.slice(group.end));
	}
	return done.length === 0 ? [text] : done;
}

function firstGroup(text: string): { readonly start: number; readonly end: number; readonly choices: readonly string[] } | undefined {
	const start = text.indexOf("{");
	if (start === -1) return undefined;
	const borders = [start];
	let depth = 0;
	for (let at = start; at < text.length; at++) {
		const character = text[at];
		if (character === "{") depth++;
		else if (character === "," && depth === 1) borders.push(at);
		else if (character === "}" && --depth === 0) {
			if (borders.length === 1) return undefined;
			return { start, end: at + 1, choices: borders.map((border, index) => text.slice(border + 1, borders[index + 1] ?? at)) };
		}
	}
	return undefined;
}

/** Where `find` is told to look; none where it begins in its own folder. */
export function findStarts({ args }: ShellCommand): readonly ShellWord[] {
	const end = args.findIndex((word) => /^[-(!]/.test(word.text));
	return args.slice(0, end === -1 ? args.length : end);
}

function findRemoves(step: Step, command: ShellCommand, path: string): Answer {
	const starts = findStarts(command);
	const rest = command.args.slice(starts.length).map((word) => word.text);
	const covered = anyOf(starts.map((word) => wordRemoves(step, command, word, path)));
	if (covered === "no") return "no";
	const deletes = rest.includes("-delete") || rest.includes("rm") || command.pipeline !== undefined;
	if (!deletes) return "no";
	const filtered =
		rest.some((word) => /^-(?:i?name|i?path|i?regex|size|newer|mtime|user|perm)$/.test(word)) || command.pipeline !== undefined;
	return filtered ? "unknown" : covered;
}
