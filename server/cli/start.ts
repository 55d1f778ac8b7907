import { EXIT } from "./exit.ts";
import { type CommandFunctions, runCommandLine } from "./run.ts";
import { processTerminal } from "./terminal.ts";

/** Set by the bundler from package.json. */
declare const HULLGUARD_VERSION: string;

/** Runs the command line of this process, to its end. */
export function startCommandLine(functions: CommandFunctions): void {
	const controller = new AbortController();
	let interrupted = 0;
	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		process.on(signal, () => {
			controller.abort();
			// Whoever asks twice wants out at once.
			if (++interrupted > 1) process.exit(EXIT.cancelled);
		});
	}
	// A reader that has seen enough (`hullguard rules | head`) is no error.
	process.stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code === "EPIPE") process.exit(EXIT.clean);
		throw error;
	});

	const terminal = processTerminal(process, controller.signal, HULLGUARD_VERSION);
	void runCommandLine(functions, process.argv.slice(2), terminal).then((code) => {
		process.exitCode = code;
	});
}
