import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { unpacks } from "../commands/consumers.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { referencesTo } from "../edits/stageReferences.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import { isInside } from "../files/mountCoverage.ts";
import { findStarts, globMatches, wordRemoves } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { stagesFrom } from "../model/stages.ts";

/** A word of a RUN that could mean files which it does not name: by a pattern, by a variable, by their folder. */
interface Taker {
	readonly step: Step;
	readonly command: ShellCommand;
	/** Undefined where the command finds its files by itself. */
	readonly word: ShellWord | undefined;
}

/** Programs that remove what a folder holds, or take it elsewhere. */
const FOLDER_TAKERS = new Set(["rm", "unlink", "mv", "cp", "rsync", "tar", "zip"]);
/** Of these the last word is where the others go. */
const COPYING = new Set(["mv", "cp", "rsync"]);
/** Where nobody puts downloads: caches, lists and documents of packages. */
const OTHER_FOLDERS = /^["']?(?:\/var\/(?:lib|cache|log)|\/usr\/share|\/etc|~\/\.|\/root\/\.)/;
/** More words than this are not tried: one of them could mean the file. */
const MOST_TAKERS = 100;

/** Whether a RUN from a step on, other than by some commands, or a COPY, could remove or use a file by a pattern or by its folder. `path`: absolute. */
export function couldBeTakenLater(step: Step, path: string, except: readonly ShellCommand[]): boolean {
	const takers = takersOf(step.stage);
	if (takers.length > MOST_TAKERS) return true;
	const isLater = (other: Step): boolean => other.stage !== step.stage || other.ordinal >= step.ordinal;
	return (
		takers.some((taker) => isLater(taker.step) && !except.includes(taker.command) && takes(taker, path)) ||
		copiedFolders(step.stage).some((folder) => folder === undefined || isInside(path, folder))
	);
}

/** Of a stage and of those that start from it. */
const takersOf = remembered((stage: Stage): readonly Taker[] =>
	stagesFrom(stage)
		.flatMap((other) => runSteps(other))
		.flatMap((step) => commandsOf(step).flatMap((command) => takersIn(step, command))),
);

function takersIn(step: Step, command: ShellCommand): readonly Taker[] {
	const { program } = command;
	if (program === "cd" || program === "pushd") return [];
	if (program === "find" && findsToTake(command)) {
		const starts = findStarts(command);
		return starts.length === 0 ? [{ step, command, word: undefined }] : starts.map((word) => ({ step, command, word }));
	}
	// `find` says by itself what it looks for.
	if (
		program === "xargs" &&
		command.args.some(({ value }) => value === "rm") &&
		!command.pipeline?.commands.some((other) => other.program === "find")
	)
		return [{ step, command, word: undefined }];
	const operands = command.args.filter(({ text }) => !text.startsWith("-") && !OTHER_FOLDERS.test(text));
	if (program !== undefined && FOLDER_TAKERS.has(program) && !unpacks(command))
		return (COPYING.has(program) ? operands.slice(0, -1) : operands).map((word) => ({ step, command, word }));
	return operands.filter(hasPattern).map((word) => ({ step, command, word }));
}

function findsToTake({ args, pipeline }: ShellCommand): boolean {
	return pipeline !== undefined || args.some(({ text }) => /^-(?:delete|exec|execdir|ok|okdir)$/.test(text));
}

/** Whether a shell looks for files that fit a word. */
function hasPattern({ text }: ShellWord): boolean {
	return /[*?[]/.test(text.replace(/"[^"]*"|'[^']*'|\$\{[^}]*\}|\$\?/g, ""));
}

function takes({ step, command, word }: Taker, path: string): boolean {
	if (command.program === "find" && !fitsNames(command, path)) return false;
	return word === undefined || wordRemoves(step, command, word, path) !== "no";
}

/** Whether the names that `find` looks for could be that of a file. */
function fitsNames({ args }: ShellCommand, path: string): boolean {
	const patterns = args.flatMap(({ text }, index) => (/^-i?name$/.test(text) ? [args[index + 1]?.value] : []));
	const name = baseName(path);
	return patterns.length === 0 || patterns.some((pattern) => pattern === undefined || globMatches(pattern, name));
}

/** What other stages copy from a stage, or from one that starts from it; undefined where nobody knows. */
const copiedFolders = remembered((stage: Stage): readonly (string | undefined)[] =>
	stagesFrom(stage)
		.flatMap((other) => referencesTo(other))
		.flatMap(({ step }): readonly (string | undefined)[] => {
			if (step === undefined) return [];
			const sources = copyWordsOf(step)?.sources;
			return sources === undefined ? [undefined] : sources.map(({ value }) => folderCopied(value));
		}),
);

/** The folder from which a source of COPY takes; the part in front of a pattern. */
function folderCopied(source: string | undefined): string | undefined {
	if (source === undefined) return undefined;
	const absolute = source.startsWith("/") ? source : `/${source}`;
	return absolute.replace(/\/[^/]*[*?[].*$/, "").replace(/(?:\/\.?)+$/, "") || "/";
}
