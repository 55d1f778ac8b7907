import { baseName } from "../../baseName.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { startsItself } from "../../dockerfile/start/baseEntryPoint.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { foundFiles, mayBeChanged, type StartedFile } from "../../dockerfile/start/startedFiles.ts";
import type { EditFix } from "../../finding.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { mapContiguous } from "../../mappedText.ts";
import { fileNameOf } from "../../otherFile.ts";
import type { ShellCommand, ShellScript } from "../../shell/model.ts";
import { parseScript } from "../../shell/script.ts";
import { lineAt, lineStartsOf, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

/** What ends a script without being a server: builtins, and programs that are done at once or only keep a container alive. */
const NO_SERVERS = new Set(
	"exec exit return true false : echo printf wait sleep tail cat ls rm mv cp ln mkdir touch chown chmod sed awk grep find test [ [[ source . export set unset cd kill trap read shift eval local declare pwd env id whoami date which command type umask ulimit hash break continue pushd popd dirs shopt getopts alias unalias let readonly typeset logger curl wget".split(
		" ",
	),
);
/** Programs in front of a script that pass a signal on to all of its processes. */
const SIGNAL_GROUPS = /^(?:dumb-init|s6-.*|supervisord|catatonit|my_init|runit|runsvdir)$/;

export const entrypointScriptWithoutExec = defineRule({
	id: "entrypoint-script-without-exec",
	title: "The start script stays in front of the server that it starts",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["CMD", "ENTRYPOINT"] },
	why: "A shell that waits for a command passes no signals on. `docker stop` and Kubernetes send SIGTERM to process 1, the script; the server never hears of it, goes on for ten or thirty seconds, and is killed in the middle of its work.",
	remedy: "Write `exec` in front of the last command of the script: the server takes the place of the shell.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#entrypoint",
		"https://docs.docker.com/reference/dockerfile/#exec-form-entrypoint-example",
	],
	examples: [
		{
			caption: "The last command of the script",
			bad: 'FROM node:22\nCOPY docker/entrypoint.sh /usr/local/bin/\nENTRYPOINT ["«/usr/local/bin/entrypoint.sh»"]\nCMD ["node", "server.js"]\n',
			fixedOtherFile: '#!/bin/sh\nset -e\necho starting\nexec "$@"\n',
			workspace: {
				contextFiles: new Map([
					[
						"docker/entrypoint.sh",
						{ kind: "file", text: '#!/bin/sh\nset -e\necho starting\n"$@"\n', path: "/project/docker/entrypoint.sh" },
					],
				]),
			},
		},
		{
			caption: "In a folder that is copied, read by a shell, behind tini",
			bad: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["tini", "--", "bash", "«./start.sh»"]\n',
			workspace: {
				contextFiles: new Map([
					["start.sh", { kind: "file", text: "python manage.py migrate\ngunicorn app:app --bind 0.0.0.0:80 # web\n" }],
				]),
			},
		},
		{
			caption: "By its name alone, and in shell form",
			bad: 'FROM debian:12\nCOPY start.sh /usr/local/bin/\nENTRYPOINT ["«start.sh»"]\nFROM debian:12\nCOPY start.sh /\nCMD «/start.sh»\nFROM debian:12\nCOPY start.sh /\nENTRYPOINT exec bash «/start.sh» -p\nFROM debian:12\nWORKDIR /app\nCOPY . .\nCMD ["bash", "«start.sh»"]\n',
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", text: "#!/bin/sh\nserver\n" }]]) },
		},
		{
			caption: "What a file defines that the script reads, exec may not find",
			bad: 'FROM node:22\nCOPY a.sh /\nCMD ["«/a.sh»"]\n',
			workspace: { contextFiles: new Map([["a.sh", { kind: "file", text: "#!/bin/sh\n. /lib.sh\nserver\n", path: "/project/a.sh" }]]) },
		},
		{
			caption: "The shell gives its place, or knows about signals",
			good: 'FROM node:22\nCOPY a.sh b.sh c.sh /\nCMD ["/a.sh"]\nFROM node:22\nCOPY a.sh b.sh c.sh /\nCMD ["/b.sh"]\nFROM node:22\nCOPY a.sh b.sh c.sh /\nCMD ["/c.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["a.sh", { kind: "file", text: '#!/bin/sh\nexec "$@"\n' }],
					["b.sh", { kind: "file", text: "#!/bin/sh\ntrap 'kill $PID' TERM\nserver &\nPID=$!\nwait $PID\n" }],
					["c.sh", { kind: "file", text: "#!/bin/sh\nserver &\nworker\n" }],
				]),
			},
		},
		{
			caption: "Ends with something quick, in a branch, in another language, behind dumb-init, with a function",
			good: 'FROM node:22\nCOPY a.sh b.sh c.sh d.sh /\nCMD ["/a.sh"]\nFROM node:22\nCOPY a.sh b.sh c.sh d.sh /\nCMD ["/b.sh"]\nFROM node:22\nCOPY a.sh b.sh c.sh d.sh /\nCMD ["/c.sh"]\nFROM node:22\nCOPY a.sh b.sh c.sh d.sh /\nCMD ["dumb-init", "/d.sh"]\nFROM node:22\nCOPY e.sh /\nCMD ["/e.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["a.sh", { kind: "file", text: "#!/bin/sh\nserver -c x\necho done\n" }],
					["b.sh", { kind: "file", text: '#!/bin/sh\nif [ -n "$A" ]; then exec a; else exec b; fi\n' }],
					["c.sh", { kind: "file", text: "#!/usr/bin/env python3\nimport os\n" }],
					["d.sh", { kind: "file", text: "#!/bin/sh\nserver\n" }],
					["e.sh", { kind: "file", text: '#!/bin/sh\nmain() {\n  server\n}\nmain "$@"\n' }],
				]),
			},
		},
		{
			caption: "Nobody knows the script, or a RUN writes to it",
			good: 'FROM node:22\nCOPY a.sh /\nRUN echo "exec server" >> /a.sh\nENTRYPOINT ["/a.sh"]\nFROM node:22\nCOPY other.sh /\nENTRYPOINT ["/other.sh"]\nFROM acme/base\nCOPY a.sh /\nCMD ["/a.sh"]\n',
			workspace: { contextFiles: new Map([["a.sh", { kind: "file", text: "#!/bin/sh\nserver\n" }]]) },
		},
	],
	check(file, { workspace }) {
		if (workspace.contextFiles.size === 0) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "ancestor" || stage.use === "copied") continue;
			if (containerStart(stage).commands.some((command) => passesSignals(command))) continue;
			for (const { started } of foundFiles(stage, workspace.contextFiles)) {
				if (!startsItself(stage, started.step)) continue;
				const last = waitingCommand(stage, started, workspace);
				if (last === undefined) continue;
				const name = baseName(started.written);
				reports.push({
					span: started.span,
					message: `${shortened(name, 30)} runs ${shortened(last.text, 24)} in line ${last.line} without exec: it gets no signals`,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					fixes: last.fix === undefined ? [] : [last.fix],
				});
			}
		}
		return reports;
	},
});

function passesSignals({ program, args }: ShellCommand): boolean {
	if (program === undefined) return false;
	return SIGNAL_GROUPS.test(program) || (/^tini/.test(program) && args.some((word) => /^-[a-z]*g/.test(word.text)));
}

/** The last command of a start script, if a shell waits for it; its line counts from one. */
function waitingCommand(
	stage: Stage,
	started: StartedFile,
	{ contextFiles }: WorkspaceFacts,
): { readonly text: string; readonly line: number; readonly fix: EditFix | undefined } | undefined {
	for (const origin of started.origins) {
		const { text, path } = contextFiles.get(origin.path) ?? {};
		if (text === undefined) continue;
		if (mayBeChanged(stage, origin.step, started.path) || !isShellScript(text, started)) return undefined;
		const script = parseScript(mapContiguous(text.replaceAll("\r\n", "\n"), 0));
		const last = lastCommand(script);
		if (last === undefined) return undefined;
		return {
			text: (last.name?.text ?? "").trim(),
			line: lineAt(lineStartsOf(script.source.text), last.at) + 1,
			fix: path === undefined || readsFunctions(script, last) ? undefined : execFix(path, text, last),
		};
	}
	return undefined;
}

/** Whether a file that the script reads could define the command as a function, which `exec` would not find. */
function readsFunctions({ commands }: ShellScript, { name }: ShellCommand): boolean {
	if (name?.value === undefined || name.value.includes("/")) return false;
	return commands.some(
		({ program, args }) => (program === "." || program === "source") && !/(?:^|\/)(?:activate|\.env)$/.test(args[0]?.text ?? ""),
	);
}

/** `exec` in front of the command; undefined where positions are not those of the file, or where a variable is set for it. */
function execFix(path: string, text: string, { name, assignments }: ShellCommand): EditFix | undefined {
	if (name === undefined || assignments.length > 0 || text.includes("\r")) return undefined;
	const edits = [{ span: { start: name.at, end: name.at }, newText: "exec " }];
	return { title: `Write exec in ${shortened(fileNameOf(path), 40)}`, safety: "review", edits: [], otherFile: { path, text, edits } };
}

function isShellScript(text: string, { way }: StartedFile): boolean {
	if (!text.startsWith("#!")) return way === "shell";
	const words = (text.slice(2).split("\n")[0] ?? "").trim().split(/\s+/);
	const first = baseName(words[0] ?? "");
	return POSIX_SHELLS.has(first === "env" ? (words.find((word, index) => index > 0 && !word.startsWith("-")) ?? "") : first);
}

/** The command that a script ends with, unless something in the script shows that its author thought of signals. */
function lastCommand(script: ShellScript): ShellCommand | undefined {
	const { commands, statements } = script;
	const statement = statements[statements.length - 1];
	const last = commands.findLast((command) => command.wrapper === undefined);
	if (statement === undefined || last === undefined || script.errors.length > 0) return undefined;
	if (statements.some((other) => other.background) || commands.some(({ program }) => program === "trap" || program === "exec"))
		return undefined;
	if (last.within.length > 0 || last.pipeline !== undefined || last.connector === "||" || last.end !== statement.end) return undefined;
	const name = last.name;
	if (name === undefined || NO_SERVERS.has(last.program ?? "") || script.functions.has(name.value ?? "")) return undefined;
	// `$CMD` could be anything, `"$@"` is what the container is started with.
	return last.program === undefined && !/^"?\$(?:@|\{@\}|\*|\{\*\})"?$/.test(name.text) ? undefined : last;
}
