import { anyPattern } from "../../anyPattern.ts";
import { baseName } from "../../baseName.ts";
import { HASHERS, READERS, VERIFIERS } from "../../knowledge/pipeConsumers.ts";
import { remembered, rememberedFor } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { ignoresFailure } from "../commands/errexit.ts";
import { commandsOf, runSteps, scriptOf } from "../commands/scripts.ts";
import { textAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { type Download, downloadsOf } from "./downloads.ts";

/** What a command compares: `all` if it cannot be told which files, else the texts in which their names stand. */
type Compared =
	| { readonly kind: "all" }
	/** `lists`: where the files stand from which the compared line takes its digests. */
	| { readonly kind: "named"; readonly texts: readonly string[]; readonly lists?: readonly string[] };
type Check = Compared & {
	readonly command: ShellCommand;
	/** Whether the step goes on where the check fails: it protects from nothing then. */
	readonly ignored: boolean;
};

/**
 * Whether the digest or signature of a downloaded file is compared, in its RUN or in a later one of the stage, so that the build stops
 * at a wrong one. `names` are the texts by which the script calls the file; without one every check counts.
 */
export function isVerified(download: Download, names: readonly string[]): boolean {
	return comparesInline(download) || checksFor(download, names).some(({ ignored }) => !ignored);
}

/** The same for a file that is compared itself: of a list of digests, which has its part in a comparison, nobody knows that it is the right one. */
export function isVerifiedItself(download: Download, names: readonly string[]): boolean {
	return (
		comparesInline(download) ||
		checksFor(download, names).some((check) => !check.ignored && (check.kind === "all" || isNamed(check.texts, names)))
	);
}

/** A digest of SHA-256 or longer. */
const DIGEST = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?![0-9a-f])/i;

/** Whether a file is verified by a digest that the Dockerfile itself gives, so that nobody on the way can change both. */
export function isPinned(download: Download, names: readonly string[]): boolean {
	return checksFor(download, names).some(
		(check) => !check.ignored && check.kind === "named" && check.texts.some((text) => DIGEST.test(text)),
	);
}

/** The command that compares the digest of a file that is not verified, where the step goes on whatever it says. */
export function ignoredCheck(download: Download, names: readonly string[]): ShellCommand | undefined {
	return isVerified(download, names) ? undefined : checksFor(download, names)[0]?.command;
}

function checksFor(download: Download, names: readonly string[]): readonly Check[] {
	return mayBeCompared(download.step) ? checksByNames(download, lastParts(names).join("\0")) : NO_CHECKS;
}

const NO_CHECKS: readonly Check[] = [];

/** Whether a RUN, or a later one of its stage, compares anything. */
export function mayBeCompared(step: Step): boolean {
	return checksOf(step).length > 0 || (checkingSteps(step.stage).at(-1)?.ordinal ?? -1) > step.ordinal;
}

const checksByNames = rememberedFor((download: Download, joined: string): readonly Check[] => {
	const { step } = download;
	const wanted = joined === "" ? [] : joined.split("\0");
	const checks = checksOf(step).filter((check) => check.kind === "all" || wanted.length === 0 || namesAny(check, wanted));
	for (const later of checkingSteps(step.stage)) {
		if (later.ordinal <= step.ordinal) continue;
		// A later RUN with downloads of its own checks those.
		const own = downloadsOf(later).length > 0;
		checks.push(...checksOf(later).filter((check) => (check.kind === "named" && wanted.length > 0 ? namesAny(check, wanted) : !own)));
	}
	return checks;
});

/** Whether a check names one of the files, or a list of digests that it takes its own from. */
function namesAny(check: Extract<Check, { readonly kind: "named" }>, wanted: readonly string[]): boolean {
	const isIn = (text: string): boolean => wanted.some((name) => text.includes(name));
	return check.texts.some(isIn) || check.lists?.some(isIn) === true;
}

function lastParts(names: readonly string[]): readonly string[] {
	return names.map((path) => baseName(path)).filter((name) => name !== "");
}

/** Whether one of the texts names a file; without a name any does. */
function isNamed(texts: readonly string[], names: readonly string[]): boolean {
	const wanted = lastParts(names);
	return wanted.length === 0 || texts.some((text) => wanted.some((name) => text.includes(name)));
}

/** The RUNs of a stage that compare anything. */
const checkingSteps = remembered((stage: Stage): readonly Step[] => runSteps(stage).filter((step) => checksOf(step).length > 0));

/** aria2 compares by itself. */
function comparesInline(download: Download): boolean {
	return download.arguments.options.some((option) => option.name === "--checksum");
}

const checksOf = remembered((step: Step): readonly Check[] => {
	const checks: Check[] = [];
	for (const command of commandsOf(step)) {
		const compared = comparedBy(step, command);
		if (compared === undefined) continue;
		const script = scriptOf(step, command);
		checks.push({ ...compared, command, ignored: script !== undefined && ignoresFailure(script, command) });
	}
	return checks;
});

/** Whether a command compares digests or signatures, and fails where they differ. */
export function isComparison({ program, args }: ShellCommand): boolean {
	const verifier = program === undefined ? undefined : VERIFIERS.find((candidate) => candidate.pattern.test(program));
	return (
		verifier !== undefined &&
		(verifier.words.length === 0 || args.some((word) => verifier.words.some((wanted) => saysSo(word.text, wanted))))
	);
}

/** The programs that compare digests or signatures, or print what others compare. */
const COMPARERS = anyPattern([...VERIFIERS.map(({ pattern }) => pattern), HASHERS]);

function comparedBy(step: Step, command: ShellCommand): Compared | undefined {
	const { program } = command;
	if (program === undefined || !COMPARERS.test(program)) return undefined;
	if (isComparison(command))
		return HASHERS.test(program) && program !== "openssl" ? listCheck(step, command) : { kind: "named", texts: textsOf(step, command) };
	return HASHERS.test(program) && comparesOutput(command) ? { kind: "named", texts: textsOf(step, command) } : undefined;
}

/** `-c`, also in a bundle of short options such as `-sc`. */
function saysSo(text: string, wanted: string): boolean {
	return (
		text === wanted ||
		text.startsWith(`${wanted}=`) ||
		(/^-[a-zA-Z]$/.test(wanted) && /^-[a-zA-Z]{2,4}$/.test(text) && text.includes(wanted.slice(1)))
	);
}

/** `sha256sum -c`: the names stand in a list, which a pipe, a heredoc or a file gives. */
function listCheck(step: Step, command: ShellCommand): Compared {
	const files = command.args.filter((word) => !word.text.startsWith("-"));
	if (files.length > 0)
		return fileList(
			step,
			files.map((word) => comparable(word)),
		);
	const pipeline = (command.wrapper ?? command).pipeline ?? command.pipeline;
	const before = pipeline?.commands.slice(
		0,
		Math.max(
			0,
			pipeline.commands.findIndex((member) => member === command || member === command.wrapper),
		),
	);
	const given = command.redirects.filter((redirect) => redirect.operator.startsWith("<"));
	const texts = [
		...(before ?? []).flatMap((member) => textsOf(step, member)),
		...given.flatMap((redirect) => [redirect.body ?? "", redirect.target === undefined ? "" : comparable(redirect.target)]),
		...step.heredocs.map((heredoc) => heredoc.body.text),
	];
	// Only what echo and printf say, and what is written in place, is known in full.
	const complete =
		before !== undefined && before.length > 0
			? before.every((member) => member.program === "echo" || member.program === "printf") && namesFile(texts.join(" "))
			: given.some((redirect) => redirect.body !== undefined || redirect.operator === "<<<");
	if (!complete) return mayNameAny(before ?? [], texts);
	return { kind: "named", texts, lists: [command, ...(before ?? [])].flatMap((member) => readInto(step, member)) };
}

/** The files that a command's words are read from, by way of a variable, too: the lists of digests of `echo "$(cat a.sha)  a.tgz"`. */
function readInto(step: Step, command: ShellCommand): readonly string[] {
	const readers = substitutedReaders(step);
	if (readers.length === 0) return [];
	const names = new Set(command.args.flatMap(({ parts }) => parts.map((part) => (part.kind === "variable" ? part.name : ""))));
	const assigned = commandsOf(step).flatMap(({ assignments }) => assignments.filter(({ name }) => names.has(name)));
	const spans = [command.span, ...assigned.map(({ span }) => span)];
	return readers
		.filter((reader) => spans.some(({ start, end }) => start <= reader.span.start && reader.span.end <= end))
		.flatMap((reader) => textsOf(step, reader));
}

/** The commands of a RUN that put the content of files into a word: `$(cat FILE)`, `$(< FILE)`. */
const substitutedReaders = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step).filter(
		({ within, name, program, redirects }) =>
			within.includes("substitution") &&
			(name === undefined ? redirects.some(({ operator }) => operator === "<") : program !== undefined && READERS.has(program)),
	),
);

/** A filter such as `grep " file$" SUMS` says which line it takes; others take lines that nobody sees. */
function mayNameAny(before: readonly ShellCommand[], texts: readonly string[]): Compared {
	const filter = before.find((member) => /^(?:grep|egrep|fgrep|awk|sed)$/.test(member.program ?? ""));
	const pattern = filter?.args.find((word) => !word.text.startsWith("-"));
	return filter?.program?.endsWith("grep") && pattern !== undefined && namesFile(comparable(pattern))
		? { kind: "named", texts }
		: { kind: "all" };
}

/** A list for one file (`app.tgz.sha256`) names it; others hold whatever they hold. */
function fileList(step: Step, lists: readonly string[]): Compared {
	const texts = lists.map((list) => baseName(list));
	const own = texts.every((text) => /\.[a-z0-9]{2,4}\.(?:sha\d*|md5|sum)(?:sum)?$/i.test(text));
	const written = commandsOf(step).some((command) =>
		command.redirects.some((redirect) => redirect.target !== undefined && lists.includes(comparable(redirect.target))),
	);
	return own && !written ? { kind: "named", texts } : { kind: "all" };
}

function namesFile(text: string): boolean {
	return /[\w}](?:\.[A-Za-z0-9]{1,8})\b|\/[\w$]|\s\*?[\w./$-]{3,}/.test(
		text.replace(/\b[0-9a-f]{32,128}\b/gi, "").replace(/\$\{[^{}]*\}(?=\s|$)/, ""),
	);
}

/** A printed digest that something looks at: in a test, in a variable, or behind a pipe; not one that is only written down. */
function comparesOutput(command: ShellCommand): boolean {
	if (command.program === "openssl" && !command.args.some((word) => /^(?:dgst|sha\d+|-sha\d+)$/.test(word.text))) return false;
	const { pipeline } = command.wrapper ?? command;
	const behind =
		pipeline?.commands.slice(pipeline.commands.findIndex((member) => member === command || member === command.wrapper) + 1) ?? [];
	if (behind.some((member) => /^(?:grep|egrep|fgrep|cmp|diff|test|\[\[?|xargs)$/.test(member.program ?? ""))) return true;
	const written = [command, ...behind].some((member) => member.redirects.some((redirect) => redirect.operator.startsWith(">")));
	return !written && command.within.some((enclosure) => enclosure === "substitution" || enclosure === "condition");
}

function textsOf(step: Step, command: ShellCommand): readonly string[] {
	const bodies = command.redirects.flatMap((redirect) => [
		redirect.body ?? "",
		redirect.target === undefined ? "" : comparable(redirect.target),
	]);
	return [...command.args.flatMap((word) => [comparable(word), textAt(step, command, word)]), ...bodies];
}
