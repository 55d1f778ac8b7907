import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { type StepScript, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { insertAt } from "../../dockerfile/edits/edit.ts";
import { asJsonArray, lastCommand, SHELL_BUILTINS } from "../../dockerfile/edits/plainWords.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { calledServer } from "../../dockerfile/start/calledServer.ts";
import { type ContainerStart, containerStart } from "../../dockerfile/start/containerStart.ts";
import type { Fix } from "../../finding.ts";
import { SHORT_LIVED, WAITING } from "../../knowledge/shortLived.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const execFormPreferred = defineRule({
	id: "exec-form-preferred",
	title: "The container starts through a shell",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3025"],
		["buildkit", "JSONArgsRecommended"],
		["kics", "b86987e1-6397-4619-81d5-8807f2387c79"],
		["semgrep", "prefer-json-notation"],
		["sonar", "S7019"],
		["droast", "DF018", "DF025"],
	),
	supersededBy: ["entrypoint-shell-form-drops-cmd", "run-in-shell-less-stage"],
	onlyWith: { instructions: ["CMD", "ENTRYPOINT"] },
	why: "A text behind CMD or ENTRYPOINT is a script for `/bin/sh -c`. The shell becomes process 1 and the program its child: `docker stop` sends its signal to the shell, which does not pass it on, and ten seconds later the program is killed in the middle of its work. dash, the shell of Debian and Ubuntu, stays even for a single command; BusyBox and bash step aside for one.\n\nWith ENTRYPOINT, whatever CMD or `docker run` add as arguments is lost, too. And the image needs a shell, which is the first thing that somebody who broke in looks for.",
	remedy:
		'Write the words as a JSON array: `CMD ["nginx", "-g", "daemon off;"]`. Where variables or several commands need the shell, put `exec` in front of the last command, so that it takes the place of the shell.',
	references: [
		"https://docs.docker.com/reference/build-checks/json-args-recommended/",
		"https://docs.docker.com/reference/dockerfile/#shell-and-exec-form",
	],
	examples: [
		{
			caption: "A server behind a shell",
			bad: "FROM nginx:1.27\n«CMD» nginx -g 'daemon off;'\n",
			fixed: 'FROM nginx:1.27\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{ caption: "JSON", good: 'FROM nginx:1.27\nCMD ["nginx", "-g", "daemon off;"]\n' },
		{
			caption: "Plain words become JSON",
			bad: 'FROM debian:12\n«CMD» nginx -g \'daemon off;\' "a\\"b" c\\ d\n',
			fixed: 'FROM debian:12\nCMD ["nginx", "-g", "daemon off;", "a\\"b", "c d"]\n',
		},
		{
			caption: "Over several lines, with comments",
			bad: "FROM debian:12\r\n«ENTRYPOINT» gunicorn \\\r\n  # where\r\n  --bind 0.0.0.0:80 \\\r\n  app:app\r\n",
			fixed: 'FROM debian:12\r\nENTRYPOINT ["gunicorn", \\\r\n  # where\r\n  "--bind", "0.0.0.0:80", \\\r\n  "app:app"]\r\n',
		},
		{
			caption: "What needs a shell gets exec",
			bad: "FROM debian:12\n«CMD» cd /srv && A=1 gunicorn --bind :$PORT app\n",
			fixed: "FROM debian:12\nCMD cd /srv && A=1 exec gunicorn --bind :$PORT app\n",
		},
		{
			caption: "A loop that waits in front of it",
			bad: "FROM debian:12\n«CMD» until nc -z db 5432; do sleep 1; done; app $X\n",
			fixed: "FROM debian:12\nCMD until nc -z db 5432; do sleep 1; done; exec app $X\n",
		},
		{
			caption: "One that counts and gives up",
			bad: "FROM debian:12\n«CMD» for i in $(seq 30); do nc -z db 5432 && break; [ $i -gt 20 ] && exit 1; i=$((i+1)); done; app $X\n",
			fixed: "FROM debian:12\nCMD for i in $(seq 30); do nc -z db 5432 && break; [ $i -gt 20 ] && exit 1; i=$((i+1)); done; exec app $X\n",
		},
		{
			caption: "One that asks in a branch",
			bad: "FROM debian:12\n«CMD» while true; do if curl -s http://a; then break; fi; wget -q --spider b; sleep 1; done; app $X\n",
			fixed: "FROM debian:12\nCMD while true; do if curl -s http://a; then break; fi; wget -q --spider b; sleep 1; done; exec app $X\n",
		},
		{
			caption: "A server is no end of a batch",
			bad: "FROM debian:12\n«CMD» for v in $(env); do prepare $v; done; gunicorn --bind :$PORT app\n",
			fixed: "FROM debian:12\nCMD for v in $(env); do prepare $v; done; exec gunicorn --bind :$PORT app\n",
		},
		{
			caption: "A batch, which has no program that stays",
			bad: "FROM debian:12\n«CMD» for p in *.rpm; do rebuild $p; done; collect *.rpm\n",
		},
		{ caption: "One that ends with moving files", bad: "FROM debian:12\n«CMD» build -o /tmp && mv /tmp/*.deb /dist\n" },
		{ caption: "exec finds no functions", bad: 'FROM debian:12\n«CMD» run() { app "$@"; }; run x\n' },
		{ caption: "It would end a trap", bad: "FROM debian:12\n«CMD» trap 'cleanup' TERM; app\n" },
		{ caption: "A shell in the shell would stay", bad: 'FROM debian:12\n«ENTRYPOINT» sh -c "app $X"\n' },
		{
			caption: "One that reads a file is the program",
			bad: "FROM debian:12\n«CMD» sh start.sh $X\n",
			fixed: "FROM debian:12\nCMD exec sh start.sh $X\n",
		},
		{ caption: "Nor does time find exec", bad: "FROM debian:12\n«CMD» time app\n" },
		{
			caption: "Globs, braces, tildes and comments need it, too",
			bad: "FROM debian:12\n«CMD» cat *.txt\n",
			fixed: "FROM debian:12\nCMD exec cat *.txt\n",
		},
		{
			caption: "Nothing to exec: pipes, builtins, loops, alternatives, the background",
			bad: "FROM debian:12\n«CMD» app | tee log\n",
		},
		{ caption: "A loop", bad: "FROM debian:12\n«CMD» while true; do app; done\n" },
		{ caption: "A builtin", bad: "FROM debian:12\n«CMD» . ./env && wait\n" },
		{ caption: "Alternatives", bad: "FROM debian:12\n«CMD» a || b\n" },
		{
			caption: "Inherited through a stage name; what child images inherit",
			bad: "FROM debian:12 AS base\n«CMD» app\nFROM base\nONBUILD «ENTRYPOINT» serve it\n",
			fixed: 'FROM debian:12 AS base\nCMD ["app"]\nFROM base\nONBUILD ENTRYPOINT ["serve", "it"]\n',
		},
		{
			caption: "An entry point in JSON gets the shell as its arguments",
			bad: 'FROM debian:12\nENTRYPOINT ["/entrypoint.sh"]\n«CMD» npm start\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["npm", "start"]\n',
		},
		{ caption: "Windows quotes in its own way", bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n«CMD» app.exe -v\n" },
		{
			caption: "JSON, exec, exec behind other commands",
			good: 'FROM debian:12\nENTRYPOINT exec app $A\nFROM debian:12\nCMD cd /x; exec app\nFROM debian:12\nCMD ["a"]\n',
		},
		{ caption: "A shell that was chosen", good: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nCMD app\n' },
		{ caption: "A shell that the base image chose", good: "FROM mambaorg/micromamba:2.0.5\nCMD app\n" },
		{
			caption: "Not in force: builder stages, an earlier CMD, a CMD below a shell-form ENTRYPOINT",
			good: 'FROM debian:12 AS b\nCMD b\nFROM debian:12\nCMD a\nCMD ["c"]\nENTRYPOINT exec d\n',
			notBuilt: true,
		},
		{ caption: "An option without its program is a flag to the builder", good: 'FROM debian:12\nENTRYPOINT ["app"]\nCMD --port 80\n' },
		{ caption: "An empty CMD, and JSON that went wrong", good: "FROM debian:12\nENTRYPOINT ['a']\n" },
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const start = containerStart(stage);
			for (const step of startSteps(stage, start)) {
				if (reported.has(step) || !isShellForm(step)) continue;
				reported.add(step);
				const shell = shellAt(step.stage, step);
				if (shell.chosen || shell.kind === "unknown") continue;
				const script = scriptsOf(step)[0];
				const last = script === undefined ? undefined : lastCommand(script);
				if (last?.program === "exec") continue;
				reports.push({
					span: step.keywordSpan,
					message: messageFor(stage, step, start, shell.words),
					...(step.keyword === "CMD" ? { severity: "info" as const } : {}),
					fixes: () => (script === undefined ? [] : fixesFor(step, start, script, last)),
				});
			}
		}
		return reports;
	},
});

/** What the container starts with, and what the images that start from this one will. */
function startSteps(stage: Stage, start: ContainerStart): readonly Step[] {
	const { entrypoint, command } = start;
	const own = [entrypoint, entrypoint === undefined || entrypoint.exec !== undefined ? command : undefined];
	const deferred = lineage(stage).flatMap((ancestor) => ancestor.steps.map((step) => step.trigger));
	return [...own, ...deferred].filter((step) => step !== undefined && (step.keyword === "CMD" || step.keyword === "ENTRYPOINT")) as Step[];
}

/** A text that begins with a bracket is JSON that went wrong; a flag, which neither instruction has, is what is wrong with the step. */
function isShellForm(step: Step): boolean {
	return step.exec === undefined && step.flags.length === 0 && step.arguments.text.trim() !== "" && !step.arguments.text.startsWith("[");
}

function messageFor(stage: Stage, step: Step, start: ContainerStart, shell: readonly string[]): string {
	const words = shortened(shell.join(" "), 30);
	if (step.keyword === "CMD" && start.entrypoint?.exec !== undefined && !step.deferred)
		return `CMD is a text: the entry point gets it as ${words} "…"`;
	if (stageBaseFacts(stage).shell === "dash") return `${step.keyword} runs below ${words}, which keeps signals from it`;
	return `${step.keyword} runs through ${words}`;
}

/** `sh -c "…"` */
function isShellWithText({ program = "", args }: ShellCommand): boolean {
	return POSIX_SHELLS.has(program) && args.some(({ text }) => /^-[a-z]*c$/.test(text));
}

/** Whether a script does one thing after the other, and the last one is not the program that the container is for. */
function isBatch({ commands }: StepScript, last: ShellCommand): boolean {
	if (SHORT_LIVED.has(last.program ?? "")) return true;
	if (startsServer(last)) return false;
	return commands.some((command) => command.within.includes("loop") && !isAside(command) && !waits(command));
}

function startsServer(command: ShellCommand): boolean {
	return calledServer(command, "always") !== undefined || calledServer(command, "http") !== undefined;
}

/** Whether a command only gives a word or a decision to another one. */
function isAside({ within }: ShellCommand): boolean {
	return within.includes("condition") || within.includes("substitution");
}

/** Whether a command is one of a loop that waits for something; an assignment counts. What downloads to a file does not wait. */
function waits({ name, program, args }: ShellCommand): boolean {
	if (name === undefined || WAITING.has(program ?? "")) return true;
	const options = args.map(({ text }) => text);
	if (program === "wget") return options.some((text) => /^--spider$|^-[a-zA-Z]*O-$|^\/dev\/null$/.test(text));
	return (
		program === "curl" && (options.includes("/dev/null") || !options.some((text) => /^-[a-zA-Z]*[oO]|^--(?:output|remote-name)/.test(text)))
	);
}

function fixesFor(step: Step, start: ContainerStart, script: StepScript, last: ShellCommand | undefined): readonly Fix[] {
	const dropped = step === start.entrypoint && start.command !== undefined;
	const edits = dropped ? undefined : asJsonArray(script);
	if (edits !== undefined) return [{ title: "Write a JSON array", safety: "review", edits }];
	if (last?.name === undefined || SHELL_BUILTINS.has(last.program ?? "") || last.connector === "||") return [];
	// exec gives signals back their own meaning; and a shell that it starts has a child of its own again.
	if (script.commands.some(({ program }) => program === "trap") || isShellWithText(last)) return [];
	if (isBatch(script, last)) return [];
	const { name } = last;
	// `exec` finds programs alone: neither functions nor, behind `time`, itself.
	if (script.functions.has(name.value ?? "") || /\btime(?:\s+-p)?\s+$/.test(script.source.text.slice(0, name.at))) return [];
	return [{ title: "Put exec in front of the last command", safety: "review", edits: [insertAt(last.name.span.start, "exec ")] }];
}
