import { baseName } from "../../baseName.ts";
import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { isForWindows } from "../../dockerfile/base/windows.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { OPERATOR_WORDS, scriptOfWords } from "../../dockerfile/edits/scriptOfWords.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { interpreted, isInterpreter } from "../../dockerfile/start/innerProgram.ts";
import type { ExecElement, ExecForm } from "../../dockerfile/syntax/execForm.ts";
import type { Fix } from "../../finding.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const execFormShellSyntax = defineRule({
	id: "exec-form-shell-syntax",
	title: "A JSON array holds what only a shell understands",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["["] },
	why: 'The words of a JSON array go to the program as they are. No shell sees them: `$PORT` stays the five characters `$PORT`, `&&` and `>` become arguments, and `["npm start"]` looks for a program with a blank in its name. The build, or the start of the container, fails; or the program goes on with a setting that nobody wanted.',
	remedy:
		'Write each word as a string of its own. Where a variable or an operator is meant, say which shell is to read it: `["/bin/sh", "-c", "exec app --port=$PORT"]`.',
	references: [
		"https://docs.docker.com/reference/dockerfile/#shell-and-exec-form",
		"https://docs.docker.com/reference/dockerfile/#variable-substitution",
	],
	examples: [
		{
			caption: "Operators",
			bad: 'FROM debian:12\nCMD ["cd", "/app", «"&&"», "run", "it now"]\n',
			fixed: 'FROM debian:12\nCMD ["/bin/sh", "-c", "cd /app && run \'it now\'"]\n',
		},
		{
			caption: "Variables, with a default, too, and a command",
			bad: 'FROM debian:12\nENTRYPOINT ["app", "-q", «"--port=${PORT}"», "a|b"]\nRUN ["mkdir", «"/a-$(date)"»]\nRUN ["a", «"${P:-80}"»]\n',
			fixed:
				'FROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "exec app -q \\"--port=${PORT}\\" \'a|b\'"]\nRUN ["/bin/sh", "-c", "mkdir \\"/a-$(date)\\""]\nRUN ["/bin/sh", "-c", "a \\"${P:-80}\\""]\n',
		},
		{
			caption: "In RUN, and in what a health check runs",
			bad: 'FROM debian:12\nHEALTHCHECK CMD ["curl", "-f", "http://127.0.0.1/", «"||"», "exit", "1"]\nRUN ["rm", «"/tmp/*"»]\nHEALTHCHECK CMD ["a", «"||"», "exit 1"]\n',
			fixed:
				'FROM debian:12\nHEALTHCHECK CMD ["/bin/sh", "-c", "curl -f http://127.0.0.1/ || exit 1"]\nRUN ["/bin/sh", "-c", "rm /tmp/*"]\nHEALTHCHECK CMD ["/bin/sh", "-c", "a || exit 1"]\n',
		},
		{
			caption: "A whole command line in one string",
			bad: 'FROM node:22\nRUN [«"\'npm ci\'"»]\nCMD [«"npm run start:prod"»]\n',
			fixed: 'FROM node:22\nRUN ["npm", "ci"]\nCMD ["npm", "run", "start:prod"]\n',
		},
		{
			caption: "Quotes inside the quotes, the home directory",
			bad: 'FROM debian:12 AS a\nENTRYPOINT ["nginx", "-g", «"\'daemon off;\'"»]\nFROM debian:12\nENTRYPOINT ["app", «"~/x"»]\nRUN [«"\'make\'"», "a"]\n',
			fixed:
				'FROM debian:12 AS a\nENTRYPOINT ["nginx", "-g", "daemon off;"]\nFROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "exec app ~/x"]\nRUN ["make", "a"]\n',
		},
		{
			caption: "Words of the shell",
			bad: 'FROM debian:12\nRUN [«"export"», "A=1"]\nRUN [«"cd"», "/x"]\nCMD [«"exec"», "app", "$A"]\n',
			fixed: 'FROM debian:12\nRUN ["/bin/sh", "-c", "export A=1"]\nRUN ["cd", "/x"]\nCMD ["/bin/sh", "-c", "exec app \\"$A\\""]\n',
		},
		{
			caption: "An assignment and a home directory in the place of the program",
			bad: 'FROM debian:12\nENTRYPOINT [«"NODE_ENV=production"», "A=$B", "node", "a.js"]\nFROM debian:12\nENTRYPOINT [«"~/run.sh"», "-v"]\nFROM debian:12\nRUN [«"A=b c"»]\n',
			fixed:
				'FROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "NODE_ENV=production A=\\"$B\\" exec node a.js"]\nFROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "exec ~/run.sh -v"]\nFROM debian:12\nRUN ["A=b c"]\n',
		},
		{
			caption: "Options from a variable may be several words, or none; Java does not look at them either",
			bad: 'FROM debian:12\nENTRYPOINT ["java", «"${JAVA_OPTS}"», "-jar", "/a.jar"]\nFROM debian:12\nENTRYPOINT ["java", "-jar", «"/a/*.jar"»]\n',
			fixed:
				'FROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "exec java ${JAVA_OPTS} -jar /a.jar"]\nFROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "exec java -jar /a/*.jar"]\n',
		},
		{
			caption: "Behind the script of an interpreter, a module, the targets of make",
			bad: 'FROM python:3.13\nRUN ["make", "-j2", «"&&"», "make", "install"]\nRUN ["sh", "-e", "a.sh", «"&&"», "b"]\nRUN ["python3", "-um", "a", «">"», "/log"]\nCMD ["python", "manage.py", "migrate", «"&&"», "python", "manage.py", "runserver"]\n',
			fixed:
				'FROM python:3.13\nRUN ["/bin/sh", "-c", "make -j2 && make install"]\nRUN ["/bin/sh", "-c", "sh -e a.sh && b"]\nRUN ["/bin/sh", "-c", "python3 -um a > /log"]\nCMD ["/bin/sh", "-c", "python manage.py migrate && python manage.py runserver"]\n',
		},
		{
			caption: "A shell behind other programs",
			good: 'FROM debian:12\nRUN ["conda", "run", "-n", "a", "bash", "-c", "echo $HOME && b"]\nRUN ["fish", "-c", "echo $HOME"]\nCMD ["timeout", "10", "/bin/sh", "-ec", "app --port $PORT"]\n',
		},
		{ caption: "An entry point in JSON would lose CMD with a shell", bad: 'FROM debian:12\nENTRYPOINT ["app", «"$X"»]\nCMD ["a"]\n' },
		{
			caption: "A shell that reads it, programs with a language of their own",
			good: 'FROM debian:12\nRUN ["bash", "-c", "a && b > $C"]\nRUN ["awk", "{ print $NF }", "|"]\nRUN ["find", "/x", "-name", "*.a", "-exec", "rm", "{}", ";"]\nRUN ["python", "-c", "print(\'$HOME\')", ";"]\nRUN ["sh", "/entrypoint.sh", "&&", "b"]\nRUN ["node", "-e", "a", "&&"]\nRUN ["node", "a.js", "$HOME"]\nRUN ["grep", "-E", "a|b", "~x", "$"]\nENTRYPOINT ["java", "-Da=${user.home}", "-jar", "a", "--server.port=${PORT}", "${X}"]\n',
		},
		{
			caption: "Arguments for an entry point that may read them as a shell does",
			good: 'FROM debian:12\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["app --port $PORT", "&&", "b"]\n',
		},
		{ caption: "A base image whose entry point nobody knows", good: 'FROM acme/base\nCMD ["npm start"]\n' },
		{
			caption: "A path with blanks, a program cd, Windows",
			good: 'FROM fedora:41\nRUN ["cd", "/x"]\nFROM debian:12\nENTRYPOINT ["/opt/my app/run"]\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT ["C:\\\\a b.exe", ">"]\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (isForWindows(stage)) continue;
			for (const step of stage.steps) {
				if (step.exec === undefined || !["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(step.keyword)) continue;
				const report = reportOf(step);
				if (report !== undefined) reports.push({ ...report, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
			}
		}
		return reports;
	},
});

/** Programs whose arguments are in a language of their own, or that start others which are. */
const OWN_LANGUAGE =
	/^(?:awk|gawk|mawk|sed|lua|jq|yq|envsubst|find|xargs|expr|test|\[|psql|mysql|sqlite3|mongo|mongosh|pwsh|powershell|cmd|su|gosu|su-exec|runuser|env|busybox|tini|dumb-init|eval|supervisord|confd|dockerize|gomplate|make|ssh|watch|parallel|tmux|screen|chpst|concurrently|init|(?:docker-)?entrypoint|emacs|vim)$/;
/** Shells whose scripts are read word by word, by their own name or with a folder. */
const SHELL = /^(?:\S*\/)?(?:sh|bash|dash|ash|ksh|mksh|zsh|fish|csh|tcsh)$/;
/** `$NAME`, `${NAME}`, `${NAME:-value}` and `$(command)`. */
const EXPANSION = /\$(?:\{[A-Z][A-Z0-9_]*(?::?[-+=?][^{}]*)?\}|[A-Z][A-Z0-9_]*|\([a-z][^()]*\))/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** What shells do themselves, without a program of the name. */
const WORDS_OF_THE_SHELL = new Set(["exec", "source", ".", "export", "set", "eval", "unset", "alias"]);
/** Programs that take names of files, and expand none of them. */
const TAKES_FILES = new Set(["rm", "cp", "mv", "chmod", "chown", "cat", "ls", "touch", "mkdir", "tar", "ln"]);

function reportOf(step: Step): Report | undefined {
	const { exec } = step;
	const element = exec?.elements[0];
	if (exec === undefined || element === undefined || !decidesItself(step)) return undefined;
	const { span, value: first } = element;
	const program = baseName(first);
	const bare = first.replace(/^'([^']+)'$/, "$1");
	const line = /^[\w./-]+(?:[ \t]+\S+)+$/.test(bare) && !/^\/[^ ]* [^ -]*\//.test(bare) && !/^\/\S+ \w+\/?\w*$/.test(bare);
	if (line) return { span, message: `No program is called "${shortened(first, 60)}"`, fixes: () => splitFix(step, element, bare) };
	if (bare !== first) return { span, message: `No program is called ${shortened(first, 60)}`, fixes: () => quoteFix(step, element) };
	if (ASSIGNMENT.test(first))
		return { span, message: `${shortened(first, 40)} is an assignment for a shell, not a program`, fixes: () => shellFix(step) };
	if (first.startsWith("~/")) return { span, message: `No program is called ${shortened(first, 60)}`, fixes: () => shellFix(step) };
	if (WORDS_OF_THE_SHELL.has(first))
		return { span, message: `${first} is a word of the shell, not a program`, fixes: () => shellFix(step) };
	if (callsShell(exec.values)) return undefined;
	// Java's own options are looked at, those of the others are read in their own way.
	if (program === "make" || (program !== "java" && isInterpreter(program))) return operatorBehindScript(step, exec, program);
	if (POSIX_SHELLS.has(program) || OWN_LANGUAGE.test(program) || /\.(?:sh|bash|py|rb|pl)$/.test(program)) return undefined;
	for (const [index, element] of exec.elements.entries()) {
		if (index === 0) continue;
		const { value } = element;
		const report = (message: string, fixes: readonly Fix[]): Report => ({ span: element.span, message, fixes });
		if (OPERATOR_WORDS.has(value)) return operatorReport(step, element, program);
		const variable = EXPANSION.exec(value)?.[0];
		if (variable !== undefined && !(program === "java" && variable.includes("{") && !isOptionOfJava(exec.values, index)))
			return report(`${program} gets ${shortened(variable, 40)} as it is: no shell reads the array`, shellFix(step));
		if (value.startsWith("~/")) return report(`${program} gets ${shortened(value, 40)} as it is: no shell reads the array`, shellFix(step));
		const takesFile = TAKES_FILES.has(program) || (program === "java" && exec.values[index - 1] === "-jar");
		if (takesFile && /^[\w./-]*\*[\w./*-]*$/.test(value))
			return report(`${program} gets ${shortened(value, 40)} as it is: no shell reads the array`, shellFix(step));
		if (/^'[^']+'$/.test(value) && program !== "mysqld")
			return report(`The quotes in ${shortened(value, 40)} are part of the argument`, quoteFix(step, element));
	}
	// Red Hat has a program of the name. A shell of its own would not help: the folder ends with it.
	const lacksProgram = stageFamily(step.stage) === "debian" || stageFamily(step.stage) === "alpine";
	return first === "cd" && lacksProgram ? { span, message: "cd is a word of the shell, not a program" } : undefined;
}

function operatorReport(step: Step, { span, value }: ExecElement, program: string): Report {
	return { span, message: `${value} is an argument of ${program} here, not an operator`, fixes: () => shellFix(step) };
}

/** `python manage.py migrate && …`: whatever the script makes of variables and patterns, it does not chain commands. */
function operatorBehindScript(step: Step, { elements, values }: ExecForm, program: string): Report | undefined {
	const operator = elements.find(({ value }, index) => index > 0 && OPERATOR_WORDS.has(value));
	if (operator === undefined) return undefined;
	if (program === "make") return operatorReport(step, operator, program);
	const before = values.slice(1, elements.indexOf(operator));
	const run = interpreted(program, before);
	// An entry point may give its arguments to a shell.
	if (run?.kind !== "named" || /entrypoint/.test(before[run.at] ?? "")) return undefined;
	return operatorReport(step, operator, program);
}

/** Whether one of the words is a shell, behind whatever else, that reads another one as its script. */
function callsShell(values: readonly string[]): boolean {
	const shell = values.findIndex((value) => SHELL.test(value));
	return shell !== -1 && values.slice(shell + 1).some((value) => /^-[a-z]*c$/.test(value));
}

/** Whether a word is a variable alone among Java's own options; placeholders of the application stand inside of words, or behind it. */
function isOptionOfJava(values: readonly string[], index: number): boolean {
	return (
		/^\$\{[A-Z0-9_]+\}$/.test(values[index] ?? "") &&
		values.slice(1, index).every((value) => value !== "-jar" && /^(?:-|\$\{[A-Z0-9_]+\}$)/.test(value))
	);
}

/** Whether the first string is the program that runs: not so for the arguments of an entry point that the file does not show. */
function decidesItself(step: Step): boolean {
	if (step.keyword !== "CMD") return true;
	// Whatever starts from the stage may set an ENTRYPOINT.
	if (step.stage.use !== "shipped") return false;
	const { entrypoint } = containerStart(step.stage);
	if (entrypoint !== undefined) return false;
	return plainDistribution(step.stage) || stageBaseFacts(step.stage).interpreter !== undefined;
}

function onOneLine(step: Step): { readonly start: number; readonly end: number } | undefined {
	const elements = step.exec?.elements ?? [];
	const first = elements[0];
	const last = elements[elements.length - 1];
	if (first === undefined || last === undefined) return undefined;
	const span = { start: first.span.start, end: last.span.end };
	return step.stage.file.text.slice(span.start, span.end).includes("\n") ? undefined : span;
}

function splitFix(step: Step, element: ExecElement, line: string): readonly Fix[] {
	if (!/^[\w./:=@%+,\t -]+$/.test(line) || onOneLine(step) === undefined) return [];
	const words = line.split(/[ \t]+/).map((word) => JSON.stringify(word));
	return [{ title: "Write each word as a string", safety: "review", edits: [replace(element.span, words.join(", "))] }];
}

function quoteFix(step: Step, element: ExecElement): readonly Fix[] {
	if (onOneLine(step) === undefined) return [];
	return [
		{ title: "Remove the inner quotes", safety: "review", edits: [replace(element.span, JSON.stringify(element.value.slice(1, -1)))] },
	];
}

/** The words as a script for `/bin/sh -c`. */
function shellFix(step: Step): readonly Fix[] {
	const span = onOneLine(step);
	const values = step.exec?.values ?? [];
	if (span === undefined || stageBaseFacts(step.stage).shell === "none") return [];
	if (step.keyword === "ENTRYPOINT" && containerStart(step.stage).command !== undefined) return [];
	const starts = (step.keyword === "CMD" || step.keyword === "ENTRYPOINT") && !WORDS_OF_THE_SHELL.has(values[0] ?? "");
	const script = scriptOfWords(values, starts);
	if (script === undefined) return [];
	return [
		{
			title: "Let a shell read it",
			safety: "review",
			edits: [replace(span, `"/bin/sh", "-c", ${JSON.stringify(script)}`)],
		},
	];
}
