import { commandsOf, runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { writtenValue } from "../../dockerfile/commands/wordValues.ts";
import { hasComment, removeInstruction, removeWord, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const userPasswordSetInBuild = defineRule({
	id: "user-password-set-in-build",
	title: "The build gives an account a password",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["checkov", "CKV2_DOCKER_17"]),
	onlyWith: { words: ["chpasswd", "passwd", "useradd", "usermod", "net"] },
	why: "A password in a build step stands in the Dockerfile, in the history of the image and, hashed, in `/etc/shadow` of every container: everybody who can pull the image can read or guess it, and it is the same everywhere. With it a process of the container becomes that user, and through a login service so does a stranger.",
	remedy:
		"Leave the account without a password. A container needs no logins: `docker exec` opens a shell. Where people have to log in, mount their public keys, or a hashed password, when the container starts.",
	references: [
		"https://manpages.debian.org/bookworm/passwd/chpasswd.8.en.html",
		"https://docs.docker.com/reference/cli/docker/container/exec/",
	],
	examples: [
		{ caption: "No password", good: "FROM debian:12\nRUN useradd --create-home app\nUSER app\n" },
		{ caption: "chpasswd", bad: "FROM debian:12\nRUN echo 'root:toor' | «chpasswd»\nCMD a\n", fixed: "FROM debian:12\nCMD a\n" },
		{
			caption: "Fed by other means",
			bad: 'FROM debian:12\nSHELL ["bash", "-c"]\nRUN «chpasswd» <<< \'app:pw\' && «chpasswd» -e < /tmp/pw\nRUN «chpasswd» <<EOF\napp:pw\nEOF\nRUN <<EOF\necho app:pw | sudo «/usr/sbin/chpasswd»\nEOF\n',
		},
		{ caption: "passwd from a pipe", bad: "FROM debian:12\nRUN echo pw | «passwd» --stdin app; printf 'a\\na\\n' | «passwd» app\n" },
		{
			caption: "useradd, usermod",
			bad: "FROM debian:12\nRUN useradd -m -p «hash» b; usermod -p «$(openssl passwd pw)» c\n",
			fixed: "FROM debian:12\nRUN useradd -m b; usermod -p '*' c\n",
		},
		{
			caption: "A random one that nobody is told",
			bad: 'FROM debian:12\nRUN echo "git:$(head -c 24 /dev/urandom | base64)" | «chpasswd»\n',
			fixed: "FROM debian:12\n",
		},
		{
			caption: "Random, by a variable, a here-string, a heredoc",
			bad: 'FROM debian:12\nRUN p=$(openssl rand -hex 8); q=root:$p; printf \'%s\\n\' "$q" | «chpasswd»; «passwd» --stdin bob <<< "$(uuidgen)"\nRUN «chpasswd» <<EOF\napp:$(pwgen 12 1)\nEOF\n',
		},
		{
			caption: "What is random in the same step is for something else",
			bad: 'FROM debian:12\nARG PW\nRUN apt-get install -y pwgen && uuidgen > /etc/machine-id && echo root:root | «chpasswd»\nRUN echo "root:$PW" | «chpasswd» && echo "x:$(openssl rand -base64 12)" | «chpasswd»\n',
		},
		{
			caption: "Windows",
			bad: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «net user» app Passw0rd /add\nSHELL [\"powershell\"]\nRUN «net user» app 'pw'\n",
		},
		{
			caption: "Locked, unlocked, none",
			good: "FROM debian:12\nRUN useradd -p '*' a && usermod -p '!' b && passwd -l c && passwd -u d && passwd -d e && useradd -p '' f && useradd g; command -v chpasswd; usermod -L -s /bin/sh g\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN net user /add app\nRUN net user app /active:no\nRUN net user app \"\" /add\n",
		},
		{ caption: "When the container starts", good: 'FROM debian:12\nCMD echo "app:$PASSWORD" | chpasswd && sshd -D\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : stage.use === "copied" ? { severity: "info" as const } : {};
			for (const step of runSteps(stage)) {
				for (const found of posixReports(step)) reports.push({ ...found, ...lowered });
				for (const found of windowsReports(step)) reports.push({ ...found, ...lowered });
			}
		}
		return reports;
	},
});

function posixReports(step: Step): readonly Report[] {
	if (!/passwd|useradd|usermod/.test(step.line.text) && step.heredocs.length === 0) return [];
	const reports: Report[] = [];
	for (const command of commandsOf(step)) {
		const { program, name } = command;
		if (name === undefined) continue;
		if (program === "chpasswd" || (program === "passwd" && isFed(command))) {
			const random = isRandom(step, command);
			reports.push({
				span: name.span,
				message: `${program} gives ${random ? "an account a random password" : "an account a password that is the same in every container"}`,
				...(random ? { severity: "info" as const } : {}),
				fixes: removal(step, command),
			});
		} else if (program === "useradd" || program === "usermod") {
			const found = optionReport(step, command);
			if (found !== undefined) reports.push(found);
		}
	}
	return reports;
}

/** Whether a pipe or a redirection gives the command a password to read. */
function isFed(command: ShellCommand): boolean {
	const before = command.pipeline?.commands[0];
	const words = command.args.map((word) => word.text);
	if (words.some((word) => /^(?:-[ludeS]|--lock|--unlock|--delete|--expire|--status)$/.test(word))) return false;
	return (
		words.includes("--stdin") ||
		(before !== undefined && before !== command && before !== command.wrapper) ||
		command.redirects.some(({ operator }) => operator.startsWith("<"))
	);
}

const RANDOM_SOURCE = /\/dev\/u?random|openssl rand|pwgen|makepasswd|uuidgen/;

/** Whether what the command reads, or a variable in it, comes from a source of random numbers. Others of the same RUN may be for something else. */
function isRandom(step: Step, command: ShellCommand): boolean {
	const fed = fedText(step, command);
	if (RANDOM_SOURCE.test(fed)) return true;
	const filled = randomVariables(step, command);
	return [...fed.matchAll(/\$\{?(\w+)/g)].some(([, name = ""]) => filled.has(name));
}

/** What stands in front of the command's pipe, behind its redirections and in its heredocs. */
function fedText(step: Step, { decoded, name, pipeline, redirects, span }: ShellCommand): string {
	const { text } = step.stage.file;
	if (decoded || name === undefined) return text.slice(span.start, span.end);
	const heredocs = step.heredocs.filter(({ wordSpan }) => span.start <= wordSpan.end && wordSpan.start <= span.end);
	return [
		pipeline === undefined ? "" : text.slice(pipeline.span.start, name.span.start),
		...redirects.filter(({ operator }) => operator.startsWith("<")).map(({ target, body }) => `${target?.text ?? ""} ${body ?? ""}`),
		...heredocs.map(({ body }) => body.text),
	].join("\n");
}

/** The variables that the RUN has filled with random numbers by the time that it comes to the command. */
function randomVariables(step: Step, command: ShellCommand): ReadonlySet<string> {
	const filled = new Set<string>();
	const commands = commandsOf(step);
	for (const { assignments } of commands.slice(0, commands.indexOf(command))) {
		for (const { name, value } of assignments) {
			const taken = value?.parts.some((part) => part.kind === "variable" && filled.has(part.name)) === true;
			if (taken || RANDOM_SOURCE.test(value?.text ?? "")) filled.add(name);
			else filled.delete(name);
		}
	}
	return filled;
}

function optionReport(step: Step, command: ShellCommand): Report | undefined {
	const args = readArguments(
		command.args,
		"-b -c -d -e -f -g -G -k -K -s -u -p --password --uid --gid --groups --shell --home --home-dir --comment".split(" "),
	);
	const option = args.options.find(({ name }) => name === "-p" || name === "--password");
	const word = option?.valueWord ?? option?.word;
	if (option === undefined || word === undefined) return undefined;
	const value = option.value ?? writtenValue(step, word);
	// No hash begins like this: nothing that anybody types fits.
	if (value === "" || value === "x" || /^[!*]/.test(value)) return undefined;
	const edits =
		command.decoded || option.valueWord === undefined || option.word.text !== option.name
			? []
			: command.program === "usermod"
				? [replace(option.valueWord.span, "'*'")]
				: [removeWord(step.stage.file, { start: option.word.span.start, end: option.valueWord.span.end })];
	return {
		span: word.span,
		message: `${command.program} ${option.name} gives an account a password that is the same in every container`,
		fixes: edits.length === 0 ? [] : [{ title: "Leave the account without a password", safety: "review", edits }],
	};
}

/** Removes a RUN that does nothing else. */
function removal(step: Step, command: ShellCommand): readonly Fix[] {
	const [script, ...others] = scriptsOf(step);
	const { pipeline } = command;
	if (script === undefined || others.length > 0 || step.heredocs.length > 0 || pipeline === undefined || step.deferred) return [];
	const { file } = step.stage;
	const isOnly =
		script.statements.length === 1 &&
		script.pipelines.filter(({ within }) => within.length === 0).length === 1 &&
		!/&&|\|\|/.test(script.source.text);
	if (!isOnly || hasComment(file, step.span)) return [];
	return [{ title: "Remove the step", safety: "review", edits: [removeInstruction(file, step)] }];
}

/** `net user NAME PASSWORD` in cmd and PowerShell. */
function windowsReports(step: Step): readonly Report[] {
	const { text } = step.arguments;
	if (scriptsOf(step).length > 0 || !/\bnet1?(?:\.exe)?\s{1,8}user\s/i.test(text)) return [];
	const reports: Report[] = [];
	for (const match of text.matchAll(
		/\bnet1?(?:\.exe)?[ \t]{1,8}user(?:[ \t]{1,8}\/[a-z]+){0,4}[ \t]{1,8}([^\s/&|;]{1,200})[ \t]{1,8}(?!(?:""|''|\*)(?:\s|$))([^\s/&|;][^\s&|;]{0,200})/gi,
	)) {
		reports.push({
			span: sourceSpan(step.arguments, match.index, match.index + match[0].search(/user/i) + 4),
			message: `net user gives ${shortened(match[1] ?? "", 30)} a password that is the same in every container`,
		});
	}
	return reports;
}
