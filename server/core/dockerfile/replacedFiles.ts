import type { Enclosure, ShellCommand } from "../shell/model.ts";
import { comparable } from "../shell/words.ts";
import { orderOf } from "./commandOrder.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";

const ALWAYS: ReadonlySet<Enclosure> = new Set(["group", "subshell", "wrapper"]);

/** Whether a RUN writes or removes a file anew behind the command that wrote it, before one of the `readers` could look at it. */
export function isReplacedUnread(step: Step, writer: ShellCommand, file: string, readers: RegExp): boolean {
	const later = commandsOf(step).slice((orderOf(step).get(writer) ?? 0) + 1);
	for (const command of later) {
		if (command.pipeline !== undefined && command.pipeline === writer.pipeline) continue;
		if (readers.test(command.program ?? "")) return false;
		const runs = command.connector !== "||" && command.within.every((enclosure) => ALWAYS.has(enclosure));
		if (runs && replaces(command, file)) return true;
	}
	return false;
}

function replaces(command: ShellCommand, file: string): boolean {
	const names = ({ args }: ShellCommand): boolean => args.some((word) => comparable(word) === file);
	const appends = command.args.some((word) => /^(?:-[a-z]*a|--append)/.test(word.text));
	if (command.program === "rm") return names(command);
	const members = command.pipeline?.commands ?? [command];
	// What is made of its old content may hold the same lines.
	if (members.some((member) => member !== command && member !== command.wrapper && names(member))) return false;
	if (command.program === "tee") return names(command) && !appends;
	return (
		!names(command) &&
		command.redirects.some(
			({ operator, fileDescriptor, target }) =>
				/^>\|?$/.test(operator) && (fileDescriptor ?? 1) === 1 && target !== undefined && comparable(target) === file,
		)
	);
}
