import { mayGive } from "../../dockerfile/commands/givenOptions.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { CURL, WGET } from "../../knowledge/downloadTools.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** In lower case. */
const TRACES = ["git_ssl", "tls-m", "seclevel", "minprotocol", "crypto-policies", "secure-protocol", "curl", "ciphers", "securityprotocol"];
const TRACE = /ssl|tls|seclevel|minprotocol|crypto-policies|secure-protocol|curl|ciphers|securityprotocol/i;
const LOW_LEVEL = /@SECLEVEL=[01]\b/;
/** As it stands in OpenSSL's configuration, also in the replacement of a `sed` script. */
const LOW_MINIMUM = /\bMinProtocol[ \t]{0,8}=[ \t]{0,8}(?:SSLv3|TLSv1(?:\.[01])?(?![.\w])|None)/;

export const tlsWeakProtocol = defineRule({
	id: "tls-weak-protocol",
	title: "A client is made to speak an old version of TLS, or to accept weak ciphers",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	onlyWith: { texts: TRACES },
	equivalents: same(["sonar", "S4423"]),
	why: "SSL 3, TLS 1.0 and 1.1 have been given up because connections that use them can be read or changed by somebody on the way; so can those with short keys and SHA-1 signatures, which `SECLEVEL=0` and `1` allow. A build that asks for them takes programs over such connections, and an image that is configured so does it in every container.",
	remedy:
		"Let the library choose: take the option or the setting out. If a server of your own speaks nothing newer, repair the server. To ask for more than the library does, `curl --proto =https --tlsv1.2` means 1.2 or newer.",
	references: [
		"https://datatracker.ietf.org/doc/html/rfc8996",
		"https://docs.openssl.org/master/man3/SSL_CTX_set_security_level/",
		"https://curl.se/docs/manpage.html#--tls-max",
	],
	examples: [
		{
			caption: "A version of 1999",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y wget\nRUN wget «--secure-protocol=TLSv1» https://example.com/tool.tgz\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y wget\nRUN wget https://example.com/tool.tgz\n",
		},
		{ caption: "A version that is new enough", good: "FROM debian:12\nRUN wget --secure-protocol=TLSv1_2 https://example.com/tool.tgz\n" },
		{
			caption: "Options",
			bad: "FROM debian:12\nRUN curl «--sslv3» -fsSLO https://a.b/c && curl -fsSL «--tls-max 1.1» -o d https://a.b/d\nRUN wget «--secure-protocol=TLSv1» https://a.b/e && curl «--ciphers DEFAULT@SECLEVEL=1» -O https://a.b/f\n",
			fixed:
				"FROM debian:12\nRUN curl -fsSLO https://a.b/c && curl -fsSL -o d https://a.b/d\nRUN wget https://a.b/e && curl -O https://a.b/f\n",
		},
		{
			caption: "OpenSSL's configuration",
			bad: "FROM debian:12\nRUN sed -i «'s/SECLEVEL=2/SECLEVEL=1/'» /etc/ssl/openssl.cnf && sed -i «'/^CipherString/s/SECLEVEL=2/SECLEVEL=1/'» /etc/ssl/openssl.cnf && sed -i «'s|TLSv1.2|TLSv1|g'» /etc/ssl/openssl.cnf\nRUN sed -i «'s/SECLEVEL=2/@SECLEVEL=1/g'» /etc/ssl/openssl.cnf && sed -i «'s/^MinProtocol.*/MinProtocol = TLSv1/'» /etc/ssl/openssl.cnf\nCOPY <<EOF /etc/ssl/openssl.cnf\n[system_default_sect]\n«MinProtocol = TLSv1.0»\nCipherString = DEFAULT«@SECLEVEL=0»\nEOF\n",
		},
		{
			caption: "Variables and policies",
			bad: 'FROM node:22\nENV «NODE_OPTIONS="--max-old-space-size=900 --tls-min-v1.0"»\nENV «GIT_SSL_VERSION=tlsv1.0» A=b\nFROM almalinux:9\nRUN «update-crypto-policies» --set LEGACY\n',
		},
		{
			caption: "PowerShell",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nRUN [Net.ServicePointManager]::SecurityProtocol = «[Net.SecurityProtocolType]::Tls11»; iwr https://a.b/c -OutFile c\n',
		},
		{
			caption: "New enough, or at least",
			good: "FROM debian:12\nRUN curl --tlsv1.2 -O https://a.b/c && curl --tls-max 1.3 -O https://a.b/c && wget --secure-protocol=TLSv1_2 https://a.b/c && curl --tlsv1 -O https://a.b/d && sed -i 's/SECLEVEL=1/SECLEVEL=2/' /etc/ssl/openssl.cnf && echo 'MinProtocol = TLSv1.2' >> /etc/ssl/openssl.cnf && update-crypto-policies --set DEFAULT\nENV NODE_OPTIONS=--tls-min-v1.2\n",
		},
		{
			caption: "Taken out of a configuration, or only mentioned",
			good: "FROM debian:12\nRUN sed -i 's/@SECLEVEL=1/@SECLEVEL=2/' /etc/ssl/openssl.cnf && sed -i '/MinProtocol = TLSv1/d' /etc/ssl/openssl.cnf && grep MinProtocol=TLSv1 /etc/ssl/openssl.cnf\n# curl --sslv3\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.heredocs.length === 0 && !TRACE.test(step.line.text)) continue;
				reports.push(...(step.keyword === "ENV" || step.keyword === "ARG" ? variables(step) : instruction(stage, step)));
			}
		}
		return reports;
	},
});

const NOTHING: readonly Report[] = [];
const NAMES: ReadonlySet<string> = new Set(["NODE_OPTIONS", "GIT_SSL_VERSION", "GIT_SSL_CIPHER_LIST"]);

function variables(step: Step): readonly Report[] {
	const found: Report[] = [];
	for (const assignment of assignmentsOf(step, step.stage.file.escape)) {
		if (!NAMES.has(assignment.name)) continue;
		const expansion = assignment.value === undefined ? undefined : expandAt(step, assignment.value);
		const value = expansion?.kind === "known" ? expansion.value : "";
		const { name } = assignment;
		const weak =
			(name === "NODE_OPTIONS" && (/--tls-(?:min|max)-v1\.[01]\b/.test(value) || LOW_LEVEL.test(value))) ||
			(name === "GIT_SSL_VERSION" && /^(?:sslv[23]|tlsv1(?:\.[01])?)$/.test(value)) ||
			(name === "GIT_SSL_CIPHER_LIST" && LOW_LEVEL.test(value));
		if (weak) found.push({ span: assignment.span, message: `${name} allows old versions of TLS or weak ciphers` });
	}
	return found;
}

function instruction(stage: Stage, step: Step): readonly Report[] {
	const commands = commandsOf(step);
	const isPowershell = step.keyword === "RUN" && step.arguments.text.includes("SecurityProtocolType");
	if (!isPowershell && step.heredocs.length === 0 && !commands.some(mayAllow)) return NOTHING;
	const found: Report[] = [];
	for (const command of commands) found.push(...inCommand(stage, step, command));
	for (const heredoc of step.heredocs) {
		for (const pattern of [LOW_LEVEL, LOW_MINIMUM]) {
			const match = pattern.exec(heredoc.body.text);
			if (match === null || /[#]/.test(heredoc.body.text.slice(heredoc.body.text.lastIndexOf("\n", match.index) + 1, match.index)))
				continue;
			if (
				commandsOf(step).some(
					(command) =>
						command.span.start <= sourceSpan(heredoc.body, match.index, match.index + 1).start &&
						sourceSpan(heredoc.body, match.index, match.index + 1).end <= command.span.end,
				)
			)
				continue;
			found.push({ span: sourceSpan(heredoc.body, match.index, match.index + match[0].length), message: textMessage(match[0]) });
		}
	}
	if (isPowershell) found.push(...powershell(step));
	return found;
}

/** With which curl and Wget can be made to. */
const OPTIONS = ["--sslv2", "--sslv3", "-2", "-3", "--tls-max", "--ciphers", "--secure-protocol"];
const WRITERS: ReadonlySet<string> = new Set(["echo", "printf", "sed"]);
/** What the settings that they write have one of. */
const SETTINGS = /SECLEVEL|MinProtocol|TLSv1/;

function mayAllow(command: ShellCommand): boolean {
	const { program } = command;
	if (program === "curl" || program === "wget") return mayGive(command, OPTIONS);
	if (program === undefined || !WRITERS.has(program)) return program === "update-crypto-policies";
	return command.args.some((word) => SETTINGS.test(comparable(word)));
}

function inCommand(stage: Stage, step: Step, command: ShellCommand): readonly Report[] {
	const { program } = command;
	const reports: Report[] = [];
	if (program === "curl" || program === "wget") {
		for (const option of readArguments(command.args, (program === "curl" ? CURL : WGET).valueOptions).options) {
			if (!isWeakOption(program, option.name, option.value)) continue;
			const span: Span = { start: option.word.span.start, end: (option.valueWord ?? option.word).span.end };
			const whole = option.word.text === option.name || option.word.text.startsWith("--");
			reports.push({
				span,
				message: `${program} ${option.name}${option.value === undefined ? "" : ` ${option.value}`.slice(0, 40)} allows old versions of TLS or weak ciphers`,
				...(stage.use === "unused" ? { severity: "info" as const } : {}),
				fixes:
					whole && !command.decoded
						? [
								{
									title: "Let the library choose",
									safety: "review",
									edits: [removeArgument(step.stage.file, span)],
									note: "The server has to speak TLS 1.2.",
								},
							]
						: [],
			});
		}
	} else if (program === "update-crypto-policies" && command.name !== undefined) {
		const at = command.args.findIndex((word) => word.value === "--set");
		if (/^LEGACY\b/.test(command.args[at + 1]?.value ?? "") && at !== -1)
			reports.push({ span: command.name.span, message: "The LEGACY policy allows old versions of TLS and weak ciphers" });
	} else if (program === "echo" || program === "printf" || program === "sed") {
		if (!writes(command)) return reports;
		for (const word of command.args) {
			const text = writtenText(program, comparable(word));
			const found = LOW_LEVEL.exec(text)?.[0] ?? LOW_MINIMUM.exec(text)?.[0] ?? (program === "sed" ? lowInPart(command, text) : undefined);
			if (found !== undefined) reports.push({ span: word.span, message: textMessage(found) });
		}
	}
	return reports;
}

/** `sed` replaces a part of a setting: `s/SECLEVEL=2/SECLEVEL=1/`, and in OpenSSL's own file the version alone. */
function lowInPart({ args }: ShellCommand, text: string): string | undefined {
	const level = /\bSECLEVEL=[01]\b/.exec(text)?.[0];
	if (level !== undefined || !args.some((word) => /openssl\.cnf/.test(word.text))) return level;
	return /^TLSv1(?:\.[01])?$/.exec(text)?.[0];
}

function textMessage(setting: string): string {
	return `${setting.replace(/\s+/g, " ")} allows old versions of TLS or weak ciphers`;
}

/** What a `sed` script puts in: the part behind the second delimiter of `s/a/b/`; nothing of other commands. */
function writtenText(program: string, text: string): string {
	if (program !== "sed") return text;
	const match = /^(?:\/[^/]*\/|\d+|[^\s])?[ \t]*s([/,|#@!;:+])/.exec(text.trimStart());
	return match === null
		? ""
		: (text
				.trimStart()
				.slice(match[0].length)
				.split(match[1] ?? "/")[1] ?? "");
}

function writes(command: ShellCommand): boolean {
	if (command.program === "sed") return command.args.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word.text));
	return (
		command.redirects.some((redirect) => redirect.operator.startsWith(">")) ||
		(command.pipeline?.commands.some((member) => member.program === "tee") ?? false)
	);
}

function isWeakOption(program: string, name: string, value: string | undefined): boolean {
	if (program === "wget")
		return (
			(name === "--secure-protocol" && /^(?:SSLv[23]|TLSv1(?:_[01])?)$/i.test(value ?? "")) ||
			(name === "--ciphers" && LOW_LEVEL.test(value ?? ""))
		);
	if (["--sslv2", "--sslv3", "-2", "-3"].includes(name)) return true;
	return (name === "--tls-max" && /^1\.[01]$/.test(value ?? "")) || (name === "--ciphers" && LOW_LEVEL.test(value ?? ""));
}

function powershell(step: Step): readonly Report[] {
	const { text } = step.arguments;
	const all = [...text.matchAll(/\[(?:System\.)?Net\.SecurityProtocolType\]::(Ssl3|Tls|Tls11|Tls12|Tls13|SystemDefault)\b/gi)];
	if (all.some((match) => /Tls1[23]|SystemDefault/i.test(match[1] ?? ""))) return [];
	const reports: Report[] = [];
	for (const match of all) {
		reports.push({
			span: sourceSpan(step.arguments, match.index, match.index + match[0].length),
			message: `${match[1]} is an old version that servers no longer speak`,
		});
	}
	return reports;
}
