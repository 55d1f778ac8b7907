import { rememberedFor } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { removes } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { type Answer, anyOf } from "../syntax/answer.ts";
import { hidesCommands } from "./hiddenCommands.ts";

/** What a RUN deletes of one path. */
interface Removal {
	/** By a trap or a function, which may run at the end. */
	readonly anywhere: Answer;
	/** By the commands from each one on. */
	readonly from: readonly Answer[];
}

/**
 * Whether what follows `command` in its RUN deletes `path`, or all that lies in it. Unknown where a variable could name it, or a
 * script that is called after cleaning.
 */
export function removedAfter(step: Step, command: ShellCommand, path: string): Answer {
	const removal = removalOf(step, path);
	const at = orderOf(step).get(command) ?? 0;
	return anyOf([removal.anywhere, removal.from[at + 1] ?? "no"]);
}

const removalOf = rememberedFor((step: Step, path): Removal => {
	const commands = commandsOf(step);
	const from: Answer[] = new Array(commands.length);
	let anywhere: Answer = "no";
	let later: Answer = "no";
	for (let index = commands.length - 1; index >= 0; index--) {
		const command = commands[index] as ShellCommand;
		if (command.program === "trap") {
			if (command.args.some((word) => word.text.includes(path))) anywhere = "yes";
		} else {
			const answer = removedBy(step, command, commands, path);
			later = anyOf([later, answer]);
			if (command.within.includes("function")) anywhere = anyOf([anywhere, answer]);
		}
		from[index] = later;
	}
	return { anywhere, from };
});

function removedBy(step: Step, command: ShellCommand, commands: readonly ShellCommand[], path: string): Answer {
	if (hidesCommands(command, commands) && /clean|purge|minim|strip/i.test(textOf(command))) return "unknown";
	return removes(step, command, path);
}

function textOf(command: ShellCommand): string {
	return [command.name, ...command.args].map((word) => word?.text ?? "").join(" ");
}
