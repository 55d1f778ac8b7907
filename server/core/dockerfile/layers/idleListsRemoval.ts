import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { removeFromRun } from "../edits/commandEdit.ts";
import { isCommented } from "../edits/edit.ts";
import { absolute } from "../files/copiedPaths.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import { isInside } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { APT_LISTS, listsLeftBy, mayFetchLists } from "../packages/aptLists.ts";
import { hidesCommands } from "../packages/hiddenCommands.ts";

/**
 * The edits that take out a command which deletes apt's lists once `earlier` has done so itself. None where it deletes more or in another way,
 * and where something in between may have brought lists anew: there it stays.
 */
export function idleListsRemoval(step: Step, command: ShellCommand, earlier: Step): readonly SpanEdit[] {
	if (earlier.stage !== step.stage || !removesListsAlone(command)) return [];
	const commands = commandsOf(step);
	// A comment would stand above nothing.
	if (commands.length === 1 && isCommented(step.stage.file, step)) return [];
	if (commands.slice(0, commands.indexOf(command)).some((before) => mayFetchLists(before) || hidesCommands(step, before))) return [];
	if (step.stage.steps.slice(earlier.ordinal + 1, step.ordinal).some(mayBringLists)) return [];
	return removeFromRun(step, [command]) ?? [];
}

/** `rm -rf /var/lib/apt/lists/*` and nothing else: its output goes nowhere, and as the same user it cannot fail. */
function removesListsAlone({ program, wrapper, within, pipeline, redirects, args }: ShellCommand): boolean {
	if (program !== "rm" || wrapper !== undefined || within.length > 0 || pipeline !== undefined || redirects.length > 0) return false;
	return /^(?:-rf|-fr|-Rf|-fR|-r -f|-f -r) \/var\/lib\/apt\/lists\/\*$/.test(args.map(({ text }) => text).join(" "));
}

/** Whether lists may lie there behind a step that did not before it, or another user or shell is at work from then on. */
function mayBringLists(step: Step): boolean {
	if (step.keyword === "USER" || step.keyword === "SHELL") return true;
	if (step.keyword === "RUN") return listsLeftBy(step) !== undefined || step.arguments.text.includes("apt/lists");
	if (step.keyword !== "COPY" && step.keyword !== "ADD") return false;
	const destination = copyWordsOf(step)?.destination.text;
	const target = destination === undefined ? undefined : absolute(step, destination);
	return target === undefined || isInside(APT_LISTS, target) || isInside(target, APT_LISTS);
}
