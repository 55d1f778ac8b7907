import { BRINGS_NO_FILES } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { absolute } from "../files/copiedPaths.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import { isInside } from "../files/mountCoverage.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { withoutSlash } from "./openedFolders.ts";

/**
 * Whether the base image lets everybody write to a folder, and a `chown` leaves it at that: it changes no mode, and what it gives away with
 * `-R` is nothing that a step above has put there for its owner alone.
 */
export function isOpenInImage(step: Step, command: ShellCommand, folder: string, recursive: boolean): boolean {
	if (stageBaseFacts(step.stage).openFolders?.includes(folder) !== true) return false;
	const uses = lineage(step.stage).map((stage) => ({ stage, ...usesOf(stage, folder) }));
	if (uses.some(({ hasMode }) => hasMode)) return false;
	return !recursive || !uses.some(({ stage, filled }) => filled !== undefined && (stage !== step.stage || isAbove(filled, step, command)));
}

/** What may put files into a folder: a COPY or ADD, or a command of a RUN. */
interface Filling {
	readonly step: Step;
	readonly command: ShellCommand | undefined;
}

interface FolderUses {
	/** Whether a step gives it a mode, or takes it away for another one in its place. */
	readonly hasMode: boolean;
	/** The first that may put something there. */
	readonly filled: Filling | undefined;
}

function isAbove(filled: Filling, step: Step, command: ShellCommand): boolean {
	if (filled.step !== step || filled.command === undefined) return filled.step.ordinal < step.ordinal;
	const order = orderOf(step);
	return (order.get(filled.command) ?? 0) < (order.get(command) ?? 0);
}

function usesOf(stage: Stage, folder: string): FolderUses {
	return usesIn(stage).get(folder) ?? { hasMode: false, filled: undefined };
}

const usesIn = remembered((stage: Stage): ReadonlyMap<string, FolderUses> => {
	const folders = stageBaseFacts(stage).openFolders ?? [];
	return new Map(
		folders.map((folder) => {
			const uses = stage.steps.flatMap((step) => namesIn(step, folder));
			return [
				folder,
				{ hasMode: uses.some(({ command }) => command !== undefined && givesMode(command, folder)), filled: uses.find(fills) },
			];
		}),
	);
});

function namesIn(step: Step, folder: string): readonly Filling[] {
	const destination = copyWordsOf(step)?.destination;
	if (destination !== undefined) {
		const path = absolute(step, destination.text);
		// Relative to a folder that the base image decides, it may be this one.
		return path === undefined || isInside(path, folder) ? [{ step, command: undefined }] : [];
	}
	if (step.keyword !== "RUN" || !stepText(step).includes(folder)) return [];
	const named = commandsOf(step).filter(({ args }) => args.some((word) => isInside(comparable(word), folder)));
	return named.map((command) => ({ step, command }));
}

function givesMode({ program, args }: ShellCommand, folder: string): boolean {
	if (program === "rm" || program === "rmdir") return args.some((word) => withoutSlash(comparable(word)) === folder);
	return program === "chmod";
}

function fills({ command }: Filling): boolean {
	return !BRINGS_NO_FILES.has(command?.program ?? "");
}
