import { byProgram } from "../../knowledge/byProgram.ts";
import { DOWNLOAD_TOOLS, type DownloadTool } from "../../knowledge/downloadTools.ts";
import { HTTP_SECRET_OPTIONS, PASSWORD_PROGRAMS, SECRET_OPTIONS, type SecretOption } from "../../knowledge/secretOptions.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { mayGive } from "../commands/givenOptions.ts";

const OPTIONS_BY_PROGRAM = byProgram(SECRET_OPTIONS);
const NO_OPTIONS: readonly SecretOption[] = [];
const HTTP_OPTIONS = {
	curl: HTTP_SECRET_OPTIONS.curl.flatMap(({ options }) => options),
	wget: HTTP_SECRET_OPTIONS.wget.flatMap(({ options }) => options),
};
const ALL_DESCRIBED = SECRET_OPTIONS.flatMap(({ programs, others }) => (others === true ? [] : programs));
const DESCRIBED = new Set(["htpasswd", "aws", "curl", "wget", ...ALL_DESCRIBED, ...PASSWORD_PROGRAMS]);

/** Whether it is known what the options of a program mean. Of others, nothing but those that mean the same everywhere. */
export function isDescribed(program: string): boolean {
	return DESCRIBED.has(program);
}

/** An option for a credential, as a command gives it. */
export interface GivenSecretOption extends Pick<SecretOption, "form" | "variable"> {
	readonly given: ShellOption;
}

const NONE_GIVEN: readonly GivenSecretOption[] = [];

/** The options for credentials that a command gives to a program, as far as somebody has described that. */
export function secretOptionsOf(program: string, command: ShellCommand): readonly GivenSecretOption[] {
	if (program === "curl" || program === "wget") {
		if (!mayGive(command, HTTP_OPTIONS[program])) return NONE_GIVEN;
		const given = readArguments(command.args, (DOWNLOAD_TOOLS[program] as DownloadTool).valueOptions).options;
		return HTTP_SECRET_OPTIONS[program].flatMap((option) => optionsAmong(option, given));
	}
	return (OPTIONS_BY_PROGRAM.get(program) ?? NO_OPTIONS)
		.filter((option) => option.subcommand === undefined || command.args.some((word) => word.value === option.subcommand))
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
