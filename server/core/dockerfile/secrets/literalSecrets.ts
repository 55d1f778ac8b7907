import { byProgram } from "../../knowledge/byProgram.ts";
import { DOWNLOAD_TOOLS, type DownloadTool } from "../../knowledge/downloadTools.ts";
import {
	ACCOUNT_PROGRAMS,
	HTTP_SECRET_OPTIONS,
	PASSWORD_OPTIONS,
	SECRET_OPTIONS,
	type SecretOption,
	TOKEN_HEADERS,
	TOKEN_OPTIONS,
} from "../../knowledge/secretOptions.ts";
import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { STRONG_NAME_TRACES, secretName } from "../../secrets/names.ts";
import { findSecrets, SHAPE_TRACES } from "../../secrets/shapes.ts";
import { looksGenerated, passwordsInUrls, valueKind } from "../../secrets/values.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, readArguments, type ShellOption } from "../../shell/options.ts";
import { partSpan } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { mayGive } from "../commands/givenOptions.ts";
import { calledBy } from "../commands/scripts.ts";
import type { Dockerfile, Step } from "../model/model.ts";

/** A credential that stands in the file for everybody to read. */
export interface LiteralSecret {
	/** The credential alone, where its place is known exactly. */
	readonly span: Span;
	/** What it is or does, without any part of it. */
	readonly fact: string;
	/** What a variable in its place is best called. */
	readonly variable: string;
}

/** In lower case: a file without any of these has no credential that {@link literalSecretsOf} finds. `@`: of a password in an address. */
export const LITERAL_SECRET_TRACES: readonly string[] = [
	...SHAPE_TRACES,
	...STRONG_NAME_TRACES,
	...PASSWORD_OPTIONS,
	...TOKEN_OPTIONS,
	...SECRET_OPTIONS.flatMap(tracesOf),
	// curl has short options, which can stand in a bundle.
	"curl",
	"htpasswd",
	...HTTP_SECRET_OPTIONS.wget.flatMap(tracesOf),
	"@",
];

/** What stands in a file that gives one of the options. */
function tracesOf({ options, subcommand, programs = [] }: Partial<SecretOption>): readonly string[] {
	if (options?.every((option) => option.startsWith("--"))) return options;
	return subcommand === undefined ? programs : [subcommand];
}

/** Every credential in a file that is written out: by shape anywhere, by its place in commands, URLs and settings. One report for each place. */
export function literalSecretsOf(file: Dockerfile): readonly LiteralSecret[] {
	const found: LiteralSecret[] = findSecrets(file.text).map(({ shape, at, end }) => ({
		span: { start: at, end },
		fact: `${capital(shape.title)} stands in the file`,
		variable: variableFor(shape.title),
	}));
	for (const stage of file.stages) {
		for (const outer of stage.steps) {
			const step = outer.trigger ?? outer;
			if (step.keyword === "ARG" || step.keyword === "ENV") continue;
			for (const command of calledBy(step)) addCommandSecrets(found, command);
			if (step.heredocs.length > 0 || step.arguments.text.includes("@")) found.push(...textSecrets(step));
			if (step.arguments.text.includes(":_")) found.push(...npmTokensIn(step.arguments));
		}
	}
	if (found.length === 0) return found;
	let end = -1;
	return found
		.sort((a, b) => a.span.start - b.span.start)
		.filter(({ span }) => {
			const apart = span.start >= end;
			if (apart) end = span.end;
			return apart;
		});
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a GitHub token` → `GITHUB_TOKEN`. */
function variableFor(title: string): string {
	return title
		.replace(/^an? /, "")
		.toUpperCase()
		.replace(/[^A-Z0-9]+/g, "_");
}

/** Passwords in addresses, and settings with generated values in files that heredocs write. */
function textSecrets(step: Step): readonly LiteralSecret[] {
	const bodies = step.heredocs.map((heredoc) => heredoc.body);
	const urls = [step.arguments, ...bodies].flatMap((text) =>
		passwordsInUrls(text.text).map((part) => ({
			span: sourceSpan(text, part.at, part.end),
			fact: "A URL holds a password in clear text",
			variable: "URL_PASSWORD",
		})),
	);
	return [...urls, ...bodies.flatMap((body) => [...settingsIn(body), ...npmTokensIn(body)])];
}

/** `name = value` and `name: value` lines in which the name says credential and the value looks generated. */
function settingsIn(text: MappedText): readonly LiteralSecret[] {
	const found: LiteralSecret[] = [];
	const lines = /^[\t ]*(?:export )?["']?([\w.-]{3,80})["']?[\t ]*[=:][\t ]*["']?([^\s"'$<{]{16,200})["']?[\t ]*,?[\t ]*$/gm;
	for (let match = lines.exec(text.text); match !== null; match = lines.exec(text.text)) {
		const [line, name = "", value = ""] = match;
		if (secretName(name) !== "strong" || !looksGenerated(value) || valueKind(value) !== "text") continue;
		const at = match.index + line.lastIndexOf(value);
		found.push({ span: sourceSpan(text, at, at + value.length), fact: settingFact(name), variable: name });
	}
	return found;
}

/** `//registry.npmjs.org/:_authToken=…`: the setting's name is an address. */
function npmTokensIn(text: MappedText): readonly LiteralSecret[] {
	return [...text.text.matchAll(/:_(?:authToken|password|auth)(?:[\t ]?=[\t ]?|[\t ])["']?([^\s"'$<>{}]{16,400})/g)].flatMap((match) => {
		const [all, value = ""] = match;
		if (!looksGenerated(value) || valueKind(value) !== "text") return [];
		const end = match.index + all.length;
		return [{ span: sourceSpan(text, end - value.length, end), fact: "npm's settings hold a token in clear text", variable: "NPM_TOKEN" }];
	});
}

function settingFact(name: string): string {
	return `${name.length <= 40 ? name : `${name.slice(0, 39)}…`} is set to a credential in clear text`;
}

function addCommandSecrets(found: LiteralSecret[], command: ShellCommand): void {
	for (const { name, value } of command.assignments) {
		if (value?.value === undefined || secretName(name) !== "strong" || !isCredential(name, value.value)) continue;
		found.push({ span: partSpan(value, value.value), fact: settingFact(name), variable: name });
	}
	const { program } = command;
	if (program !== undefined && command.args.length > 0) found.push(...programSecrets(program, command));
}

/** A password is any text; a token or key has to look generated. */
function isCredential(name: string, value: string): boolean {
	return valueKind(value) === "text" && (looksGenerated(value) || (/pass|pwd|pw$/i.test(name) && value.length >= 5));
}

const OPTIONS_BY_PROGRAM = byProgram(SECRET_OPTIONS);
const HTTP_OPTIONS = {
	curl: HTTP_SECRET_OPTIONS.curl.flatMap(({ options }) => options),
	wget: HTTP_SECRET_OPTIONS.wget.flatMap(({ options }) => options),
};
const NONE: readonly LiteralSecret[] = [];

function programSecrets(program: string, command: ShellCommand): readonly LiteralSecret[] {
	if (program === "htpasswd") return passwordOfHtpasswd(command);
	if (program === "aws") return [...awsSettings(command), ...generalOptionSecrets(program, command)];
	const known = secretOptionsOf(program, command);
	if (known !== undefined) return known.flatMap((option) => optionSecrets(program, option));
	return ACCOUNT_PROGRAMS.has(program) ? NONE : generalOptionSecrets(program, command);
}

/** An option for a credential, as a command gives it. */
interface GivenSecretOption extends Pick<SecretOption, "form" | "variable"> {
	readonly given: ShellOption;
}

/** The options for credentials that a command gives to a program; undefined for a program that nobody has described. */
export function secretOptionsOf(program: string, command: ShellCommand): readonly GivenSecretOption[] | undefined {
	if (program === "curl" || program === "wget") {
		if (!mayGive(command, HTTP_OPTIONS[program])) return [];
		const given = readArguments(command.args, (DOWNLOAD_TOOLS[program] as DownloadTool).valueOptions).options;
		return HTTP_SECRET_OPTIONS[program].flatMap((option) => optionsAmong(option, given));
	}
	return OPTIONS_BY_PROGRAM.get(program)
		?.filter((option) => option.subcommand === undefined || command.args.some((word) => word.value === option.subcommand))
		.flatMap((option) => {
			const own = option.form === "value" || option.form === "source" ? option.options : option.form === "attached" ? ["-p"] : [];
			return optionsAmong(option, readArguments(command.args, [...option.valueOptions, ...own]).options);
		});
}

function optionsAmong(
	{ options, form, variable }: Pick<SecretOption, "options" | "form" | "variable">,
	given: readonly ShellOption[],
): readonly GivenSecretOption[] {
	return given
		.filter(({ name, valueWord }) => options.includes(name) && (form !== "attached" || valueWord === undefined))
		.map((option) => ({ form, variable, given: option }));
}

/** The secret that an option of a program holds in clear text. */
function optionSecrets(program: string, { form, variable, given }: GivenSecretOption): readonly LiteralSecret[] {
	const secret = given.value === undefined ? undefined : secretPart(given.value, form);
	if (secret === undefined || valueKind(secret) !== "text" || secret.length < 4) return [];
	const fact = `${program} gets ${form === "header" ? "a token" : "a password"} in clear text`;
	return [{ span: partSpan(given.valueWord ?? given.word, secret), fact, variable }];
}

function secretPart(value: string, form: SecretOption["form"]): string | undefined {
	if (form === "value" || form === "attached") return value;
	if (form === "source") return value.startsWith("pass:") ? value.slice("pass:".length) : undefined;
	const colon = value.indexOf(":");
	if (colon === -1) return undefined;
	const rest = value.slice(colon + 1).trim();
	if (form === "userPassword") return rest;
	const header = value.slice(0, colon).toLowerCase();
	if (header === "authorization") {
		const token = rest.slice(rest.indexOf(" ") + 1).trim();
		return /^(?:bearer|basic|token|apikey) /i.test(rest) && token.length >= 8 ? token : undefined;
	}
	return TOKEN_HEADERS.has(header) && rest.length >= 8 ? rest : undefined;
}

/** `aws configure set NAME VALUE` writes `~/.aws/credentials`. */
function awsSettings({ args }: ShellCommand): readonly LiteralSecret[] {
	const at = args.findIndex((word, index) => word.value === "configure" && args[index + 1]?.value === "set");
	const name = args[at + 2]?.value ?? "";
	const word = args[at + 3];
	if (at === -1 || word?.value === undefined || secretName(name) !== "strong" || !isCredential(name, word.value)) return NONE;
	return [{ span: partSpan(word, word.value), fact: settingFact(name), variable: name.replace(/\W+/g, "_").toUpperCase() }];
}

/** `htpasswd -b FILE USER PASSWORD`; with `-n` there is no file. */
function passwordOfHtpasswd(command: ShellCommand): readonly LiteralSecret[] {
	const args = readArguments(command.args, ["-C", "-r"]);
	const word = args.operands[hasOption(args, "-n") ? 1 : 2];
	const value = word?.value;
	if (word === undefined || value === undefined || !hasOption(args, "-b") || value.length < 4 || valueKind(value) !== "text") return NONE;
	return [{ span: partSpan(word, value), fact: "htpasswd gets a password in clear text", variable: "HTPASSWD" }];
}

const GENERAL_OPTIONS: readonly string[] = [...PASSWORD_OPTIONS, ...TOKEN_OPTIONS];

/** `--password=…` and `--token …` of programs that nobody has described. */
function generalOptionSecrets(program: string, command: ShellCommand): readonly LiteralSecret[] {
	if (!mayGive(command, GENERAL_OPTIONS)) return NONE;
	return readArguments(command.args, GENERAL_OPTIONS).options.flatMap((given) => {
		const { name, value } = given;
		if (value === undefined || value.startsWith("-") || valueKind(value) !== "text") return [];
		if (!(PASSWORD_OPTIONS.has(name) ? value.length >= 5 : TOKEN_OPTIONS.has(name) && looksGenerated(value))) return [];
		const fact = `${program.slice(0, 40)} ${name} gets a credential in clear text`;
		return [{ span: partSpan(given.valueWord ?? given.word, value), fact, variable: variableFor(name.slice(2)) }];
	});
}
