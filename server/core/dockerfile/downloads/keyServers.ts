import { KEY_SERVERS_BY_TLS, KEY_SERVERS_BY_TLS_IN_GPG2 } from "../../knowledge/firstLines.ts";
import { KEY_SERVERS } from "../../knowledge/keyServers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { findOption, readArguments, type ShellOption } from "../../shell/options.ts";
import { isBeforeLine } from "../base/distributionLine.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";

/** Options of gpg that take a value. */
export const GPG_VALUES = [
	"--keyserver",
	"--keyserver-options",
	"--homedir",
	"--keyring",
	"-o",
	"--output",
	"--options",
	"--status-fd",
	"--trust-model",
	"--import-options",
];

/** Whether a call of gpg can ask servers over TLS (`hkps`), as far as the image of the stage tells. */
export function speaksTls(stage: Stage, { program }: ShellCommand): boolean {
	if (!isBeforeLine(stage, KEY_SERVERS_BY_TLS)) return true;
	return stage.file.text.includes("gnupg-curl") || (program === "gpg2" && !isBeforeLine(stage, KEY_SERVERS_BY_TLS_IN_GPG2));
}

/** One of the servers that a step does not ask yet, behind those that other places of it get. */
export function otherKeyServer(step: Step, command: ShellCommand, given = 0): string | undefined {
	const text = stepText(step);
	const host = KEY_SERVERS.filter((server) => !text.includes(server))[given];
	return host === undefined || !speaksTls(step.stage, command) ? undefined : `hkps://${host}`;
}

/** The server that an option names; undefined where a variable hides it. */
export function askedServer(step: Step, command: ShellCommand, { value, valueWord }: ShellOption): string | undefined {
	return valueWord === undefined ? value : wordAt(step, command, valueWord);
}

/** The servers that the other commands of a list ask: `gpg --keyserver A … || gpg --keyserver B …`. */
export function alternativeServers(
	step: Step,
	command: ShellCommand,
): { readonly before: readonly string[]; readonly behind: readonly string[] } {
	const place = command.within.join();
	const list = commandsOf(step).filter(({ wrapper, within }) => wrapper === command.wrapper && within.join() === place);
	const at = list.indexOf(command);
	const first = list.findLastIndex(({ connector }, index) => index <= at && connector !== "||");
	const end = list.findIndex(({ connector }, index) => index > at && connector !== "||");
	const serversOf = (commands: readonly ShellCommand[]): readonly string[] => commands.flatMap((other) => serverOf(step, other) ?? []);
	return { before: serversOf(list.slice(first, at)), behind: serversOf(list.slice(at + 1, end === -1 ? undefined : end)) };
}

function serverOf(step: Step, command: ShellCommand): string | undefined {
	const option = findOption(readArguments(command.args, GPG_VALUES), "--keyserver");
	return option === undefined ? undefined : askedServer(step, command, option);
}

/** Whether a step anywhere uses a variable as a part of something longer: `hkp://$server:80`. */
export function isPartOfWord(step: Step, name: string): boolean {
	return new RegExp(`[\\w.:/@-]\\$\\{?${name}\\b|\\$${name}[.:/@-]|\\$\\{${name}(?:\\}[\\w.:/@-]|[^\\w}])`).test(stepText(step));
}
