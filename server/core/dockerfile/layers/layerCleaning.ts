import type { SpanEdit } from "../../text.ts";
import { commandsOf, scriptsOf } from "../commands/scripts.ts";
import { shellAt } from "../commands/shell.ts";
import { appendCommand } from "../edits/edit.ts";
import type { Step } from "../model/model.ts";
import { endsScript } from "../packages/cleanUp.ts";

/**
 * The edit that puts a command which cleans up at the end of a RUN. Undefined where it would not run (behind `exit` or `exec`),
 * where several scripts share the RUN, and where the shell reads globs in its own way (zsh refuses one that matches nothing).
 */
export function appendCleaning(step: Step, command: string): SpanEdit | undefined {
	const scripts = scriptsOf(step);
	const script = scripts[0];
	const last = commandsOf(step).findLast((candidate) => candidate.within.length === 0);
	if (script === undefined || scripts.length > 1 || shellAt(step.stage, step).program === "zsh") return undefined;
	if (commandsOf(step).some((candidate) => endsScript(step, candidate))) return undefined;
	return last?.program === "exit" || last?.program === "exec" ? undefined : appendCommand(script, command);
}
