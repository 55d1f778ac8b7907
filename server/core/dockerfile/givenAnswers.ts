import type { ShellCommand } from "../shell/model.ts";
import { comparable } from "../shell/words.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { stepsBackwards } from "./state.ts";

/** Whether something writes the answers into a command: `yes |`, `echo y |`, `< file`. */
export function isAnsweredByInput(command: ShellCommand): boolean {
	const { pipeline } = command;
	const before = pipeline === undefined ? -1 : pipeline.commands.indexOf(command.wrapper ?? command) - 1;
	return (
		["yes", "echo", "printf"].includes(pipeline?.commands[before]?.program ?? "") ||
		command.redirects.some((redirect) => redirect.operator.startsWith("<"))
	);
}

/**
 * Whether an earlier command of the lineage, or of this RUN, says something that `pattern` matches, or a COPY brings a file to a
 * place that `files` matches: what a call does not say itself may then stand in a configuration.
 */
export function mayBeConfigured(step: Step, pattern: RegExp, files: RegExp): boolean {
	for (const earlier of [step, ...stepsBackwards(step.stage, step)]) {
		if (earlier.keyword === "COPY" || earlier.keyword === "ADD") {
			if (files.test(earlier.arguments.text)) return true;
			continue;
		}
		if (earlier.keyword !== "RUN") continue;
		if (earlier.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return true;
		if (pattern.test(earlier.line.text) && pattern.test(commandTexts(earlier))) return true;
	}
	return false;
}

function commandTexts(step: Step): string {
	return commandsOf(step)
		.flatMap((command) => command.args.map(comparable))
		.join(" ");
}
