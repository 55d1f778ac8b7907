import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import { removeFromRun } from "../edits/commandEdit.ts";
import { addFlag } from "../edits/edit.ts";
import type { Step } from "../model/model.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { isPassed } from "../variables/variables.ts";
import { absolute, type CopiedPath, copiedPaths } from "./copiedPaths.ts";

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

/**
 * Lets the copies have the mode or the owner that a RUN gives to what they copied. One command may change a part of a COPY, and others of the
 * RUN the rest: then they go together.
 */
export function copyFlagFixes(step: Step, repetition: ModeRepetition, all: readonly ModeRepetition[]): readonly Fix[] {
	const flag = flagOf(step, repetition);
	const copied = new Set(repetition.copies.map((copy) => copy.step));
	const alike = all.filter((other) => flagOf(step, other) === flag && other.copies.every((copy) => copied.has(copy.step)));
	const together = [[repetition], alike].find((changes) => isAllChanged(copied, changes));
	if (flag === undefined || together === undefined || isChangedAgain(step, together)) return [];
	const removals = removeFromRun(
		step,
		together.map(({ command }) => command),
	);
	if (removals === undefined) return [];
	return [{ title: `Copy with ${flag}`, safety: "review", edits: [...[...copied].map((copy) => addFlag(copy, flag)), ...removals] }];
}

/** Whether another command of the step changes one of the paths, too: before, it would count for nothing; behind, it decides. */
function isChangedAgain(step: Step, together: readonly ModeRepetition[]): boolean {
	const paths = new Set(together.flatMap(({ change }) => change.paths));
	const programs = new Set<string>(together.map(({ change }) => change.program));
	const own = new Set(together.map(({ command }) => command));
	return commandsOf(step).some(
		(command) =>
			!own.has(command) &&
			programs.has(command.program ?? "") &&
			command.args.some((word) => {
				const text = wordValue(step, word);
				const path = text === undefined ? undefined : absolute(step, text);
				return path !== undefined && paths.has(path);
			}),
	);
}

/** Everything that a COPY takes gets the flag. */
function isAllChanged(copied: ReadonlySet<Step>, repetitions: readonly ModeRepetition[]): boolean {
	const changed = new Set(repetitions.flatMap(({ change }) => change.paths));
	return [...copied].every((copy) => copiedPaths(copy).every(({ paths }) => paths.some((path) => changed.has(path))));
}

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
	return /^[a-z0-9_][a-z0-9_-]*(?::[a-z0-9_][a-z0-9_-]*)?$/i.test(value) ? `--chown=${value}` : undefined;
}
