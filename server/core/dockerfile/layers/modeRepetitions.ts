import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { mayHoldOptions, readArguments } from "../../shell/options.ts";
import { accountsOf } from "../accounts/accounts.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf, runSteps, scriptsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { CopiedPath } from "../files/copiedPaths.ts";
import { changesFolderAbove, copiesOf } from "../files/folderCopies.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { mentions } from "../model/mentions.ts";
import type { Stage, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { removedAfter } from "../packages/cleanUp.ts";
import { contextPath } from "../start/contextQuestions.ts";
import { startedPrograms } from "../start/startedFiles.ts";
import { workdirAt } from "../variables/state.ts";

/** What a chmod or chown does. */
export interface RepeatedChange {
	readonly program: "chmod" | "chown";
	/** `755`, `+x`, `node:node`. */
	readonly value: string;
	readonly recursive: boolean;
	/** Absolute, at least one. */
	readonly paths: readonly string[];
}

/** A command that puts what was copied into the image a second time. */
export interface ModeRepetition {
	readonly command: ShellCommand;
	readonly change: RepeatedChange;
	/** What the change is about, at least one. */
	readonly copies: readonly CopiedPath[];
}

/** What is known of paths of the build context: files, or folders. */
type ContextKinds = ReadonlyMap<string, { readonly kind: string }>;

/** The commands of a RUN that only change the mode or the owner of what was copied. @param contextFiles what is known of the build context */
export function modeRepetitions(step: Step, contextFiles: ContextKinds): readonly ModeRepetition[] {
	return commandsOf(step).flatMap((command) => repetitionOf(step, command, contextFiles) ?? []);
}

function repetitionOf(step: Step, command: ShellCommand, contextFiles: ContextKinds): ModeRepetition | undefined {
	const change = changeOf(step, command);
	if (change === undefined) return undefined;
	const found = change.paths.map((path) => copiesOf(step, path, change.recursive));
	const copies = found.flat();
	if (found.some((each) => each.length === 0) || !isUntouched(step, command, change, copies)) return undefined;
	if (!change.recursive && change.paths.some((path, index) => mayBeFolder(step, change, path, found[index]?.[0], contextFiles)))
		return undefined;
	return { command, change, copies };
}

function changeOf(step: Step, command: ShellCommand): RepeatedChange | undefined {
	const { program } = command;
	if ((program !== "chmod" && program !== "chown") || command.name === undefined) return undefined;
	// What a decoded text holds has no place in the file, but for a RUN in exec form.
	if (command.decoded && scriptsOf(step).length > 0) return undefined;
	if (command.wrapper !== undefined || command.pipeline !== undefined || command.within.length > 0) return undefined;
	const { options, operands } = readArguments(command.args, []);
	if (
		operands.some((word) => mayHoldOptions(word) && !isOneWord(step, word)) ||
		options.some(({ name }) => !/^-[RvcfR]$|^--(?:recursive|verbose|changes|silent|quiet)$/.test(name))
	)
		return undefined;
	const [first, ...targets] = operands;
	const value = first === undefined ? undefined : wordValue(step, first);
	const paths = targets.flatMap((word) => {
		const text = wordValue(step, word);
		return text === undefined || /^$|[[{~]|[*?].*\//.test(text) ? [] : (pathAt(step, command, text) ?? []);
	});
	// What no shell has looked at is no owner and no mode.
	if (value === undefined || value.includes("$") || paths.length === 0 || paths.length < targets.length) return undefined;
	// Relative to a folder that the script goes to.
	if (goesElsewhere(step) && targets.some((word) => !word.text.startsWith("/"))) return undefined;
	return { program, value, recursive: options.some(({ name }) => name === "-R" || name === "--recursive"), paths };
}

const goesElsewhere = remembered((step: Step): boolean => commandsOf(step).some(({ program }) => program === "cd" || program === "pushd"));

function isOneWord(step: Step, word: ShellWord): boolean {
	return /^[^-\s][^\s]*$/.test(wordValue(step, word) ?? "");
}

/** What names a path in other commands; of a pattern, what all that it fits have. */
function namesOf(path: string): string {
	const name = baseName(path);
	return name.split(/[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/** What is a file for sure is in a folder for programs, or has an extension. */
const FILE = /\/s?bin\/[^/]+$|[^/]\.[^/.]+$/;

/** Whether a path could be a folder: without `-R` only its entry is changed, and no file is in the image twice. */
function mayBeFolder(step: Step, change: RepeatedChange, path: string, copy: CopiedPath | undefined, contextFiles: ContextKinds): boolean {
	const source = copy?.source ?? "";
	const inContext = copy?.step.flags.some(({ name }) => name === "from") === true ? undefined : contextPath(source);
	const kind = inContext === undefined ? undefined : contextFiles.get(inContext)?.kind;
	if (kind === "file") return false;
	const workdir = workdirAt(step.stage, step);
	if (kind === "folder" || /(?:^|\/)\.{0,2}$/.test(source) || (workdir.kind === "set" && workdir.value === path)) return true;
	if (namedFolders(step.stage).has(path)) return true;
	const isFile = FILE.test(source) || FILE.test(path) || makesExecutable(change) || isShownToBeFile(step.stage, path);
	return !isFile && !/^0?[0246]00$/.test(modeOf(copy) ?? "");
}

/** The mode that a copy gives to what it copies. */
function modeOf(copy: CopiedPath | undefined): string | undefined {
	return copy?.step.flags.find(({ name }) => name === "chmod")?.value;
}

/** Whether a stage shows that a path is a file: its containers start it, or a chmod of its own makes it what a folder is not. */
function isShownToBeFile(stage: Stage, path: string): boolean {
	return startedPrograms(stage).includes(path) || filesByMode(stage).has(path);
}

const filesByMode = remembered(
	(stage: Stage): ReadonlySet<string> =>
		new Set(
			runSteps(stage).flatMap((step) =>
				commandsOf(step).flatMap((command) => {
					const change = changeOf(step, command);
					return change !== undefined && !change.recursive && isForFiles(change) ? change.paths : [];
				}),
			),
		),
);

/** Nobody makes a folder that cannot be entered. */
function isForFiles({ program, value }: RepeatedChange): boolean {
	return program === "chmod" && /^0?[0246]{3}$/.test(value);
}

/** What gets this bit alone is a program, as far as the command itself goes; it says too little for others to build on. */
function makesExecutable({ program, value }: RepeatedChange): boolean {
	return program === "chmod" && /^[augo]*\+x$/.test(value);
}

/** Folders in which the instructions of a stage name something, by absolute path. */
const namedFolders = remembered((stage: Stage): ReadonlySet<string> => {
	const folders = new Set<string>();
	for (const step of stage.steps) {
		for (const [path] of stepText(step).matchAll(/(?<![\w./$}-])(?:\/[\w.+@-]+){1,30}(?=\/[\w.+@*?$-])/g)) {
			for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) folders.add(path.slice(0, end));
		}
	}
	return folders;
});

/** Whether nothing between the copies and the change writes to the paths, creates the owner, or lies over them. */
function isUntouched(step: Step, command: ShellCommand, change: RepeatedChange, copies: readonly CopiedPath[]): boolean {
	const { stage } = step;
	const first = Math.min(...copies.map((copy) => copy.step.ordinal));
	if (copies.some((copy) => copy.step.flags.some((flag) => flag.name === change.program))) return false;
	if (change.paths.some((path) => mountCovers(step, path) !== "no")) return false;
	// What the same RUN removes is in no layer of its own.
	if (change.paths.some((path) => removedAfter(step, command, path) !== "no")) return false;
	const between = stage.steps.slice(first + 1, step.ordinal).filter((other) => other.keyword === "RUN");
	// What runs in between may put files into a folder.
	const own = new Set(copies.map((copy) => copy.step));
	if (
		change.recursive &&
		(between.length > 0 || stage.steps.slice(first + 1, step.ordinal).some((other) => writes(other) && !own.has(other)))
	)
		return false;
	const variables = command.args.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])));
	const names = [...change.paths.map(namesOf), ...variables];
	if (names.includes("") && between.length > 0) return false;
	// In front of an extension stands the rest of a name.
	const namedIn = (other: Step, name: string): boolean =>
		/^\W/.test(name) ? stepText(other).includes(name) : mentions(stepText(other), name);
	if (between.some((other) => names.some((name) => namedIn(other, name)))) return false;
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	const before = otherCommands(step).filter((other) => (order.get(other) ?? 0) < at);
	if (before.some((other) => other.args.some((word) => names.some((name) => word.text.includes(name))))) return false;
	if (change.recursive && before.length > 0) return false;
	// Then the file would be there twice without this command, too.
	if (change.paths.some((path) => changesFolderAbove(step, path))) return false;
	if (change.program === "chmod") return true;
	const [user = "", group = user] = change.value.split(":");
	return !accountsOf(stage).some(
		(account) => (account.name === user || account.name === group) && account.step.stage === stage && account.step.ordinal >= first,
	);
}

/** The commands of a RUN that are no changes themselves. */
const otherCommands = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step).filter(({ program }) => program !== "chmod" && program !== "chown"),
);

function writes(step: Step): boolean {
	return step.keyword === "COPY" || step.keyword === "ADD";
}
