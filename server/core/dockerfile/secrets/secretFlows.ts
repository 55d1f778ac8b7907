import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable, partSpan } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { homeAt } from "../accounts/home.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { gitVerb } from "../commands/gitCommands.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { editsInPlace, replacesValue } from "../commands/sedCommands.ts";
import { mountCovers, mountTarget } from "../files/mountCoverage.ts";
import type { Stage, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { declaredSecrets, inputFile, isTainted, type SecretNames, secretIn, secretNamesOf } from "./declaredSecrets.ts";
import { keptSecret } from "./keptSettings.ts";
import { settingsRead } from "./settingsReader.ts";
import { copiedFolder, copiedWords, keptPassword, listsEnvironment, PASSING_ON, PRINTING, printsPart, WRITING } from "./writingPrograms.ts";

/** A place where a RUN writes a secret into its layer. */
export interface SecretSink {
	readonly span: Span;
	/** What is written, and where to: `GITHUB_TOKEN`, `/root/.npmrc`. */
	readonly secret: string;
	readonly where: string;
	/** The file, absolute; undefined where nobody can tell. */
	readonly path: string | undefined;
	/** Whether a command picks from the secret, and nobody knows what. */
	readonly partly?: true;
	readonly step: Step;
}

/** The sinks of a stage's own RUN instructions. A file that the same RUN removes again, or that a mount holds, is none. */
export const secretSinksOf = remembered((stage: Stage): readonly SecretSink[] => runSteps(stage).flatMap(sinksOf));

function sinksOf(step: Step): readonly SecretSink[] {
	const names = secretNamesOf(step);
	if (names.paths.length === 0 && names.variables.size === 0) return [];
	const commands = commandsOf(step);
	return commands.flatMap((command) => {
		if (command.within.includes("substitution")) return [];
		const sink =
			fileSink(step, command, names) ??
			passwordSink(step, command, names) ??
			settingSink(step, command, names) ??
			cloneSink(command, names, commands);
		return sink === undefined ? [] : [{ ...sink, step }];
	});
}

type Sink = Omit<SecretSink, "step">;

/** The secrets among the variables that a RUN starts with. */
function environmentSecrets(step: Step): readonly string[] {
	const mounted = mountsOf(step).flatMap((mount) => (mount.type === "secret" ? (mountOption(mount, "env")?.value ?? []) : []));
	return [...mounted, ...declaredSecrets(step)];
}

/** `echo "$TOKEN" > file`, `cat /run/secrets/a | tee file`, `cp /run/secrets/a file`. */
function fileSink(step: Step, command: ShellCommand, names: SecretNames): Sink | undefined {
	const { program } = command;
	if (program === undefined || !WRITING.has(program)) return undefined;
	if (listsEnvironment(command)) {
		const [declared] = environmentSecrets(step);
		const secret = declared ?? settingsRead(step, command);
		const target = secret === undefined ? undefined : outputWord(command);
		const sink = target === undefined || secret === undefined ? undefined : sinkAt(step, command, target, secret);
		// Only what the settings export is in the environment.
		return sink === undefined || declared !== undefined ? sink : { ...sink, partly: true };
	}
	if (editsInPlace(command)) {
		const script = command.args.find((word) => isTainted(word, names) && !replacesValue(word));
		const target = command.args.at(-1);
		return script === undefined || target === undefined || target === script
			? undefined
			: sinkAt(step, command, target, secretIn(script, names));
	}
	const folder = copiedFolder(command, names.paths);
	const reads = command.args.find((word) => names.paths.includes(word.value ?? "")) ?? inputFile(command, names.paths) ?? folder?.word;
	if (program === "dd") return copiedBlocks(step, command, names);
	if (program === "tee" && reads !== undefined) {
		const target = command.args.find((word) => !word.text.startsWith("-"));
		return target === undefined || target === reads ? undefined : sinkAt(step, command, target, comparable(reads));
	}
	const copied = reads === undefined ? undefined : copiedWords(command);
	if (copied !== undefined && reads !== undefined)
		return copied.sources.includes(reads)
			? sinkAt(step, command, copied.target, reads === folder?.word ? folder.secret : comparable(reads))
			: undefined;
	const printed = PRINTING.has(program) ? command.args.find((word) => isTainted(word, names)) : undefined;
	const picks = printsPart(command);
	const source = printed ?? (picks || PASSING_ON.has(program) ? reads : undefined);
	const target = source === undefined ? undefined : outputWord(command);
	const sink = source === undefined || target === undefined ? undefined : sinkAt(step, command, target, secretIn(source, names));
	return sink === undefined || !picks ? sink : { ...sink, partly: true };
}

/** `x11vnc -storepasswd "$PASSWORD" file`. */
function passwordSink(step: Step, command: ShellCommand, names: SecretNames): Sink | undefined {
	const kept = keptPassword(command);
	return kept === undefined || !isTainted(kept.password, names)
		? undefined
		: sinkAt(step, command, kept.file, secretIn(kept.password, names));
}

/** `dd if=/run/secrets/a of=file`. */
function copiedBlocks(step: Step, command: ShellCommand, names: SecretNames): Sink | undefined {
	const secret = names.paths.find((path) => command.args.some((word) => word.value === `if=${path}`));
	const target = command.args.find((word) => word.text.startsWith("of="));
	if (secret === undefined || target === undefined) return undefined;
	const file = comparable(target).slice("of=".length);
	const sink = sinkAt(step, command, target, secret, file);
	return sink && { ...sink, span: partSpan(target, file) };
}

/** The file that the output goes to: by redirection, or by `tee` as the next command of the pipe. */
function outputWord(command: ShellCommand): ShellWord | undefined {
	const direct = command.redirects.find((redirect) => /^>[>|]?$/.test(redirect.operator) && (redirect.fileDescriptor ?? 1) === 1)?.target;
	if (direct !== undefined || command.pipeline === undefined) return direct;
	const next = command.pipeline.commands[command.pipeline.commands.indexOf(command) + 1];
	const last = next?.program === "base64" || next?.program === "tr" ? next : undefined;
	if (last !== undefined) return last.redirects.find((redirect) => redirect.operator.startsWith(">"))?.target;
	return next?.program === "tee" ? next.args.find((word) => !word.text.startsWith("-")) : undefined;
}

function sinkAt(step: Step, command: ShellCommand, target: ShellWord, secret: string, text = comparable(target)): Sink | undefined {
	if (text.startsWith("/dev/") || text.includes("\0") || isRemovedAgain(step, command, text, secret)) return undefined;
	const path = absolute(step, command, text);
	if (mountCovers(step, path) !== "no" || (path !== undefined && mountsOf(step).some((mount) => mountTarget(step, mount) === path)))
		return undefined;
	return { span: target.span, secret, where: text, path };
}

/** What a RUN does that decides about files of other commands: those that remove, and whether it changes its folder. */
interface StepActions {
	readonly removing: readonly ShellCommand[];
	readonly changesFolder: boolean;
}

const actionsOf = remembered((step: Step): StepActions => {
	const commands = commandsOf(step);
	return {
		removing: commands.filter((command) => editsInPlace(command) || /^(?:rm|shred|unlink|find|mv|git|trap)$/.test(command.program ?? "")),
		changesFolder: commands.some((command) => command.program === "cd" || command.program === "pushd"),
	};
});

/** Whether a later command of the RUN, or a trap, removes, empties or replaces the file, or takes the secret out of it. */
function isRemovedAgain(step: Step, command: ShellCommand, text: string, secret: string): boolean {
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	const name = baseName(text);
	const folder = text.slice(0, Math.max(text.lastIndexOf("/"), 0));
	return actionsOf(step).removing.some((other) => {
		if (other.program !== "trap" && (order.get(other) ?? 0) <= at) return false;
		if (other.program === "sed" && !other.args.some((word) => replacesValue(word) && word.text.includes(secret))) return false;
		return other.args.some((word) => {
			if (replacesValue(word)) return false;
			const operand = comparable(word).replace(/\/$/, "");
			return operand.includes(name) || (folder !== "" && (operand === folder || folder.startsWith(`${operand}/`))) || /[*$]/.test(operand);
		});
	});
}

function absolute(step: Step, command: ShellCommand, text: string): string | undefined {
	if (text.includes("${") && !text.startsWith("${HOME}/")) return undefined;
	if (text.startsWith("/")) return normalPath(text);
	if (/^(?:~|\$\{HOME\})\//.test(text)) {
		const home = homeAt(step, command);
		return home.kind === "set" ? normalPath(home.value + text.slice(text.indexOf("/"))) : undefined;
	}
	if (text.startsWith("~") || actionsOf(step).changesFolder) return undefined;
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" ? normalPath(`${workdir.value}/${text}`) : undefined;
}

/** `npm config set //registry/:_authToken=$TOKEN`. */
function settingSink(step: Step, command: ShellCommand, names: SecretNames): Sink | undefined {
	const kept = keptSecret(step, command, names);
	return kept && { span: kept.span, secret: kept.secret, where: `the settings of ${kept.program}`, path: undefined };
}

/** `git clone https://$TOKEN@host/…` keeps the address in `.git/config`. */
function cloneSink(command: ShellCommand, names: SecretNames, commands: readonly ShellCommand[]): Sink | undefined {
	const verb = gitVerb(command);
	if (verb !== "clone" && verb !== "remote" && verb !== "submodule") return undefined;
	const address = command.args.find((word) => word.text.includes("://") && word.text.includes("@") && isTainted(word, names));
	if (address === undefined) return undefined;
	const later = commands.slice(commands.indexOf(command) + 1);
	const gone = later.some(
		(other) =>
			other.program === "rm" ||
			other.program === "find" ||
			(other.program === "git" && other.args.some((word) => word.value === "set-url" || word.value === "remove" || word.value === "rm")),
	);
	return gone ? undefined : { span: address.span, secret: secretIn(address, names), where: ".git/config of the clone", path: undefined };
}
