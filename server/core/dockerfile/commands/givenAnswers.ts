import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";
import { innermost } from "./commandPlace.ts";
import { commandsOf } from "./scripts.ts";

/** Whether something writes the answers into a command, or into what runs it: `yes |`, `echo y |`, `< file`. */
export function isAnsweredByInput(step: Step, command: ShellCommand): boolean {
	if (command.redirects.some((redirect) => redirect.operator.startsWith("<"))) return true;
	const { pipeline, wrapper } = command;
	const place = pipeline?.commands.indexOf(command) ?? -1;
	const writer = pipeline?.commands[place - 1];
	if (writer !== undefined) return ["yes", "echo", "printf"].includes(innermost(step, writer).program ?? "");
	return wrapper !== undefined && isAnsweredByInput(step, wrapper);
}

/**
 * Whether an earlier command of the lineage, or of this RUN, says something that `pattern` matches, or a COPY brings a file to a
 * place that `files` matches (both patterns are constants): what a call does not say itself may then stand in a configuration.
 */
export function mayBeConfigured(step: Step, pattern: RegExp, files: RegExp): boolean {
	return configuring(pattern)(files).upTo(step);
}

const configuring = remembered((pattern: RegExp) => remembered((files: RegExp) => anyStep((step) => says(step, pattern, files))));

function says(step: Step, pattern: RegExp, files: RegExp): boolean {
	if (step.keyword === "COPY" || step.keyword === "ADD") return files.test(step.arguments.text);
	if (step.keyword !== "RUN") return false;
	if (step.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return true;
	return pattern.test(step.line.text) && pattern.test(commandTexts(step));
}

function commandTexts(step: Step): string {
	return commandsOf(step)
		.flatMap((command) => command.args.map(comparable))
		.join(" ");
}
