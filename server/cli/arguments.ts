import { parseArgs } from "node:util";
import { nearest } from "../core/nearest.ts";
import { COMMANDS, type CommandDeclaration } from "./commands.ts";

/** A call of the command line, checked. */
export interface ParsedCall {
	readonly command: CommandDeclaration;
	readonly operands: readonly string[];
	readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export type ParsedArguments =
	| { readonly kind: "call"; readonly call: ParsedCall }
	| { readonly kind: "help"; readonly command?: CommandDeclaration }
	| { readonly kind: "version" }
	| { readonly kind: "wrong"; readonly message: string; readonly hint: string };

/** Reads the words behind the program's name. Wrong ones give a sentence about what is wrong. */
export function parseArguments(words: readonly string[]): ParsedArguments {
	const first = words[0];
	if (first === undefined || first === "--help" || first === "-h" || first === "help") {
		const named = commandAt(words.slice(1));
		return named === undefined ? { kind: "help" } : { kind: "help", command: named };
	}
	if (first === "--version" || first === "-V" || first === "version") return { kind: "version" };
	const command = commandAt(words);
	if (command === undefined) return unknownCommand(words);
	const rest = words.slice(command.name.split(" ").length);
	if (rest.includes("--help") || rest.includes("-h")) return { kind: "help", command };
	return parseOptions(command, rest);
}

function commandAt(words: readonly string[]): CommandDeclaration | undefined {
	return COMMANDS.find((command) => command.name === words.slice(0, command.name.split(" ").length).join(" "));
}

function unknownCommand(words: readonly string[]): ParsedArguments {
	const group = COMMANDS.filter((command) => command.name.startsWith(`${words[0]} `));
	if (group.length > 0)
		return wrong(`${words[0]} needs one of: ${group.map((command) => command.name.split(" ")[1]).join(", ")}`, `hullguard help`);
	const close = nearest(
		words[0] ?? "",
		COMMANDS.map((command) => command.name),
	);
	return wrong(`There is no command ${words[0]}`, close === undefined ? "hullguard help lists the commands" : `Did you mean ${close}?`);
}

function parseOptions(command: CommandDeclaration, words: readonly string[]): ParsedArguments {
	const help = `hullguard ${command.name} --help`;
	const options: Record<string, { type: "boolean" | "string"; short?: string; multiple?: boolean }> = {};
	for (const [name, option] of Object.entries(command.options)) {
		options[name] = {
			type: option.type,
			...(option.short === undefined ? {} : { short: option.short }),
			...(option.multiple ? { multiple: true } : {}),
		};
	}
	let parsed: { values: Record<string, unknown>; positionals: string[] };
	try {
		parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
	} catch (error) {
		return wrong(firstSentence(error), help);
	}
	const values: Record<string, string | boolean | readonly string[] | undefined> = {};
	for (const [name, option] of Object.entries(command.options)) {
		const value = (parsed.values[name] ?? option.default) as string | boolean | readonly string[] | undefined;
		const refused =
			option.values === undefined ? undefined : [value].flat().find((item) => item !== undefined && !option.values?.includes(String(item)));
		if (refused !== undefined) return wrong(`--${name} can be ${option.values?.join(", ")}, not ${String(refused)}`, help);
		values[name] = value;
	}
	const [least, most] = command.operandCount;
	if (parsed.positionals.length < least) return wrong(`hullguard ${command.name} needs ${command.operands}`, help);
	if (parsed.positionals.length > most) return wrong(`hullguard ${command.name} takes no ${parsed.positionals[most]}`, help);
	return { kind: "call", call: { command, operands: parsed.positionals, options: values } };
}

function firstSentence(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.split(". ")[0] ?? message;
}

function wrong(message: string, hint: string): ParsedArguments {
	return { kind: "wrong", message, hint };
}
