import { baseName } from "../../baseName.ts";
import { innermost } from "../../dockerfile/commands/commandPlace.ts";
import { execCommands, execWords } from "../../dockerfile/commands/execCommands.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { secretOptionsOf } from "../../dockerfile/secrets/secretOptions.ts";
import { programChain } from "../../dockerfile/start/innerProgram.ts";
import { PASSWORD_OPTIONS, SECRET_OPTIONS, TOKEN_OPTIONS } from "../../knowledge/secretOptions.ts";
import { sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import { secretName } from "../../secrets/names.ts";
import { findSecrets } from "../../secrets/shapes.ts";
import { looksGenerated, valueKind } from "../../secrets/values.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { partSpan } from "../../shell/words.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const TRACES = [...PASSWORD_OPTIONS, ...TOKEN_OPTIONS, ...SECRET_OPTIONS.flatMap(({ programs }) => programs), "curl", "wget"];

export const secretInHealthcheckOrCmd = defineRule({
	id: "secret-in-healthcheck-or-cmd",
	title: "A credential stands on the command line of the container",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	supersededBy: ["secret-in-url"],
	onlyWith: { instructions: ["CMD", "ENTRYPOINT", "HEALTHCHECK"], texts: TRACES },
	why: "CMD, ENTRYPOINT and HEALTHCHECK are part of the image's configuration, which `docker inspect` prints to everybody who can pull it. When they run, their arguments are in the process list of the container and of the host, and health checks put them into the engine's log.",
	remedy:
		"Let the program read the credential from a file (`--password-file /run/secrets/db`) or from its environment. A variable on the command line keeps the value out of the image, but not out of the process list.",
	references: ["https://docs.docker.com/engine/swarm/secrets/", "https://docs.docker.com/reference/dockerfile/#healthcheck"],
	examples: [
		{ caption: "A password among the arguments", bad: 'FROM debian:12\nCMD ["app", "--password", "«hunter2x»"]\n' },
		{
			caption: "A file that is mounted when the container starts",
			good: 'FROM debian:12\nCMD ["app", "--password-file", "/run/secrets/db"]\n',
		},
		{
			caption: "Written out",
			bad: 'FROM debian:12\nCMD ["app", "--password", "«hunter2x»"]\nHEALTHCHECK CMD ["redis-cli", "-a", "«s3cr3t-9»", "ping"]\nENTRYPOINT ["app", "--token=«9f8a7c6b5d4e3f2a1b0c»"]\n',
		},
		{
			caption: "In shell form",
			bad: "FROM debian:12\nCMD app --password «hunter2x» --port 80\nHEALTHCHECK CMD app --api-key=«9f8a7c6b5d4e3f2a1b0c» || exit 1\n",
		},
		{
			caption: "A variable: the process list shows it",
			bad: 'FROM debian:12\nCMD app --password "«$DB_PASSWORD»"\nHEALTHCHECK CMD mysqladmin ping --password=«$MYSQL_ROOT_PASSWORD»\n',
		},
		{
			caption: "The same with options of known programs, and in the script of a shell",
			bad: 'FROM debian:12\nHEALTHCHECK CMD mysqladmin ping -p«$MYSQL_ROOT_PASSWORD» && redis-cli -a «$REDIS_PASSWORD» ping && curl -fu a:«$DB_PASSWORD» -H "Authorization: Bearer «$API_TOKEN»" http://localhost\nCMD redis-server --requirepass «$REDIS_PASSWORD»\nENTRYPOINT ["sh", "-c", "app --password «$DB_PASSWORD»"]\n',
		},
		{
			caption: "Once, behind the programs that run it",
			bad: 'FROM debian:12\nCMD exec app --password «hunter2x»\nHEALTHCHECK CMD timeout 3 mysqladmin ping --password=«$MYSQL_PASSWORD» && env A=1 nice redis-cli -a «$REDIS_PASSWORD» ping\nENTRYPOINT ["tini", "--", "redis-cli", "-a", "«hunter2x»"]\n',
		},
		{
			caption: "The usual health check of SQL Server",
			bad: "FROM debian:12\nHEALTHCHECK CMD /opt/mssql-tools18/bin/sqlcmd -S localhost -U sa -P «$SA_PASSWORD» -Q 'SELECT 1' || exit 1\n",
		},
		{ caption: "A password by a short option", bad: 'FROM debian:12\nENV PASSWORD=\nCMD exec ssserver -s 0.0.0.0 -k «"${PASSWORD}"»\n' },
		{
			caption: "Files, names, other options",
			good: 'FROM debian:12\nCMD ["app", "--password-file", "/run/secrets/db", "--token", "auto", "--password", "changeme", "--port", "8080"]\nENTRYPOINT ["app", "-p", "hunter2x"]\nHEALTHCHECK CMD curl -f -u $NAME: localhost/token && mysqladmin -p $DATABASE_PASSWORD_TABLE ping || exit 1\nRUN app --help\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused") continue;
			for (const step of stage.steps) {
				if (step.keyword !== "CMD" && step.keyword !== "ENTRYPOINT" && step.keyword !== "HEALTHCHECK") continue;
				reports.push(...reportsOf(step));
			}
		}
		return reports;
	},
});

const NAMES = [...PASSWORD_OPTIONS, ...TOKEN_OPTIONS];

function reportsOf(step: Step): readonly Report[] {
	const reports: Report[] = [];
	if (step.exec !== undefined) {
		let commands: readonly ShellCommand[] | undefined;
		const elements = step.exec.elements;
		for (const [index, element] of elements.entries()) {
			const equals = element.value.indexOf("=");
			const attached = element.value.startsWith("--") && equals !== -1;
			const name = attached ? element.value.slice(0, equals) : (elements[index - 1]?.value ?? "");
			const value = attached ? element.value.slice(equals + 1) : element.value;
			if (!SECRET_OPTION_NAMES.has(name) || !isLiteral(name, value)) continue;
			commands ??= execCommands(execWords(step));
			const program = programAt(commands, element.span.start) ?? baseName(step.exec.values[0] ?? "");
			if (!isSecretOption(program, name)) continue;
			const at = element.at + 1 + (attached ? equals + 1 : 0);
			const span = element.plain ? sourceSpan(step.arguments, at, at + value.length) : element.span;
			reports.push(literal(step, program, name, span));
		}
	}
	// In exec form, those of the script that a shell is given.
	for (const command of commandsOf(step)) reports.push(...commandReports(step, command));
	return reports;
}

/** The program that a word in exec form is for: the last one that is called in front of it. */
function programAt(commands: readonly ShellCommand[], at: number): string | undefined {
	const command = commands.findLast(({ name }) => name !== undefined && name.span.start <= at);
	return command && calledBefore(command, at);
}

/** What a command runs in front of a place in it: `app` of `poetry run app --password`. */
function calledBefore(command: ShellCommand, at: number): string {
	return calledIn(command).findLast((called) => called.start < at)?.program ?? command.program ?? "";
}

/** The programs that a command runs, and where each stands; remembered, because a command may have many options. */
const calledIn = remembered((command: ShellCommand) =>
	programChain(command).map(({ program, at }) => ({ program, start: (command.args[at] ?? command).span.start })),
);

function commandReports(step: Step, whole: ShellCommand): readonly Report[] {
	const command = withoutInner(step, whole);
	const reports: Report[] = [];
	for (const option of readArguments(command.args, [...NAMES, "-a"]).options) {
		const program = calledBefore(whole, option.word.span.start);
		if (!isSecretOption(program, option.name)) continue;
		if (option.value !== undefined && isLiteral(option.name, option.value))
			reports.push(literal(step, program, option.name, partSpan(option.valueWord ?? option.word, option.value)));
		else reports.push(...variableReports(step, program, option));
	}
	const program = command.program ?? "";
	for (const { given } of secretOptionsOf(program, command))
		if (!isSecretOption(program, given.name)) reports.push(...variableReports(step, program, given));
	return reports;
}

/** A wrapper with its own words alone: those of the command that it runs are looked at with that one. */
function withoutInner(step: Step, command: ShellCommand): ShellCommand {
	const inner = innermost(step, command);
	return inner === command ? command : { ...command, args: command.args.filter(({ span }) => span.start < inner.span.start) };
}

function variableReports(step: Step, program: string, { name, word, valueWord }: ShellOption): readonly Report[] {
	const holder = valueWord ?? word;
	const variable = holder.parts.find((part) => part.kind === "variable" && secretName(part.name) === "strong");
	if (variable?.kind !== "variable") return [];
	return [
		{
			span: partSpan(holder, `$${variable.name}`),
			message: `${step.keyword} puts ${shortened(variable.name, 30)} into the process list: ${shortened(`${program} ${name}`, 30)}`,
			severity: "info",
		},
	];
}

/** Those that are, whatever the program, and those that are of one program. */
const SECRET_OPTION_NAMES = new Set([...NAMES, "-a"]);

/** `--password` and its like, and `redis-cli -a`. */
function isSecretOption(program: string, name: string): boolean {
	return PASSWORD_OPTIONS.has(name) || TOKEN_OPTIONS.has(name) || (program === "redis-cli" && name === "-a");
}

function isLiteral(name: string, value: string): boolean {
	if (value.includes("$") || value.startsWith("-")) return false;
	if (findSecrets(value).length > 0) return true;
	if (valueKind(value) !== "text") return false;
	return TOKEN_OPTIONS.has(name) ? looksGenerated(value) : value.length >= 5;
}

function literal(step: Step, program: string, name: string, span: Span): Report {
	return { span, message: `${step.keyword} holds a credential in clear text: ${shortened(`${program} ${name}`, 40)}`, severity: "error" };
}
