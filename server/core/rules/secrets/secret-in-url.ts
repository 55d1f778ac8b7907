import { homeAt } from "../../dockerfile/accounts/home.ts";
import { gitVerb } from "../../dockerfile/commands/gitCommands.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { addFlag, insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mountOwner } from "../../dockerfile/secrets/secretMounts.ts";
import type { Fix } from "../../finding.ts";
import { CURL, WGET } from "../../knowledge/downloadTools.ts";
import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { passwordsInUrls } from "../../secrets/values.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { contains, type Span } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const secretInUrl = defineRule({
	id: "secret-in-url",
	title: "An address holds a password",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6437"], ["tally", "secrets-in-code"]),
	onlyWith: { texts: ["@"] },
	why: "Tools repeat addresses wherever they can: in logs and error messages, in `.git/config` of a clone, in lock files and metadata of installed packages, in the history of the image and its provenance. A password in an address is copied to all of these places, and everybody who sees one of them can use it.",
	remedy:
		"Leave user and password out of the address and mount a netrc file, which curl (`--netrc`), wget, git and pip read: `RUN --mount=type=secret,id=netrc,target=/root/.netrc …`. For ADD there are the build secrets `HTTP_AUTH_TOKEN_<host>` and `HTTP_AUTH_HEADER_<host>`. Addresses that the application needs are given to the container. The password has to be replaced.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.docker.com/build/building/secrets/#http-authentication",
		"https://everything.curl.dev/usingcurl/netrc.html",
	],
	examples: [
		{
			caption: "Mounted",
			good: "FROM debian:12\nRUN --mount=type=secret,id=netrc,target=/root/.netrc git clone https://git.acme.dev/a/b.git\n",
		},
		{
			caption: "A clone",
			bad: "FROM debian:12\nRUN git clone https://ci:«hunter2»@git.acme.dev/a/b.git\n",
			fixed: "FROM debian:12\nRUN --mount=type=secret,id=netrc,target=/root/.netrc git clone https://git.acme.dev/a/b.git\n",
		},
		{
			caption: "A download, an index, for another user",
			bad: 'FROM debian:12\nRUN useradd -u 1000 app\nUSER app\nRUN curl -fsSL "https://ci:«hunter2»@files.acme.dev/a.tgz" -o a.tgz && pip install --index-url https://ci:«hunter2»@pypi.acme.dev/simple a\n',
			fixed:
				'FROM debian:12\nRUN useradd -u 1000 app\nUSER app\nRUN --mount=type=secret,id=netrc,target=/home/app/.netrc,uid=1000 curl --netrc -fsSL "https://files.acme.dev/a.tgz" -o a.tgz && pip install --index-url https://pypi.acme.dev/simple a\n',
		},
		{
			caption: "In variables, labels, addresses of ADD",
			bad: "ARG A=https://u:«hunter2»@a.acme.dev/\nFROM debian:12\nENV B=1 DATABASE_URL=postgres://app:«hunter2»@db/app HTTP_PROXY=http://u:«hunter2»@proxy:3128\nADD https://ci:«hunter2»@files.acme.dev/a.tgz /\nLABEL source=https://ci:«hunter2»@git.acme.dev/a\n",
			fixed:
				"ARG A=https://a.acme.dev/\nFROM debian:12\nENV B=1 DATABASE_URL=postgres://db/app HTTP_PROXY=http://proxy:3128\nADD https://files.acme.dev/a.tgz /\nLABEL source=https://git.acme.dev/a\n",
		},
		{
			caption: "In files that the build writes, in child images",
			bad: "FROM debian:12\nCOPY <<EOF /etc/pip.conf\n[global]\nindex-url = https://ci:«hunter2»@pypi.acme.dev/simple\nEOF\nONBUILD RUN git clone https://ci:«hunter2»@git.acme.dev/a/b.git\n",
			fixed:
				"FROM debian:12\nCOPY <<EOF /etc/pip.conf\n[global]\nindex-url = https://ci:hunter2@pypi.acme.dev/simple\nEOF\nONBUILD RUN git clone https://git.acme.dev/a/b.git\n",
		},
		{
			caption: "A netrc does not serve proxies, nor addresses that are data",
			bad: "FROM debian:12\nRUN curl -x http://ci:«hunter2»@proxy:80 https://a.acme.dev && pip install --proxy http://ci:«hunter2»@proxy a && git config --global http.proxy http://ci:«hunter2»@proxy && curl https://a.acme.dev -d url=https://ci:«hunter2»@b.acme.dev/x\n",
		},
		{
			caption: "No password, a variable, a placeholder, an example",
			good: "FROM debian:12\nENV A=https://user@a.acme.dev/ B=postgres://app:$PASS@db/app C=postgres://postgres:postgres@db/app\nRUN git clone https://x:${TOKEN}@git.acme.dev/a && curl https://user:password@a.acme.dev https://me:hunter2@example.com https://a.b/c:d@e\n# https://u:hunter2@a.acme.dev/\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const instruction of file.globals) {
			if (instruction.keyword === "ARG")
				for (const found of textReports(instruction.arguments)) reports.push({ ...found.report, ...fixed(found, undefined) });
		}
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : {};
			for (const step of [stage.from, ...stage.steps]) {
				const texts = [step.arguments, ...step.heredocs.map((heredoc) => heredoc.body)];
				for (const text of texts)
					for (const found of textReports(text)) reports.push({ ...found.report, ...lowered, ...fixed(found, step) });
			}
		}
		return reports;
	},
});

interface Found {
	readonly report: Report;
	/** User, password and the sign behind them. */
	readonly login: Span;
	readonly scheme: string;
}

function textReports(text: MappedText): readonly Found[] {
	if (!text.text.includes("@")) return [];
	const found: Found[] = [];
	for (const { at, end } of passwordsInUrls(text.text)) {
		const slashes = text.text.lastIndexOf("://", at);
		const scheme = /[a-z0-9+.-]{1,30}$/i.exec(text.text.slice(0, slashes))?.[0] ?? "";
		const host = /^[\w.-]{1,60}/.exec(text.text.slice(end + 1))?.[0] ?? "";
		found.push({
			report: {
				span: sourceSpan(text, at, end),
				message: `The ${scheme} address of ${host.length > 40 ? `${host.slice(0, 39)}…` : host} holds a password`,
			},
			login: sourceSpan(text, slashes + 3, end + 1),
			scheme,
		});
	}
	return found;
}

/** Programs that look a host up in `.netrc` by themselves. */
const READS_NETRC = new Set(["git", "wget", "pip", "pip3", "uv", "python", "python3", "go"]);

function fixed({ login, scheme }: Found, step: Step | undefined): { readonly fixes: readonly Fix[] } {
	const without = replace(login, "");
	if (step === undefined || step.keyword !== "RUN") {
		if (step !== undefined && step.heredocs.length > 0) return { fixes: [] };
		return {
			fixes: [
				{
					title: "Take the login out of the address",
					safety: "review",
					edits: [without],
					note: "Replace the password where it was issued.",
				},
			],
		};
	}
	const command = commandAt(step, login);
	if (command?.name === undefined || command.decoded || !/^https?$/.test(scheme)) return { fixes: [] };
	const owner = mountOwner(step);
	if (!isRequested(step, command, login)) return { fixes: [] };
	const home = homeAt(step, command);
	const isCurl = command.program === "curl";
	if (owner === undefined || home.kind !== "set" || (!isCurl && !READS_NETRC.has(command.program ?? ""))) return { fixes: [] };
	const asks = !isCurl || command.args.some((word) => /^(?:-n|--netrc|--netrc-optional)$/.test(word.text));
	return {
		fixes: [
			{
				title: "Read the login from a mounted netrc",
				safety: "review",
				edits: [
					addFlag(step, `--mount=type=secret,id=netrc,target=${home.value}/.netrc${owner}`),
					...(asks ? [] : [insertAfter(command.name.span, " --netrc")]),
					without,
				],
				note: "Build with --secret id=netrc,src=$HOME/.netrc, and replace the password where it was issued.",
			},
		],
	};
}

/** Programs look up the host that they ask: not a proxy, and not an address that is data. */
function isRequested(step: Step, command: ShellCommand, login: Span): boolean {
	const { program, args } = command;
	const at = args.findIndex((word) => contains(word.span, login));
	const word = args[at];
	const start = word === undefined ? "" : step.stage.file.text.slice(word.span.start, login.start);
	if (!REQUESTED.test(start)) return false;
	const tool = program === "curl" ? CURL : program === "wget" ? WGET : undefined;
	if (tool !== undefined) {
		const option = readArguments(args, tool.valueOptions).options.find((given) => given.word === word || given.valueWord === word);
		return option === undefined || option.name === "--url";
	}
	return !/^(?:--proxy|--trusted-host|--config|-c)$/.test(args[at - 1]?.text ?? "") && gitVerb(command) !== "config";
}

/** What stands in front of the login where a word is an address to ask, or a package that comes from one. */
const REQUESTED =
	/^["']?(?:--(?:url|index-url|extra-index-url|index|default-index|find-links)=["']?)?(?:[\w.[\],-]+ ?@ ?)?(?:git\+)?https?:\/\/$/;

function commandAt(step: Step, place: Span): ShellCommand | undefined {
	return commandsOf(step).findLast((command) => command.args.some((word) => contains(word.span, place)));
}
