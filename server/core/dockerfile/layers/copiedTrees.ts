import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import type { Span } from "../../text.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { clonedFolder } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import { isInside, mountCovers } from "../files/mountCoverage.ts";
import { removes, wordRemoves } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { APT_LISTS } from "../packages/aptLists.ts";
import { type Left, leftBefore } from "./layerRemains.ts";

/** A folder of an earlier layer whose files a command changes one by one, which puts a copy of each into a layer of its own. */
export interface CopiedTree {
	/** The word that names it, or a folder above. */
	readonly span: Span;
	readonly program: string;
	/** The folder that it names. */
	readonly folder: string;
	readonly path: string;
	readonly earlier: Step;
}

const CHANGERS: ReadonlySet<string> = new Set(["chown", "chgrp", "chmod"]);

const NONE: readonly CopiedTree[] = [];

/** The clones of earlier layers that a RUN gives another owner or mode as a whole. What COPY brings is left out. */
export function copiedTrees(step: Step): readonly CopiedTree[] {
	const commands = commandsOf(step);
	if (!commands.some(isChange)) return NONE;
	const anew = new Set(commands.map((command) => (command.program === "git" ? clonedFolder(step, command) : undefined)));
	let clones = leftBefore(step).filter((left) => isClone(left) && !anew.has(left.path) && mountCovers(step, left.path) === "no");
	const trees: CopiedTree[] = [];
	for (const command of commands) {
		if (clones.length === 0) break;
		const tree = isChange(command) ? treeOf(step, command, clones) : undefined;
		if (tree !== undefined) trees.push(tree);
		// What was deleted, or went elsewhere, is not changed here; what was copied is not copied again.
		if (tree !== undefined) clones = clones.filter(({ path }) => !isInside(path, tree.folder));
		else if (takesAway(command)) clones = clones.filter(({ path }) => !isTaken(step, command, path));
	}
	return trees;
}

function isChange({ program, within }: ShellCommand): boolean {
	return CHANGERS.has(program ?? "") && !within.includes("function");
}

function takesAway({ program }: ShellCommand): boolean {
	return program === "rm" || program === "mv" || program === "find";
}

/** Whether a command may delete a folder, or give it another name. */
function isTaken(step: Step, command: ShellCommand, path: string): boolean {
	if (command.program !== "mv") return removes(step, command, path) !== "no";
	return command.args.slice(0, -1).some((word) => wordRemoves(step, command, word, path) !== "no");
}

function isClone({ step, path, minor, use }: Left): boolean {
	return step.keyword === "RUN" && minor && use === undefined && path !== APT_LISTS;
}

function treeOf(step: Step, command: ShellCommand, clones: readonly Left[]): CopiedTree | undefined {
	const { options, operands } = readArguments(command.args, ["--from", "--reference"]);
	const changesAll = options.some(({ name }) => name === "-R" || name === "--recursive");
	// `--from` leaves files of others alone.
	if (!changesAll || options.some(({ name }) => name === "--from" || name === "--reference")) return undefined;
	for (const word of operands.slice(1)) {
		const text = wordAt(step, command, word);
		const folder = text === undefined || /[*?[{~]/.test(text) ? undefined : pathAt(step, command, text);
		if (folder === undefined || folder === "/") continue;
		const clone = clones.find(({ path }) => isInside(path, folder));
		if (clone !== undefined) return { span: word.span, program: command.program ?? "", folder, path: clone.path, earlier: clone.step };
	}
	return undefined;
}
