import type { ShellCommand } from "../../shell/model.ts";
import { endsStep } from "../commands/errexit.ts";
import { commandsOf, scriptOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";

const GPG = /^gpg[12]?$/;

/** Programs for which it does not matter who made a key: they print, fetch, or see to files. */
const HARMLESS = new Set(
	"gpg gpg1 gpg2 gpgconf echo printf cd set export mkdir chmod rm mktemp sleep break continue exit true : [ [[ test curl wget".split(" "),
);

/**
 * Whether a RUN, behind the command that fetches a key by its id and before anything uses the key, looks for the full fingerprint in what gpg
 * prints, and ends where it is another one: `… && gpg --fingerprint $ID | grep "EF6E 286D …"`.
 */
export function isFingerprintCompared(step: Step, fetch: ShellCommand, id: string): boolean {
	const commands = commandsOf(step);
	const behind = commands.slice(commands.indexOf(fetch) + 1);
	const at = behind.findIndex((command) => {
		if (!/^[ef]?grep$/.test(command.program ?? "") || command.args.some(({ text }) => /^(?:-[a-zA-Z]*v|--invert)/.test(text))) return false;
		return command.args.some((word) => namesKey(wordAt(step, command, word) ?? "", id));
	});
	const comparison = behind[at];
	const script = comparison === undefined ? undefined : scriptOf(step, comparison);
	if (comparison === undefined || script === undefined || !endsStep(script, comparison)) return false;
	// What is piped to grep, and the substitutions in it: `echo "$(gpg --fingerprint)" | grep …`.
	const start = comparison.pipeline?.commands[0]?.at ?? comparison.at;
	const read = script.commands.filter((command) => start <= command.at && command.end <= comparison.end && behind.includes(command));
	const before = behind.slice(0, at).filter((command) => !read.includes(command));
	return read.some(({ program }) => GPG.test(program ?? "")) && !before.some(mayUseKey);
}

function mayUseKey({ program, args, name }: ShellCommand): boolean {
	if (name === undefined) return false;
	if (program === undefined || !HARMLESS.has(program)) return true;
	return GPG.test(program) && args.some(({ text }) => /^--(?:verify|decrypt)|^-d$/.test(text));
}

/** Whether a text holds a fingerprint, in groups of four or in one, that ends with an id. */
function namesKey(text: string, id: string): boolean {
	const fingerprint = /[0-9A-F]{40}/i.exec(text.replace(/\s/g, ""))?.[0];
	return fingerprint?.toLowerCase().endsWith(id.toLowerCase()) === true;
}
