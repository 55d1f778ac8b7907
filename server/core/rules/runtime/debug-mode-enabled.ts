import { isForDevelopment } from "../../dockerfile/base/forDevelopment.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { endOf, lineage } from "../../dockerfile/model/stages.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { developmentWord } from "../../dockerfile/start/developmentWord.ts";
import { isNamedWorkplace } from "../../dockerfile/start/workplace.ts";
import { type Declaration, declarationAt, firstDeclarations, namesDeclaredAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { DEBUG_SETTINGS, type DebugSetting } from "../../knowledge/debugSettings.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const debugModeEnabled = defineRule({
	id: "debug-mode-enabled",
	title: "The image runs in a mode for development",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S4507"], ["tally", "php/no-xdebug-in-final-image"]),
	why: "Debug modes are made to help whoever looks: they show source code, settings and secrets on error pages, open a console in the browser, or a port on which a debugger runs any code that it is sent. They load programs again when a file changes, and are slow. An image that has them switched on brings them to every place where nobody switches them off.",
	remedy:
		"Leave the mode to the environment in which somebody develops: Compose, a `dev` stage with `--target dev`. The stage that is shipped sets the mode for production, or nothing.",
	references: [
		"https://flask.palletsprojects.com/en/stable/debugging/",
		"https://nodejs.org/en/learn/getting-started/debugging#security-implications",
		"https://cwe.mitre.org/data/definitions/489.html",
	],
	examples: [
		{
			caption: "A debugger for everybody",
			bad: 'FROM python:3.12\nENV «FLASK_DEBUG=1»\nCOPY . .\nCMD ["flask", "run"]\n',
			fixed: 'FROM python:3.12\nENV FLASK_DEBUG=0\nCOPY . .\nCMD ["flask", "run"]\n',
		},
		{ caption: "For production", good: 'FROM node:22\nENV NODE_ENV=production\nCOPY . .\nCMD ["node", "server.js"]\n' },
		{
			caption: "By variable",
			bad: 'FROM python:3.12\nENV A=1 «FLASK_DEBUG=1» \\\n  «APP_ENV="dev"»\nENV «DEBUG True»\n',
			fixed: "FROM python:3.12\nENV A=1 FLASK_DEBUG=0 \\\n  APP_ENV=prod\nENV DEBUG false\n",
		},
		{
			caption: "Options that open a debugger's port",
			bad: 'FROM node:22\nENV «NODE_OPTIONS="--max-old-space-size=512 --inspect=0.0.0.0"»\nENV «JAVA_TOOL_OPTIONS=-agentlib:jdwp=transport=dt_socket,server=y»\n',
		},
		{
			caption: "By default, which whoever builds may change: information",
			bad: "FROM node:22\nARG MODE=development\nENV «NODE_ENV=$MODE»\n",
			fixed: "FROM node:22\nARG MODE=production\nENV NODE_ENV=$MODE\n",
		},
		{
			caption: "Of the argument with the same name",
			bad: "FROM php:8.3\nARG APP_ENV=dev\nENV «APP_ENV=$APP_ENV»\n",
			fixed: "FROM php:8.3\nARG APP_ENV=prod\nENV APP_ENV=$APP_ENV\n",
		},
		{
			caption: "Where no value is given",
			bad: "FROM node:22\nENV «NODE_ENV=${NODE_ENV:-development}»\n",
			fixed: "FROM node:22\nENV NODE_ENV=${NODE_ENV:-production}\n",
		},
		{
			caption: "By a default that other stages may take, too",
			bad: "ARG MODE=development\nFROM node:22\nARG MODE\nENV «NODE_ENV=$MODE»\n",
		},
		{ caption: "By command", bad: 'FROM python:3.12\nCMD ["uvicorn", "app:app", "«--reload»"]\n' },
		{ caption: "Behind other programs", bad: 'FROM python:3.12\nCMD ["poetry", "run", "python", "-m", "flask", "run", "«--reload»"]\n' },
		{ caption: "And by npx, or in another mode", bad: 'FROM node:22\nCMD ["npx", "«nodemon»", "a.js"]\n' },
		{ caption: "By its file", bad: 'FROM node:22\nCMD ["node", "«node_modules/.bin/nodemon»", "a.js"]\n' },
		{ caption: "In a mode of its own", bad: 'FROM ruby:3.3\nCMD ["bundle", "exec", "rails", "s", "-e", "«development»"]\n' },
		{
			caption: "By a debugger of Java, whatever hands it on",
			bad: 'FROM solr:9\nCMD ["solr", "-f", "-a", "«-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5005»"]\n',
		},
		{ caption: "Which does not wait for it", good: 'FROM solr:9\nCMD ["solr", "-f", "-a", "-agentlib:jdwp=server=n,address=a:5005"]\n' },
		{ caption: "A server for development", bad: "FROM python:3.12\nCMD python manage.py «runserver» 0.0.0.0:8000\n" },
		{ caption: "Or a mode of it", bad: 'FROM python:3.12\nCMD ["fastapi", "«dev»", "main.py"]\n' },
		{ caption: "The mode for service", good: 'FROM python:3.12\nCMD ["fastapi", "run", "main.py"]\n' },
		{ caption: "A script of package.json", bad: 'FROM node:22\nENTRYPOINT ["tini", "--"]\nCMD ["npm", "run", "«dev»"]\n' },
		{ caption: "Xdebug is installed", bad: "FROM php:8.3\nRUN pecl install redis «xdebug-3.3» && docker-php-ext-enable redis xdebug\n" },
		{ caption: "In a script of its own", bad: "FROM php:8.3\nRUN <<EOF\nset -e\npecl install «xdebug»\nEOF\n" },
		{
			caption: "Switched off later, or inherited and changed",
			good: "FROM node:22 AS a\nENV NODE_ENV=development\nFROM a\nENV NODE_ENV=production DEBUG=false XDEBUG_MODE=off\nENV RAILS_ENV=$RAILS_ENV\n",
		},
		{
			caption: "Xdebug where it is asked for",
			good: 'FROM php:8.3-fpm\nARG DEV=\nRUN [ "$DEV" = 1 ] && pecl install xdebug && docker-php-ext-enable xdebug || a\nRUN a; test "$DEV" != 1 || (pecl install xdebug)\nRUN test "$DEV" = 1 || exit 0 && pecl install xdebug\n',
		},
		{
			caption: "A test in front of something else",
			bad: "FROM php:8.3-fpm\nRUN test -d /x || mkdir /x && pecl install «xdebug» && docker-php-ext-enable xdebug\n",
		},
		{ caption: "Stages for development", good: "FROM node:22 AS dev\nENV NODE_ENV=development\nCMD npm run dev\n" },
		{
			caption: "Builders",
			good: "FROM node:22 AS build\nENV NODE_ENV=development\nRUN npm run build\nFROM node:22\nCMD node a.js\n",
			notBuilt: true,
		},
		{ caption: "Named so in the heading", good: "# Dockerfile for a/php-dev:8.3\nFROM php:8.3\nRUN pecl install xdebug\n" },
		{
			caption: "The heading is about another one of the stages",
			bad: "# Dockerfile for a/php-dev:8.3\nFROM php:8.3-fpm AS dev\nRUN pecl install xdebug\nFROM php:8.3-fpm AS prod\nRUN pecl install «xdebug»\n",
		},
		{ caption: "It names a library", bad: "# Dockerfile for a/libfoo-dev library\nFROM php:8.3\nRUN pecl install «xdebug»\n" },
		{ caption: "Images to work in", good: "FROM mcr.microsoft.com/devcontainers/base:bookworm\nENV DEBUG=1\n" },
		{ caption: "For an editor's user", good: "FROM php:8.3\nARG USERNAME=vscode\nRUN useradd $USERNAME && pecl install xdebug\n" },
		{
			caption: "Other values, other words",
			good: "FROM node:22\nENV DEBUG=app:* NODE_ENV=production APP_ENV=local NODE_OPTIONS=--max-old-space-size=9\nARG DEBUG=1\nCMD npm run start:prod\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const found = [...variables(stage), ...startCommand(stage), ...debuggers(stage)];
			if (found.length > 0 && !isForDevelopment(stage) && !isNamedWorkplace(stage)) reports.push(...found);
		}
		return reports;
	},
});

function variables(stage: Stage): readonly Report[] {
	if (!lineage(stage).some((ancestor) => firstDeclarations(ancestor).some(({ name }) => Object.hasOwn(DEBUG_SETTINGS, name)))) return [];
	const end = endOf(stage);
	const reports: Report[] = [];
	for (const name of namesDeclaredAt(end)) {
		const setting = ownValue(DEBUG_SETTINGS, name);
		if (setting === undefined) continue;
		const declared = declarationAt(end, name);
		if (declared?.kind !== "ENV" || declared.value.kind !== "set" || !setting.on.test(declared.value.value)) continue;
		const parameter = declared.assignment.value?.includes("$") === true;
		reports.push({
			span: declared.assignment.span,
			message: `${name}=${shortened(declared.value.value, 20)} ${setting.does}`,
			...(parameter ? { severity: "info" as const } : {}),
			fixes: () => switchOff(stage, name, declared, setting),
		});
	}
	return reports;
}

/** The value for production where the one for development is written: in ENV itself, behind `:-`, or as the default of the ARG that it takes. */
function switchOff(stage: Stage, name: string, { instruction, assignment, value }: Declaration, setting: DebugSetting): readonly Fix[] {
	const { valueSpan, value: written = "" } = assignment;
	if (valueSpan === undefined || value.kind !== "set") return [];
	const off = ownValue(setting.offFor ?? {}, value.value) ?? setting.off;
	if (off === undefined) return [];
	const fix = (changed: string, span: Span): readonly Fix[] => [
		{ title: `Set ${changed} to ${off}`, safety: "review", edits: [replace(span, off)] },
	];
	if (!written.includes("$")) return fix(name, valueSpan);
	const [, variable = "", fallback] = REFERENCE.exec(written) ?? [];
	const step = lineage(stage)
		.flatMap(({ steps }) => steps)
		.find((candidate) => candidate === instruction);
	const taken = step === undefined ? undefined : declarationAt(step, variable);
	if (fallback !== undefined && taken?.value.kind !== "set") {
		const start = stage.file.text.indexOf(`-${fallback}}`, valueSpan.start) + 1;
		return start > valueSpan.end || start === 0 ? [] : fix(`the default of ${name}`, { start, end: start + fallback.length });
	}
	// The default above the first FROM may decide about other stages.
	const byArgument = taken?.kind === "ARG" && taken.assignment.value?.includes("$") === false ? taken.assignment.valueSpan : undefined;
	return byArgument === undefined ? [] : fix(`the default of ${variable}`, byArgument);
}

/** A value that is one variable, maybe with a text for where it is not set. */
const REFERENCE = /^"?\$\{?(\w+)(?::?-([\w-]+))?\}?"?$/;

function startCommand(stage: Stage): readonly Report[] {
	const found = containerStart(stage)
		.commands.map(developmentWord)
		.find((word) => word !== undefined);
	return found === undefined ? [] : [{ span: found.span, message: `The container starts ${found.text}, which is for development` }];
}

/** Xdebug, which slows each request down and opens connections to whoever asks for it. */
function debuggers(stage: Stage): readonly Report[] {
	for (const ancestor of lineage(stage)) {
		if (ancestor.use !== "shipped" && ancestor.use !== "ancestor") continue;
		for (const step of runSteps(ancestor)) {
			if (!step.line.text.includes("xdebug") && step.heredocs.length === 0) continue;
			const commands = commandsOf(step);
			const conditional = (command: ShellCommand): boolean =>
				command.within.some((enclosure) => enclosure === "branch" || enclosure === "condition") || isAskedFor(commands, command);
			const words = [
				...packageCallsOf(step)
					.filter((call) => call.kind === "install" && !conditional(call.command))
					.flatMap((call) => call.operands),
				...commands
					.filter(
						(command) =>
							/^(?:pecl|docker-php-ext-(?:enable|install)|install-php-extensions)$/.test(command.program ?? "") && !conditional(command),
					)
					.flatMap((command) => command.args),
			];
			const word = words.find(({ value }) => /^(?:php[\d.]*-)?(?:pecl-)?xdebug(?:[-=~^@].*)?$/.test(value ?? ""));
			if (word === undefined || removesXdebug(stage)) continue;
			return [{ span: word.span, message: "Xdebug is part of the image that is shipped" }];
		}
	}
	return [];
}

/** Whether a test stands in front of a command in the same list: `[ "$A" = b ] && c`. */
function isAskedFor(commands: readonly ShellCommand[], command: ShellCommand): boolean {
	for (let index = commands.indexOf(command); index > 0; index--) {
		const { within, connector, program } = commands[index] as ShellCommand;
		if (within.length === 0 && connector !== "&&" && connector !== "||") return false;
		// `a || b && c` runs c after either of them, unless b ends the list.
		if (within.length === 0 && connector === "||" && commands[index] !== command && !/^(?:exit|return|false)$/.test(program ?? ""))
			return false;
		if (TEST_PROGRAMS.has(commands[index - 1]?.program ?? "")) return true;
	}
	return false;
}

function removesXdebug(stage: Stage): boolean {
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some((step) =>
			commandsOf(step).some(
				(command) => /^(?:rm|phpdismod|mv)$/.test(command.program ?? "") && command.args.some((word) => word.text.includes("xdebug")),
			),
		),
	);
}
