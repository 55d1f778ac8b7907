import { COMMANDS, type CommandDeclaration, type OptionDeclaration } from "./commands.ts";

/** What `hullguard help` prints. */
export function overviewText(): string {
	const width = Math.max(...COMMANDS.map((command) => usage(command).length));
	return [
		"Hullguard hardens Dockerfiles, builds and scans images, and records what does not matter.",
		"",
		"Usage: hullguard COMMAND …",
		"",
		...COMMANDS.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`),
		"",
		"hullguard COMMAND --help tells more of a command, hullguard --version the version.",
		"",
		"Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not do it, 130 cancelled.",
		"",
	].join("\n");
}

/** What `hullguard COMMAND --help` prints. */
export function commandText(command: CommandDeclaration): string {
	const options = Object.entries(command.options).map(([name, option]) => [optionUsage(name, option), optionText(option)] as const);
	const width = Math.max(0, ...options.map(([left]) => left.length));
	return [
		`hullguard ${usage(command)}: ${command.summary}`,
		"",
		...(options.length === 0 ? [] : ["Options:", ...options.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`), ""]),
		...(command.examples.length === 0
			? []
			: ["Examples:", ...command.examples.flatMap(([call, text]) => [`  ${call}`, ...(text === "" ? [] : [`      ${text}`])]), ""]),
	].join("\n");
}

/** The page of the command line in the documentation. */
export function commandLinePage(): string {
	const section = (command: CommandDeclaration): readonly string[] => [
		`## hullguard ${command.name}`,
		"",
		`\`hullguard ${usage(command)}\`: ${command.summary}.`,
		"",
		...(Object.keys(command.options).length === 0
			? []
			: [
					"| Option | |",
					"|---|---|",
					...Object.entries(command.options).map(([name, option]) => `| \`${optionUsage(name, option)}\` | ${optionText(option)} |`),
					"",
				]),
		...command.examples.flatMap(([call, text]) => [
			...(text === "" ? [] : [`${text.charAt(0).toUpperCase()}${text.slice(1)}:`, ""]),
			"```sh",
			call,
			"```",
			"",
		]),
	];
	return [
		"# Command line",
		"",
		"Results go to standard output, logs and progress to standard error. Exit codes: 0 clean, 1 findings at or above `--fail-on`, 2 could not do it, 130 cancelled. Colours are off where standard output is no terminal and where `NO_COLOR` is set.",
		"",
		"What `lint --format json` prints is a contract: [lint-report.schema.json](lint-report.schema.json) describes it.",
		"",
		...COMMANDS.flatMap(section),
	].join("\n");
}

function usage(command: CommandDeclaration): string {
	return `${command.name}${command.operands === "" ? "" : ` ${command.operands}`}`;
}

function optionUsage(name: string, option: OptionDeclaration): string {
	return `${option.short === undefined ? "" : `-${option.short}, `}--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}`;
}

function optionText(option: OptionDeclaration): string {
	const values = option.values === undefined ? "" : `: ${option.values.join(", ")}`;
	const fallback = option.default === undefined ? "" : ` (default ${option.default})`;
	return `${option.description}${values}${fallback}`;
}
