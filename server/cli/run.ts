import { isCancellation } from "../tools/errors.ts";
import { type ParsedCall, parseArguments } from "./arguments.ts";
import { fixCommand } from "./fix.ts";
import { commandText, overviewText } from "./help.ts";
import { lintCommand } from "./lint.ts";
import { parseCommand } from "./parse.ts";
import { explainCommand, rulesCommand } from "./rules.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";

type CommandFunction = (call: ParsedCall, terminal: Terminal) => ExitCode | Promise<ExitCode>;

const FUNCTIONS: Readonly<Record<string, CommandFunction>> = {
	lint: lintCommand,
	fix: fixCommand,
	rules: rulesCommand,
	explain: explainCommand,
	parse: parseCommand,
};

/** Runs the command line: words in, exit code out. The one place where errors end. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
	const parsed = parseArguments(words);
	if (parsed.kind === "help") {
		terminal.out(parsed.command === undefined ? overviewText() : commandText(parsed.command));
		return EXIT.clean;
	}
	if (parsed.kind === "version") {
		terminal.out(`${terminal.version}\n`);
		return EXIT.clean;
	}
	if (parsed.kind === "wrong") {
		printProblem(terminal, { kind: "invalid", message: parsed.message, hint: parsed.hint });
		return EXIT.failed;
	}
	try {
		const command = FUNCTIONS[parsed.call.command.name];
		if (command === undefined) throw new Error(`no function for ${parsed.call.command.name}`);
		return await command(parsed.call, terminal);
	} catch (error) {
		if (isCancellation(error)) return EXIT.cancelled;
		const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
		printProblem(terminal, { kind: "failed", message: `Internal error: ${stack}`, hint: "Please report this." });
		return EXIT.failed;
	}
}
