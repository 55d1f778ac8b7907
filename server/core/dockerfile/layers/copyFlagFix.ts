import { addTo } from "../../addTo.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { contains, type SpanEdit } from "../../text.ts";
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

/** Changes of a step that one repair ends, or that none can. */
export interface DividedChanges {
	readonly changes: readonly [ModeRepetition, ...ModeRepetition[]];
	readonly fixes: () => readonly Fix[];
}

/** The changes of a step that its copies can make themselves, and those that have to stay, as far as there are any. */
export function dividedByFlags(step: Step, all: readonly ModeRepetition[]): readonly DividedChanges[] {
	const groups = groupsOf(all).flatMap((group): readonly FlaggedGroup[] => {
		const flags = flagsOf(step, group);
		return flags === undefined || removalOf(step, [group]) === undefined ? [] : [{ ...group, flags }];
	});
	// Together they may be all that a heredoc has, which cannot go.
	const movable = [groups, groups.slice(0, -1)].find((some) => some.length > 0 && removalOf(step, some) !== undefined) ?? [];
	const moved = new Set(movable.flatMap(({ changes }) => changes));
	return [
		...divided(
			all.filter((one) => moved.has(one)),
			() => copyFlagFixes(step, movable),
		),
		...divided(
			all.filter((one) => !moved.has(one)),
			() => [],
		),
	];
}

function divided([first, ...others]: readonly ModeRepetition[], fixes: () => readonly Fix[]): readonly DividedChanges[] {
	return first === undefined ? [] : [{ changes: [first, ...others], fixes }];
}

/** Lets the copies have the mode and the owner that a RUN gives to what they copied. */
function copyFlagFixes(step: Step, groups: readonly FlaggedGroup[]): readonly Fix[] {
	const plain = removalOf(step, groups);
	if (plain === undefined) return [];
	const { file } = step.stage;
	const flags = groups.flatMap((group) => [...group.flags]);
	const [copy] = flags.length === 1 ? flags : [];
	const { removals, comments } = copy === undefined ? { removals: plain, comments: "" } : removeAllWithComments(file, step, plain);
	const moved = new Map<Step, string>(copy === undefined ? [] : [[copy[0], comments]]);
	if (plain.some(({ span }) => contains(span, step.span))) {
		for (const [target, text] of commentsWithin(step, groups)) moved.set(target, (moved.get(target) ?? "") + text);
	}
	const title = `Copy with ${[...new Set(flags.flatMap(([, names]) => names))].join(" and ")}`;
	const added = flags.map(([copied, names]) => addFlag(copied, names.join(" ")));
	const above = [...moved].flatMap(([target, text]) => (text === "" ? [] : [insertAt(startOfLine(file, target.firstLine), text)]));
	return [{ title, safety: "review", edits: [...above, ...added, ...removals] }];
}

function removalOf(step: Step, groups: readonly Group[]): readonly SpanEdit[] | undefined {
	return removeFromRun(step, commandsIn(groups), "move");
}

/** The comments in a RUN, with their line breaks, by the copy that the command below them is about. */
function commentsWithin(step: Step, groups: readonly Group[]): readonly (readonly [Step, string])[] {
	const { file } = step.stage;
	const changes = groups.flatMap((group) => group.changes).sort((a, b) => a.command.span.start - b.command.span.start);
	return file.comments
		.filter(({ span }) => contains(step.span, span))
		.flatMap(({ span }) => {
			const copy = (changes.find(({ command }) => command.span.start > span.start) ?? changes.at(-1))?.copies[0];
			return copy === undefined ? [] : [[copy.step, file.text.slice(span.start, span.end).trimEnd() + file.lineBreak] as const];
		});
}

/** Changes that are about the same copies: all of them go, or none, because one that stays has the file in the image twice as well. */
interface Group {
	readonly changes: readonly ModeRepetition[];
	readonly copies: ReadonlySet<Step>;
}

/** A group with the flags that each of its copies needs. */
interface FlaggedGroup extends Group {
	readonly flags: ReadonlyMap<Step, readonly string[]>;
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

/** A flag, and the paths that the changes it stands for are about. */
interface FlaggedPaths {
	readonly flag: string;
	readonly paths: Set<string>;
}

/** The flags that each copy of a group needs; undefined where flags cannot say it, or where they would not be all that changes the files. */
function flagsOf(step: Step, group: Group): ReadonlyMap<Step, readonly string[]> | undefined {
	const changed = new Map<Step, Map<RepeatedChange["program"], FlaggedPaths>>();
	for (const repetition of group.changes) {
		const flag = flagOf(step, repetition);
		if (flag === undefined) return undefined;
		const { program, paths } = repetition.change;
		for (const copy of repetition.copies) {
			const flags = changed.get(copy.step) ?? new Map<RepeatedChange["program"], FlaggedPaths>();
			changed.set(copy.step, flags);
			const known: FlaggedPaths = flags.get(program) ?? { flag, paths: new Set() };
			if (known.flag !== flag) return undefined;
			flags.set(program, known);
			for (const path of paths) known.paths.add(path);
		}
	}
	if (isChangedAgain(step, group) || losesBits(group)) return undefined;
	const isWhole = [...changed].every(([copy, flags]) => {
		const all = allCopied(copy);
		return [...flags.values()].every(({ paths }) => all?.every((one) => one.paths.some((path) => paths.has(path))));
	});
	return isWhole ? new Map([...changed].map(([copy, flags]) => [copy, flagsInOrder([...flags.values()])])) : undefined;
}

/** The owner first. */
function flagsInOrder(flags: readonly FlaggedPaths[]): readonly string[] {
	return flags
		.map(({ flag }) => flag)
		.sort()
		.reverse();
}

/** Whether a chown takes the set-user-ID or set-group-ID bit away that a mode has given, which flags would keep. Source: chown(2) of Linux. */
function losesBits({ changes }: Group): boolean {
	const modes = changes.filter(({ change }) => change.program === "chmod" && SETS_ID.test(change.value));
	if (modes.length === 0) return changes.some((one) => one.change.program === "chown" && one.copies.some(({ step }) => isGivenId(step)));
	const first = Math.min(...modes.map(({ command }) => command.span.start));
	return changes.some(({ command, change }) => change.program === "chown" && command.span.start > first);
}

const SETS_ID = /^[2-7]\d{3}$/;

function isGivenId({ flags }: Step): boolean {
	return flags.some(({ name, value }) => name === "chmod" && SETS_ID.test(value ?? ""));
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
