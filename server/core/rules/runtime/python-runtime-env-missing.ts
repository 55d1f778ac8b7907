import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { setForStage } from "../../dockerfile/edits/environmentEdit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { endOf, lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { type ContainerStart, containerStart } from "../../dockerfile/start/containerStart.ts";
import { declarationAt, variableAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Programs that are written in Python and serve or work for long. */
const PYTHON_PROGRAMS =
	/^(?:python[0-9.]*|pypy[0-9.]*|gunicorn|uvicorn|hypercorn|daphne|waitress-serve|celery|flask|fastapi|django-admin|streamlit|airflow|dramatiq|rq|huey_consumer)$/;
/** Servers that run programs of other languages, too: in an image with Python, those in Python. */
const PYTHON_HOSTS = /^(?:uwsgi|granian|twistd|mod_wsgi-express)$/;

const NAMES = ["PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"] as const;
type Name = (typeof NAMES)[number];

export const pythonRuntimeEnvMissing = defineRule({
	id: "python-runtime-env-missing",
	title: "Python runs with the settings of a desktop",
	category: "runtime",
	severity: "info",
	preset: "recommended",
	needs: "image",
	since: "0.1.0",
	equivalents: same(["droast", "DF032"]),
	why: "Without a terminal, Python keeps what it prints until some kilobytes have come together. The last lines before a crash, the ones that matter, never reach the log.\n\nAnd it writes compiled files beside the sources of everything that it imports: in a container that is thrown away, they cost time and space at each start and make two containers of one image differ.",
	remedy:
		"Set `PYTHONUNBUFFERED=1` and `PYTHONDONTWRITEBYTECODE=1`. Images that compile their sources at build time do not need the second one.",
	references: [
		"https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED",
		"https://docs.python.org/3/using/cmdline.html#envvar-PYTHONDONTWRITEBYTECODE",
	],
	examples: [
		{
			caption: "Output waits, and caches are written",
			bad: 'FROM «python:3.12-slim»\nCOPY . .\nCMD ["python", "app.py"]\n',
			fixed: 'FROM python:3.12-slim\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\nCOPY . .\nCMD ["python", "app.py"]\n',
		},
		{
			caption: "Both are set",
			good: 'FROM python:3.12-slim\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\nCOPY . .\nCMD ["python", "app.py"]\n',
		},
		{
			caption: "Neither is set",
			bad: 'FROM «python:3.12-slim»\nARG A\n\nCOPY . .\nCMD ["python", "app.py"]\n',
			fixed:
				'FROM python:3.12-slim\nARG A\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\n\nCOPY . .\nCMD ["python", "app.py"]\n',
		},
		{
			caption: "PyPy reads them, too",
			bad: 'FROM «pypy:3.11»\nCMD ["pypy3", "app.py"]\n',
			fixed: 'FROM pypy:3.11\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\nCMD ["pypy3", "app.py"]\n',
		},
		{
			caption: "One is there: its ENV gets the other, in its own layout",
			bad: 'FROM «python:3.12»\nENV A=1\nENV PIP_NO_CACHE_DIR=1 \\\n  # no delay\n  PYTHONUNBUFFERED=1\nCMD ["gunicorn", "a"]\n',
			fixed:
				'FROM python:3.12\nENV A=1\nENV PIP_NO_CACHE_DIR=1 \\\n  # no delay\n  PYTHONUNBUFFERED=1 \\\n  PYTHONDONTWRITEBYTECODE=1\nCMD ["gunicorn", "a"]\n',
		},
		{
			caption: "On one line, with Windows line breaks; an empty value sets nothing",
			bad: 'FROM «python:3»\r\nENV PYTHONUNBUFFERED="" LANG=C\r\nENTRYPOINT ["app"]\r\n',
			fixed: 'FROM python:3\r\nENV PYTHONUNBUFFERED=1 LANG=C PYTHONDONTWRITEBYTECODE=1\r\nENTRYPOINT ["app"]\r\n',
		},
		{
			caption: "Python that a distribution installs, below an entry point, in the shipped stage",
			bad: 'FROM python:3.12 AS build\nENV PYTHONUNBUFFERED=1\nFROM «debian:12»\nRUN apt-get install -y python3\nENTRYPOINT ["tini", "--", "python3", "-B", "a.py"]\n',
			fixed:
				'FROM python:3.12 AS build\nENV PYTHONUNBUFFERED=1\nFROM debian:12\nENV PYTHONUNBUFFERED=1\nRUN apt-get install -y python3\nENTRYPOINT ["tini", "--", "python3", "-B", "a.py"]\n',
		},
		{
			caption: "A server that another program starts in front of",
			bad: "FROM «python:3.13»\nCMD nginx && exec uwsgi --ini x.ini\n",
			fixed: "FROM python:3.13\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\nCMD nginx && exec uwsgi --ini x.ini\n",
		},
		{
			caption: "An ARG is gone when the container runs",
			bad: "FROM «python:3»\nARG PYTHONUNBUFFERED=1\nENV PYTHONDONTWRITEBYTECODE 1\nCMD python a.py\n",
			fixed: "FROM python:3\nARG PYTHONUNBUFFERED=1\nENV PYTHONUNBUFFERED=1\nENV PYTHONDONTWRITEBYTECODE 1\nCMD python a.py\n",
		},
		{
			caption: "Set, in a stage that this one starts from, by a variable, by options",
			good: 'FROM python:3 AS base\nARG ON\nENV PYTHONUNBUFFERED=yes PYTHONDONTWRITEBYTECODE=$ON\nFROM base\nCMD ["python", "a.py"]\n',
		},
		{
			caption: "By options of the command",
			good: 'FROM python:3\nCMD ["python", "-uB", "a.py"]\nFROM python:3\nCMD ["env", "PYTHONUNBUFFERED=1", "python", "-B", "a.py"]\n',
		},
		{
			caption: "Compiled on purpose",
			good: 'FROM python:3\nENV PYTHONUNBUFFERED=1\nRUN python -m compileall /app\nCMD ["python", "a.py"]\n',
		},
		{
			caption: "Nothing starts, something else starts, a builder",
			good: 'FROM python:3 AS a\nCMD ["python"]\nFROM node:22\nRUN pip install x\nCMD ["node", "a.js"]\n',
		},
		{ caption: "A server that can serve other languages", good: "FROM debian:12\nCMD nginx && uwsgi --plugin psgi\n" },
		{ caption: "No program of its own", good: "FROM python:3\nRUN pip install x\n" },
		{ caption: "The interpreter alone, a tool's help", good: 'FROM python:3\nCMD ["python3"]\nFROM python:3\nCMD ["tool", "--help"]\n' },
		{ caption: "A script that could start anything", good: 'FROM python:3\nENTRYPOINT ["/entrypoint.sh"]\n' },
		{
			caption: "Windows",
			bad: 'FROM «python:3.12-windowsservercore»\nCMD ["python", "a.py"]\n',
			fixed: 'FROM python:3.12-windowsservercore\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\nCMD ["python", "a.py"]\n',
		},
		{ caption: "A base whose variables nobody knows", good: 'FROM acme/python\nCMD ["python", "a.py"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stage.image === undefined) continue;
			const start = containerStart(stage);
			if (!runsPython(stage, start)) continue;
			const missing = NAMES.filter((name) => isMissing(stage, name) && !isNeedless(stage, start, name));
			if (missing.length === 0) continue;
			reports.push({
				span: stage.image.span,
				message: `Python runs without ${missing.join(" and ")}`,
				...(missing.includes("PYTHONUNBUFFERED") ? {} : { severity: "hint" as const }),
				fixes: () => fixesFor(stage, missing),
			});
		}
		return reports;
	},
});

/** Whether the container runs a program in Python: not the interpreter alone, and not a tool that explains itself. */
function runsPython(stage: Stage, { commands, hiddenScript }: ContainerStart): boolean {
	if (commands.some((command) => command.args.some((word) => /^(?:--help|-h|--version|help)$/.test(word.text)))) return false;
	if (commands.every((command) => /^(?:python|pypy)[0-9.]*$/.test(command.program ?? "") && command.args.length === 0)) return false;
	if (commands.some((command) => PYTHON_PROGRAMS.test(command.program ?? ""))) return true;
	const serves = PYTHON_HOSTS.test(commands.at(-1)?.program ?? "");
	const other =
		hiddenScript !== undefined ||
		commands.some((command) => /^(?:node|npm|nginx|java|bash|sh|zsh|sleep|tail|pip)$/.test(command.program ?? ""));
	return stageBaseFacts(stage).interpreter === "python" && (serves || !other);
}

function isMissing(stage: Stage, name: Name): boolean {
	const end = endOf(stage);
	const declared = declarationAt(end, name);
	if (declared?.kind === "ARG") return true;
	const value = declared?.value ?? variableAt(end, name);
	return value.kind === "unset" || (value.kind === "set" && value.value === "");
}

/** The command sets it, an option of the interpreter does the same, or compiled files are wanted. */
function isNeedless(stage: Stage, start: ContainerStart, name: Name): boolean {
	if (start.commands.some(({ assignments }) => assignments.some((assignment) => assignment.name === name))) return true;
	const option = name === "PYTHONUNBUFFERED" ? /^-[a-zA-Z]*u/ : /^-[a-zA-Z]*B/;
	if (start.commands.some((command) => /^(?:python|pypy)/.test(command.program ?? "") && hasLeadingOption(command, option))) return true;
	if (name === "PYTHONUNBUFFERED") return false;
	const end = endOf(stage);
	if (["UV_COMPILE_BYTECODE", "PYTHONPYCACHEPREFIX"].some((other) => declarationAt(end, other) !== undefined)) return true;
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some(
			(step) =>
				/compileall|compile-bytecode/.test(stepText(step)) &&
				commandsOf(step).some((command) => command.args.some((word) => word.text === "compileall" || word.text === "--compile-bytecode")),
		),
	);
}

function hasLeadingOption(command: ShellCommand, option: RegExp): boolean {
	const end = command.args.findIndex((word) => !word.text.startsWith("-"));
	return command.args.slice(0, end === -1 ? command.args.length : end).some((word) => option.test(word.text));
}

function fixesFor(stage: Stage, missing: readonly Name[]): readonly Fix[] {
	const empty = missing.map((name) => emptyValue(stage, name));
	const absent = missing.filter((_, index) => empty[index] === undefined).map((name) => `${name}=1`);
	const added = absent.length === 0 ? undefined : setForStage(stage, "ENV", absent, /^(?:PYTHON|PIP_)/);
	const edits = [...empty, added].filter((edit): edit is SpanEdit => edit !== undefined);
	return edits.length === 0 ? [] : [{ title: `Set ${missing.join(" and ")}`, safety: "review", edits }];
}

/** Fills `NAME=""` in. */
function emptyValue(stage: Stage, name: Name): SpanEdit | undefined {
	const envs = stage.steps.filter((step) => step.keyword === "ENV");
	const last = envs.flatMap((step) => assignmentsOf(step, stage.file.escape)).findLast((assignment) => assignment.name === name);
	return last?.valueSpan === undefined ? undefined : replace(last.valueSpan, "1");
}
