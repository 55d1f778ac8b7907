import { problemJson } from "../core/report/json.ts";
import { isCancellation, problemOf, ToolError } from "../tools/errors.ts";
import { type ParsedCall, parseArguments } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandText, overviewText } from "./help.ts";
import { printProblem, type Terminal } from "./terminal.ts";

export type CommandFunction = (call: ParsedCall, terminal: Terminal) => ExitCode | Promise<ExitCode>;

/** What does the work of each command, by the name of the command; loaded when it is called. */
export type CommandFunctions = Readonly<Record<string, () => Promise<CommandFunction>>>;

/** What a command's JSON holds besides problems when it could not do anything. */
const NOTHING: Readonly<Record<string, object>> = {
	lint: { files: [] },
	pin: { files: [] },
	build: { image: null },
	scan: { image: null, findings: [] },
};

/** Runs the command line: words in, exit code out. The one place where errors end. */
export async function runCommandLine(functions: CommandFunctions, words: readonly string[], terminal: Terminal): Promise<ExitCode> {
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
		const command = functions[parsed.call.command.name];
		if (command === undefined) throw new Error(`no function for ${parsed.call.command.name}`);
		return await (await command())(parsed.call, terminal);
	} catch (error) {
		terminal.progress("");
		if (isCancellation(error) || terminal.signal.aborted) return EXIT.cancelled;
		if (error instanceof ToolError) {
			const problem = problemOf(error);
			if (parsed.call.options["format"] === "json")
				terminal.out(`${JSON.stringify({ ...NOTHING[parsed.call.command.name], problems: [problemJson(problem)] })}\n`);
			printProblem(terminal, problem);
			return EXIT.failed;
		}
		const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
		printProblem(terminal, { kind: "failed", message: `Internal error: ${stack}`, hint: "Please report this." });
		return EXIT.failed;
	}
}
