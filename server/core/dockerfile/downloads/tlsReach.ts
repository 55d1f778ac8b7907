import { CURL_LOGIN_OPTIONS, DOWNLOAD_TOOLS, LOCAL_HOSTS, LOGIN_OPTIONS } from "../../knowledge/downloadTools.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import { commentsOn } from "../model/comments.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { declarationAt } from "../variables/variables.ts";
import { isPinned } from "./downloadChecks.ts";
import { type Download, downloadsOf } from "./downloads.ts";
import { namesInStep } from "./downloadUses.ts";
import type { TlsOff } from "./tlsChecks.ts";

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
	if (addresses.length > 0 && addresses.every((address) => address.startsWith("ftp://"))) return true;
	return command.program === "curl" && staysInClearText(step, command);
}

/** Whether curl fetches over http alone: without -L no redirect leads it to TLS. */
function staysInClearText(step: Step, command: ShellCommand): boolean {
	const args = readArguments(command.args, DOWNLOAD_TOOLS["curl"]?.valueOptions ?? []);
	if (args.uncertain || hasOption(args, "-L", "--location", "--location-trusted", "-K", "--config", "--url")) return false;
	return args.operands.length > 0 && args.operands.every((word) => /^http:\/\//i.test(wordAt(step, command, word) ?? comparable(word)));
}

/** What nobody knows in a query: a variable, an ARG that is empty by itself. */
const OPEN_QUERY = /\?.*(?:[$\0]|=(?:&|$))/;

/** Whether a download may send something secret: by an option, before the host, or by what a variable puts into the query. */
function sendsSecret({ program, arguments: given, address, resolved }: Download): boolean {
	if (hasOption(given, ...LOGIN_OPTIONS) || (program === "curl" && hasOption(given, ...CURL_LOGIN_OPTIONS))) return true;
	const sent = resolved ?? address;
	return sent.includes("@") || OPEN_QUERY.test(sent);
}

/** Whether all that a command fetches is compared with a digest that the Dockerfile gives, and nothing secret is sent for it. */
export function isComparedAnyway(step: Step, off: TlsOff): boolean {
	if (off.kind !== "option") return false;
	const downloads = downloadsOf(step).filter(({ command }) => command === off.command);
	return (
		downloads.length > 0 &&
		downloads.every((download) => {
			const names = namesInStep(download);
			return names.length > 0 && isPinned(download, names) && !sendsSecret(download);
		})
	);
}

const SUBJECT = "(?:(?<!\\bca-)\\bcert(?:s|ificates?)?\\b|\\b(?:ssl|tls)\\b)";
const TROUBLE = "(?:expir|invalid|broken|outdated|untrusted|mismatch|wrong|problem|issue|errors?\\b|fail|not (?:valid|trusted|recognized))";
/** `the certificate of a.b has expired`, `broken SSL`, `self-signed`: why certificates are not checked. */
const REASON = new RegExp(`self[- ]?signed|${SUBJECT}.{0,60}?${TROUBLE}|${TROUBLE}.{0,30}?${SUBJECT}`, "i");
const NO_CHECK = "(?:skip|disabl|ignor|bypass|turn.{0,4}off|(?:don't|do not|without) (?:check|verif|valid))";
/** `skip the check of certificates`: the author knows what the option does. */
const INTENT = new RegExp(`${NO_CHECK}.{0,40}?${SUBJECT}|\\binsecure\\b`, "i");
const PLANS = /\b(?:todo|fixme|xxx|drop|remove)\b/i;

/** Whether a comment, above an instruction or between its lines, says why certificates are not checked there, or names what turns their check off. */
export function isExplained(step: Step, what: string): boolean {
	const option = what.slice(what.lastIndexOf(" ") + 1);
	return commentsOn(step).some((comment) => {
		const isMeant = INTENT.test(comment) || comment.split(/[\s,.:;`'"()]+/).includes(option);
		return REASON.test(comment) || (isMeant && !PLANS.test(comment));
	});
}

/** The scheme, and the host with its port, as they stand in the text. */
const ADDRESS = /\b(https?):\/\/(?:[^\s@/"']{1,200}@)?([^\s/"'`;|&<>()\\]{1,253})/g;
const TRUSTED = /(?:trusted|insecure)[-_]host["']?(?:[ \t]{0,8}=[ \t]{0,8}|[ \t]{1,8})["']?([^"'\\\n]+)/i;

/**
 * Whether hosts that pip or uv is told to trust are asked over http: there is no certificate to check, and without the setting pip
 * takes nothing from them. `setting` is its text, with the names of the hosts.
 */
export function trustsClearText(stage: Stage, setting: string): boolean {
	const hosts = TRUSTED.exec(setting)?.[1]?.trim().split(/\s+/) ?? [];
	const asked = askedHosts(stage);
	return hosts.length > 0 && hosts.every((host) => asked.has(`http ${host}`) && !asked.has(`https ${host}`));
}

/** The hosts that a stage's lineage names in addresses, behind their scheme, with the port and without. */
const askedHosts = remembered((stage: Stage): ReadonlySet<string> => {
	const texts = lineage(stage).flatMap(({ steps }) => steps.map(stepText));
	return new Set(
		texts.flatMap((text) =>
			[...text.matchAll(ADDRESS)].flatMap(([, scheme = "", authority = ""]) => [
				`${scheme} ${authority}`,
				`${scheme} ${authority.replace(/:[^:]*$/, "")}`,
			]),
		),
	);
});

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
