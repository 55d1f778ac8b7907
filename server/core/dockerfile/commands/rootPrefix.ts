import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { commandsOf } from "./scripts.ts";

/**
 * What a command needs in front of it to run as root where another one of the same RUN already does: nothing, or `sudo `.
 * Undefined if nobody knows.
 */
export function rootPrefix(step: Step, command: ShellCommand): string | undefined {
	const user = userAt(step.stage, step).value;
	if (user.kind === "set" && isRootUser(user.value)) return "";
	const { wrapper } = command;
	if (wrapper === undefined) return commandsOf(step).some((other) => other.program === "sudo") ? undefined : "";
	const options = wrapper.args.filter((word) => word.at < (command.name?.at ?? 0));
	return wrapper.program === "sudo" && options.every((word) => /^(?:-[EHn]|--preserve-env|[A-Z_]+=)/.test(word.text)) ? "sudo " : undefined;
}
