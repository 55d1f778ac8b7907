import { addTo } from "../../addTo.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import { removeFromRun } from "../edits/commandEdit.ts";
import { addFlag, insertAt, startOfLine } from "../edits/edit.ts";
import { removeAllWithComments } from "../edits/moveInstruction.ts";
import { absolute, allCopied } from "../files/copiedPaths.ts";
import type { Step } from "../model/model.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { isPassed } from "../variables/variables.ts";
import type { ModeRepetition, RepeatedChange } from "./modeRepetitions.ts";

type Repetitions = readonly [ModeRepetition, ...ModeRepetition[]];

/** The changes of a step that its copies can make themselves, and those that have to stay, as far as there are any. */
export function dividedByFlags(step: Step, all: readonly ModeRepetition[]): readonly Repetitions[] {
	const groups = groupsOf(all);
	const isMovable = (group: Group): boolean => flagsOf(step, group) !== undefined;
	const movable = new Set(groups.filter(isMovable).flatMap(({ changes }) => changes));
	const parts: readonly (readonly ModeRepetition[])[] = [all.filter((one) => movable.has(one)), all.filter((one) => !movable.has(one))];
	return parts.filter(isFilled);
}

function isFilled(changes: readonly ModeRepetition[]): changes is Repetitions {
	return changes.length > 0;
}

/** Lets the copies have the mode and the owner that a RUN gives to what they copied. */
export function copyFlagFixes(step: Step, repetitions: readonly ModeRepetition[]): readonly Fix[] {
	const groups = groupsOf(repetitions).flatMap((group) => {
		const flags = flagsOf(step, group);
		return flags === undefined || removeFromRun(step, commandsIn([group])) === undefined ? [] : [{ ...group, flags }];
	});
	const plain = groups.length === 0 ? undefined : removeFromRun(step, commandsIn(groups));
	if (plain === undefined) return [];
	const { file } = step.stage;
	const flags = groups.flatMap((group) => [...group.flags]);
	const [copy] = flags.length === 1 && endsParagraph(step) ? flags : [];
	const { removals, comments } = copy === undefined ? { removals: plain, comments: "" } : removeAllWithComments(file, step, plain);
	const moved = copy === undefined || comments === "" ? [] : [insertAt(startOfLine(file, copy[0].firstLine), comments)];
	const title = `Copy with ${[...new Set(flags.flatMap(([, names]) => names))].join(" and ")}`;
	const added = flags.map(([copied, names]) => addFlag(copied, names.join(" ")));
	return [{ title, safety: "review", edits: [...moved, ...added, ...removals] }];
}

/** Whether nothing stands directly below a step: comments above it are about it alone. */
function endsParagraph({ stage: { file }, lastLine }: Step): boolean {
	const { text, lineStarts } = file;
	return text.slice(lineStarts[lastLine + 1] ?? text.length, lineStarts[lastLine + 2]).trim() === "";
}

/** Changes that are about the same copies: all of them go, or none, because one that stays has the file in the image twice as well. */
interface Group {
	readonly changes: readonly ModeRepetition[];
	readonly copies: ReadonlySet<Step>;
}

function groupsOf(all: readonly ModeRepetition[]): readonly Group[] {
	const byCopy = new Map<Step, { changes: ModeRepetition[]; copies: Set<Step> }>();
	for (const change of all) {
		const copies = new Set(change.copies.map(({ step }) => step));
		const met = [...new Set([...copies].flatMap((copy) => byCopy.get(copy) ?? []))].sort((a, b) => b.changes.length - a.changes.length);
		const [group = { changes: [], copies: new Set<Step>() }, ...others] = met;
		for (const other of others) {
			group.changes.push(...other.changes);
			for (const copy of other.copies) copies.add(copy);
		}
		group.changes.push(change);
		for (const copy of copies) {
			group.copies.add(copy);
			byCopy.set(copy, group);
		}
	}
	return [...new Set(byCopy.values())];
}

function commandsIn(groups: readonly Group[]): readonly ShellCommand[] {
	return groups.flatMap(({ changes }) => changes.map(({ command }) => command));
}

/** The flags that each copy of a group needs; undefined where flags cannot say it, or where they would not be all that changes the files. */
function flagsOf(step: Step, group: Group): ReadonlyMap<Step, readonly string[]> | undefined {
	const changed = new Map<Step, Map<string, Set<string>>>();
	for (const repetition of group.changes) {
		const flag = flagOf(step, repetition);
		if (flag === undefined) return undefined;
		for (const copy of repetition.copies) {
			const flags = changed.get(copy.step) ?? new Map<string, Set<string>>();
			changed.set(copy.step, flags);
			const paths = flags.get(flag) ?? new Set<string>();
			flags.set(flag, paths);
			for (const path of repetition.change.paths) paths.add(path);
		}
	}
	if (isChangedAgain(step, group)) return undefined;
	const isWhole = [...changed].every(([copy, flags]) => {
		const programs = new Set([...flags.keys()].map((flag) => flag.replace(/=.*/, "")));
		const all = allCopied(copy);
		return (
			programs.size === flags.size && [...flags.values()].every((paths) => all?.every((one) => one.paths.some((path) => paths.has(path))))
		);
	});
	return isWhole ? new Map([...changed].map(([copy, flags]) => [copy, [...flags.keys()].sort().reverse()])) : undefined;
}

/** Whether another command of the step changes one of the files, too: before, it would count for nothing; behind, it has them in the image twice. */
function isChangedAgain(step: Step, { changes }: Group): boolean {
	const own = new Set(changes.map(({ command }) => command));
	const changing = changingCommands(step);
	return changes.some(({ change }) => change.paths.some((path) => changing.get(path)?.some((command) => !own.has(command))));
}

/** By absolute path: the commands of a step that change its mode or its owner. */
const changingCommands = remembered((step: Step): ReadonlyMap<string, readonly ShellCommand[]> => {
	const changing = new Map<string, ShellCommand[]>();
	for (const command of commandsOf(step)) {
		if (!/^ch(?:mod|own|grp)$/.test(command.program ?? "")) continue;
		for (const word of command.args) {
			const text = wordValue(step, word);
			const path = text === undefined ? undefined : absolute(step, text);
			if (path !== undefined) addTo(changing, path, command);
		}
	}
	return changing;
});

function flagOf(step: Step, { command, change }: ModeRepetition): string | undefined {
	// Another build passes another user, mode or path.
	if (command.args.some(({ parts }) => parts.some((part) => part.kind === "variable" && isPassed(step, part.name)))) return undefined;
	return change.program === "chmod" ? modeFlag(change) : ownerFlag(step, change);
}

function modeFlag({ value, recursive }: RepeatedChange): string | undefined {
	if (recursive) return undefined;
	if (/^[0-7]{3,4}$/.test(value)) return `--chmod=${value}`;
	return /^(?:a|ugo)?\+r?x$/.test(value) ? "--chmod=755" : undefined;
}

function ownerFlag(step: Step, { value }: RepeatedChange): string | undefined {
	const user = userAt(step.stage, step).value;
	if (user.kind === "set" && !isRootUser(user.value)) return undefined;
	// chown reads a full stop like a colon, the flag does not.
	const owner = value.replace(/^(\d+)\.(\d+)$/, "$1:$2");
	return /^[a-z0-9_][a-z0-9_-]*(?::[a-z0-9_][a-z0-9_-]*)?$/i.test(owner) ? `--chown=${owner}` : undefined;
}
