import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { innermost } from "./commandPlace.ts";
import { interpreterOf, readsProgram, runsInput } from "./consumers.ts";
import { commandsOf } from "./scripts.ts";

/** Texts that are decoded and run at once: a script that nobody can read where it stands. */

/** Whether a command writes decoded text that an interpreter further down the pipe runs. */
export function isDecodedAndRun(step: Step, command: ShellCommand, texts: readonly string[]): boolean {
	return decodes(command, texts) && isRunBehind(step, command);
}

function decodes({ program }: ShellCommand, texts: readonly string[]): boolean {
	if (program === "base64") return texts.some((text) => /^-[a-z]*[dD]|^--decode$/.test(text));
	if (program === "openssl") return texts.some((text) => /^-?base64$|^-a$/.test(text)) && texts.includes("-d");
	return program === "xxd" && texts.some((text) => /^-[a-z]*r/.test(text));
}

function isRunBehind(step: Step, command: ShellCommand): boolean {
	const feeding = feedingMembers(step);
	for (let at: ShellCommand | undefined = command; at !== undefined; at = at.wrapper) if (feeding.has(at)) return true;
	return false;
}

/** The members of a step's pipelines behind which another one runs what it reads. */
const feedingMembers = remembered((step: Step): ReadonlySet<ShellCommand> => {
	const feeding = new Set<ShellCommand>();
	for (const pipeline of new Set(commandsOf(step).map((command) => command.pipeline))) {
		const members = pipeline?.commands ?? [];
		const last = members.findLastIndex((member) => runsInput(innermost(step, member)));
		for (const member of members.slice(0, Math.max(last, 0))) feeding.add(member);
	}
	return feeding;
});

/** A word that begins with what a pipe of at most five commands decodes: `$(… | base64 -d)`, `<(base64 -d FILE)`. */
const DECODED = /^"?(?:[$<]\(|`)(?:[^|]{1,2000}\|){0,4}\s{0,20}(?:busybox\s{1,5})?(?:base64\s{1,5}(?:-d|-D|--decode)|xxd\s{1,5}-r)/;

function isDecoded(word: ShellWord | undefined): boolean {
	return word !== undefined && DECODED.test(word.text);
}

/** `eval "$(… base64 -d)"`, `sh -c "$(… base64 -d)"`, `bash <(… base64 -d)`, `$(… base64 -d)`, `python -c "exec(b64decode(…))"`. */
export function runsDecoded(command: ShellCommand): boolean {
	const { program, name, args } = command;
	if (program === undefined) return isDecoded(name);
	if (program === "eval") return args.some(isDecoded);
	if (program === "." || program === "source") return args[0]?.text.startsWith("<(") === true && isDecoded(args[0]);
	const option = args.findIndex((word) => /^-[a-z]*c$/.test(word.text));
	if (POSIX_SHELLS.has(program)) return option === -1 ? readsDecoded(command, program) : isDecoded(args[option + 1]);
	const script = option === -1 ? undefined : args[option + 1];
	return (
		script !== undefined &&
		/^python[0-9.]*$/.test(program) &&
		/\bexec\s{0,5}\(/.test(script.text) &&
		/b64decode|unhexlify/.test(script.text)
	);
}

/** `bash <(… base64 -d)`, `bash <<< "$(… base64 -d)"`, `bash < <(… base64 -d)`. */
function readsDecoded(command: ShellCommand, program: string): boolean {
	const script = command.args.find(({ text }) => !/^[-+]/.test(text));
	if (script?.text.startsWith("<(")) return isDecoded(script);
	const fed = command.redirects.some(({ operator, target }) => (operator === "<<<" || operator === "<") && isDecoded(target));
	const interpreter = interpreterOf(program);
	return fed && interpreter !== undefined && readsProgram({ ...command, redirects: [] }, interpreter);
}
