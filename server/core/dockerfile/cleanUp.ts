import type { ShellCommand } from "../shell/model.ts";
import { type Answer, anyOf } from "./answer.ts";
import { hidesCommands } from "./hiddenCommands.ts";
import type { Step } from "./model.ts";
import { removes } from "./removals.ts";
import { commandsOf } from "./scripts.ts";

/**
 * Whether what follows `command` in its RUN deletes `path`, or all that lies in it. Unknown where a variable could name it, or a
 * script that is called after cleaning.
 */
export function removedAfter(step: Step, command: ShellCommand, path: string): Answer {
	const commands = commandsOf(step);
	const at = commands.indexOf(command);
	return anyOf(
		commands.map((later, index): Answer => {
			if (later.program === "trap") return later.args.some((word) => word.text.includes(path)) ? "yes" : "no";
			// A function may be called later.
			if (index <= at && !later.within.includes("function")) return "no";
			const cleans =
				hidesCommands(later, commands) && later.span.start !== command.span.start && /clean|purge|minim|strip/i.test(textOf(later));
			return cleans ? "unknown" : removes(step, later, path);
		}),
	);
}

function textOf(command: ShellCommand): string {
	return [command.name, ...command.args].map((word) => word?.text ?? "").join(" ");
}
