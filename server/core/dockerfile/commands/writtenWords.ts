import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { writtenValue } from "./wordValues.ts";

/** The files that the output of a command goes to: its redirections, and those of `tee` and of what else stands behind it in its pipeline. */
export function outputFiles(step: Step, command: ShellCommand): readonly string[] {
	const { pipeline } = command;
	const at = pipeline === undefined ? -1 : pipeline.commands.indexOf(command);
	const members = pipeline === undefined ? [command] : pipeline.commands.slice(Math.max(at, 0));
	return members.flatMap((member) => {
		const redirected = member.redirects
			.filter((redirect) => /^(?:>|>>|>\||&>|&>>)$/.test(redirect.operator) && (redirect.fileDescriptor ?? 1) === 1)
			.flatMap((redirect) => (redirect.target === undefined ? [] : [writtenValue(step, redirect.target)]));
		const writer = member.program === "sudo" || member.program === "tee";
		return writer
			? [...redirected, ...member.args.filter((word) => word.text.includes("/")).map((word) => writtenValue(step, word))]
			: redirected;
	});
}

/** Whether the output of a command goes to a file whose path matches; a variable in it stands as `${NAME}`. */
export function writesTo(step: Step, command: ShellCommand, matches: (path: string) => boolean): boolean {
	return outputFiles(step, command).some(matches);
}
