import type { ShellCommand } from "../../shell/model.ts";
import { endsStep } from "../commands/errexit.ts";
import { commandsOf, scriptOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";

/**
 * Whether a RUN, behind the command that fetches a key by its id, looks for the full fingerprint and ends where it is another one:
 * `… && gpg --fingerprint $ID | grep "EF6E 286D …"`.
 */
export function isFingerprintCompared(step: Step, fetch: ShellCommand, id: string): boolean {
	const commands = commandsOf(step);
	return commands.slice(commands.indexOf(fetch) + 1).some((command) => {
		if (!/^[ef]?grep$/.test(command.program ?? "") || command.args.some(({ text }) => /^(?:-[a-zA-Z]*v|--invert)/.test(text))) return false;
		if (!command.args.some((word) => namesKey(wordAt(step, command, word) ?? "", id))) return false;
		const script = scriptOf(step, command);
		return script !== undefined && endsStep(script, command);
	});
}

/** Whether a text holds a fingerprint, in groups of four or in one, that ends with an id. */
function namesKey(text: string, id: string): boolean {
	const fingerprint = /[0-9A-F]{40}/i.exec(text.replace(/\s/g, ""))?.[0];
	return fingerprint?.toLowerCase().endsWith(id.toLowerCase()) === true;
}
