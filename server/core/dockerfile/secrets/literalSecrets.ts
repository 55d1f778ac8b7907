import {
	HTTP_SECRET_OPTIONS,
	PASSWORD_OPTIONS,
	SECRET_OPTIONS,
	type SecretOption,
	TOKEN_HEADERS,
	TOKEN_OPTIONS,
} from "../../knowledge/secretOptions.ts";
import { STRONG_NAME_TRACES, secretName } from "../../secrets/names.ts";
import { type FoundSecret, findSecrets, SHAPE_TRACES } from "../../secrets/shapes.ts";
import { looksGenerated, valueKind } from "../../secrets/values.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { knownStart, partSpan } from "../../shell/words.ts";
import { calledBy } from "../commands/scripts.ts";
import type { Dockerfile } from "../model/model.ts";
import { mayWriteShapes } from "../model/writtenShapes.ts";
import { type LiteralSecret, settingFact, writtenSecrets } from "./literalTexts.ts";
import { type GivenSecretOption, isDescribed, secretOptionsOf } from "./secretOptions.ts";

export type { LiteralSecret } from "./literalTexts.ts";

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
	"machine",
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
	const found: LiteralSecret[] = [];
	if (mayWriteShapes(file)) found.push(...findSecrets(file.text).map(shapedSecret));
	for (const stage of file.stages) {
		for (const outer of stage.steps) {
			const step = outer.trigger ?? outer;
			if (step.keyword === "ARG" || step.keyword === "ENV") continue;
			for (const command of calledBy(step)) addCommandSecrets(found, command);
			found.push(...writtenSecrets(step));
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

function shapedSecret({ shape, at, end }: FoundSecret): LiteralSecret {
	return { span: { start: at, end }, fact: `${capital(shape.title)} stands in the file`, variable: variableFor(shape.title) };
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

function addCommandSecrets(found: LiteralSecret[], command: ShellCommand): void {
	for (const { name, value } of command.assignments) {
		if (value?.value === undefined || secretName(name) !== "strong" || !isCredential(name, value.value)) continue;
		found.push({ span: partSpan(value, value.value), fact: settingFact(name), variable: name });
	}
	const { program } = command;
	if (program === undefined || command.args.length === 0) return;
	for (const secret of programSecrets(program, command)) found.push(secret);
	if (program === "java") for (const secret of propertySecrets(command)) found.push(secret);
}

/** A password is any text; a token or key has to look generated. */
function isCredential(name: string, value: string): boolean {
	return valueKind(value) === "text" && (looksGenerated(value) || (/pass|pwd|pw$/i.test(name) && value.length >= 5));
}

const NONE: readonly LiteralSecret[] = [];

function programSecrets(program: string, command: ShellCommand): readonly LiteralSecret[] {
	if (!isDescribed(program)) return [...describedSecrets(program, command), ...generalOptionSecrets(program, command)];
	if (program === "htpasswd") return passwordOfHtpasswd(command);
	if (program === "aws") return [...awsSettings(command), ...generalOptionSecrets(program, command)];
	return describedSecrets(program, command);
}

function describedSecrets(program: string, command: ShellCommand): readonly LiteralSecret[] {
	return secretOptionsOf(program, command).flatMap((option) => optionSecrets(program, option));
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

/** `-Dspring.datasource.password=…`, `--spring.datasource.password=…`: properties of Java programs. */
function propertySecrets({ args }: ShellCommand): readonly LiteralSecret[] {
	return args.flatMap((word) => {
		const [, name, value] = /^(?:-D|--)([\w.-]{1,100}\.[\w-]{0,40}(?:password|passwd|secret))=(.+)$/i.exec(word.value ?? "") ?? [];
		if (name === undefined || value === undefined || value.length < 5 || valueKind(value) !== "text") return [];
		// Such a property also says what to do about passwords: `required`.
		if (/^[a-z]+(?:[-_][a-z]+)*$/i.test(value)) return [];
		return [{ span: partSpan(word, value), fact: settingFact(name), variable: name.replace(/\W+/g, "_").toUpperCase() }];
	});
}

const GENERAL_OPTIONS: readonly string[] = [...PASSWORD_OPTIONS, ...TOKEN_OPTIONS];
const GENERAL_OPTION = new RegExp(`^(?:${GENERAL_OPTIONS.join("|")})`);

function isGeneralOption(word: ShellWord): boolean {
	const start = knownStart(word);
	return start.startsWith("--") && GENERAL_OPTION.test(start);
}

/** `--password=…` and `--token …` of programs that nobody has described. */
function generalOptionSecrets(program: string, command: ShellCommand): readonly LiteralSecret[] {
	if (!command.args.some(isGeneralOption)) return NONE;
	return readArguments(command.args, GENERAL_OPTIONS).options.flatMap((given) => {
		const { name, value } = given;
		if (value === undefined || value.startsWith("-") || valueKind(value) !== "text") return [];
		if (!(PASSWORD_OPTIONS.has(name) ? value.length >= 5 : TOKEN_OPTIONS.has(name) && looksGenerated(value))) return [];
		const fact = `${program.slice(0, 40)} ${name} gets a credential in clear text`;
		return [{ span: partSpan(given.valueWord ?? given.word, value), fact, variable: variableFor(name.slice(2)) }];
	});
}
