import { compareTexts } from "../../compareTexts.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import type { ShellWord } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { replace } from "../edits/edit.ts";
import type { Step } from "../model/model.ts";
import type { PackageCall } from "./packageCalls.ts";

/** Managers for which the order of the packages means nothing. */
export const ORDERLESS: ReadonlySet<ManagerId> = new Set([
	"apt",
	"apk",
	"dnf",
	"yum",
	"microdnf",
	"tdnf",
	"zypper",
	"pacman",
	"npm",
	"yarn",
	"pnpm",
	"bun",
]);

/** Packages of one call with nothing but blanks, line ends and comments between them. */
export interface PackageRun {
	readonly words: readonly ShellWord[];
	/** The same in alphabetical order. */
	readonly sorted: readonly ShellWord[];
	/** The first that stands in the wrong place; undefined if all stand right. */
	readonly firstWrong: ShellWord | undefined;
}

/** The lists of packages of an install. Options and words with a variable end a list and stay where they are. */
export function packageRuns(call: PackageCall): readonly PackageRun[] {
	return packageLists(call).map(readRun);
}

/** A list of packages as a run, if it is not in alphabetical order. */
export function unsortedRun(words: readonly ShellWord[]): PackageRun | undefined {
	return isSorted(words) ? undefined : readRun(words);
}

/** Packages that a list names a second time; none where a comment between them may say why. */
export function repeatedPackages(step: Step, words: readonly ShellWord[]): readonly ShellWord[] {
	const seen = new Set<string>();
	for (const { text } of words) seen.add(text);
	if (seen.size === words.length || hasComments(step, words)) return [];
	seen.clear();
	return words.filter(({ text }) => seen.size === seen.add(text).size);
}

function hasComments(step: Step, words: readonly ShellWord[]): boolean {
	const start = words[0]?.span.start ?? 0;
	const end = words[words.length - 1]?.span.end ?? 0;
	return step.stage.file.comments.some(({ span }) => start < span.end && span.start < end);
}

/** The packages that a call installs; Yarn names them behind two words, `global add`. */
function installedWords({ manager, kind, verb, operands }: PackageCall): readonly ShellWord[] {
	if (manager === "yarn" && verb === "global" && operands[0]?.value === "add") return operands.slice(1);
	return kind === "install" ? operands : [];
}

/** The words of each list; a single package is none. */
export function packageLists(call: PackageCall): readonly (readonly ShellWord[])[] {
	const operands = installedWords(call);
	if (operands.length < 2 || !ORDERLESS.has(call.manager) || call.command.decoded) return [];
	const lists: ShellWord[][] = [];
	// The operands are words of the command, in the same order.
	let next = 0;
	const verbAt = call.verbWord?.at ?? -1;
	let list: ShellWord[] = [];
	for (const word of call.command.args) {
		const isOperand = word === operands[next];
		if (isOperand) next++;
		if (word.at <= verbAt) continue;
		if (!isOperand || !isPlain(word)) {
			if (list.length > 0) list = [];
			continue;
		}
		list.push(word);
		if (list.length === 2) lists.push(list);
	}
	return lists;
}

function isSorted(words: readonly ShellWord[]): boolean {
	return words.every((word, index) => index === 0 || compare((words[index - 1] as ShellWord).text, word.text) <= 0);
}

/** A name as it stands in the file; paths, addresses and patterns are none. */
function isPlain(word: ShellWord): boolean {
	return (
		word.value === word.text &&
		/^[A-Za-z0-9@][\w@.+:=~<>/-]*$/.test(word.text) &&
		!/:\/\/|^\.|\.(?:deb|rpm|apk|tgz)$/.test(word.text) &&
		word.span.end - word.span.start === word.text.length
	);
}

function readRun(words: readonly ShellWord[]): PackageRun {
	const sorted = words
		.map((word) => ({ word, key: word.text.toLowerCase() }))
		.sort((a, b) => compareTexts(a.key, b.key) || compareTexts(a.word.text, b.word.text) || a.word.at - b.word.at)
		.map(({ word }) => word);
	const wrong = words.findIndex((word, index) => word.text !== sorted[index]?.text);
	return { words, sorted, firstWrong: words[wrong] };
}

function compare(a: string, b: string): number {
	return compareTexts(a.toLowerCase(), b.toLowerCase()) || compareTexts(a, b);
}

/** The edits that put the packages of a list in order, line by line as they are laid out. Undefined where a comment belongs to one of them. */
export function sortEdits(step: Step, { words, sorted }: PackageRun): readonly SpanEdit[] | undefined {
	if (hasComments(step, words)) return undefined;
	// A comment above the first one may be about it alone.
	return words.flatMap((word, index) => {
		const other = sorted[index];
		return other === undefined || other.text === word.text ? [] : [replace(word.span, other.text)];
	});
}
