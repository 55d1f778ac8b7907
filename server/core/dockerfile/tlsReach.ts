import { LOCAL_HOSTS } from "../knowledge/downloadTools.ts";
import type { ShellCommand } from "../shell/model.ts";
import { comparable } from "../shell/words.ts";
import type { Span } from "../text.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import type { TlsOff } from "./tlsChecks.ts";
import { declarationAt } from "./variables.ts";

/** Whether an assignment reaches no program: `NAME=1 && npm ci`, of a variable that nothing exports. */
export function isPrivate(step: Step, off: TlsOff): boolean {
	if (off.kind !== "assignment" || off.command.name !== undefined || declarationAt(step, off.what) !== undefined) return false;
	return !commandsOf(step).some(
		({ program, args }) =>
			(EXPORTERS.has(program ?? "") && args.some((word) => word.text.startsWith(off.what))) ||
			(program === "set" && args.some((word) => /^-[a-z]*a|^allexport$/.test(word.text))),
	);
}

const EXPORTERS: ReadonlySet<string> = new Set(["export", "declare", "typeset"]);

/** Whether the command only asks the container itself, or speaks no TLS at all. */
export function isHarmless(step: Step, command: ShellCommand): boolean {
	if (step.keyword === "HEALTHCHECK") return true;
	const addresses = command.args.map((word) => comparable(word)).filter((word) => word.includes("://"));
	if (addresses.some((address) => LOCAL_HOSTS.test(/^https:\/\/([^/:]+)/.exec(address)?.[1] ?? ""))) return true;
	return addresses.length > 0 && addresses.every((address) => address.startsWith("ftp://"));
}

/** `openssl s_client … | openssl x509 > ca.crt`: whoever answers is believed. */
export function trustOnFirstUse(command: ShellCommand): { readonly span: Span } | undefined {
	const word = command.program === "openssl" ? command.args[0] : undefined;
	if (word?.value !== "s_client") return undefined;
	const targets = (command.pipeline?.commands ?? [command]).flatMap((member) => [
		...member.redirects
			.filter((redirect) => redirect.operator.startsWith(">"))
			.map((redirect) => (redirect.target === undefined ? "" : comparable(redirect.target))),
		...(member.program === "tee" || member.args.some((argument) => argument.value === "-out")
			? member.args.map((argument) => comparable(argument))
			: []),
	]);
	return targets.some((target) => /ca-certificates|ca-trust|anchors|cacert|\/certs\//.test(target)) ? word : undefined;
}
