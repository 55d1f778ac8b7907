import type { Problem } from "../core/finding.ts";
import { type Colors, terminalColors } from "../core/report/colors.ts";
import { startOf, terminalText } from "../core/report/terminalText.ts";
import { problemText } from "../core/report/text.ts";
import { cancellationOf } from "../tools/errors.ts";

/** What a command needs of the process. Results go to `out`, all else to `err`. */
export interface Terminal {
	out(text: string): void;
	err(text: string): void;
	/** Standard input to its end. */
	input(): Promise<Uint8Array>;
	readonly folder: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly colors: Colors;
	/** For what goes to `err`. */
	readonly errorColors: Colors;
	/** Replaces the line that shows what is happening, takes it away for the empty text; nothing where standard error is no terminal. */
	progress(message: string): void;
	/** Whether `progress` shows anything. */
	readonly lively: boolean;
	/** `HULLGUARD_LOG` is set: what is run, and all that a failed tool said, goes to `err`. */
	readonly verbose: boolean;
	/** Fires on Ctrl-C. */
	readonly signal: AbortSignal;
	readonly version: string;
}

type Environment = Terminal["environment"];

/** Whether a stream gets colours: `NO_COLOR` and `FORCE_COLOR` decide if they are not empty, else whether it is a terminal that knows them. */
function wantsColors(environment: Environment, isTerminal: boolean): boolean {
	if (isSet(environment["NO_COLOR"])) return false;
	const forced = environment["FORCE_COLOR"];
	if (isSet(forced)) return forced !== "0" && forced !== "false";
	return isTerminal && environment["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
	return value !== undefined && value !== "";
}

export function processTerminal(process: NodeJS.Process, signal: AbortSignal, version: string): Terminal {
	const { env, stdout, stderr } = process;
	const lively = stderr.isTTY === true && env["TERM"] !== "dumb";
	let shown = false;
	const clear = (): void => {
		if (shown) stderr.write("\r\u001b[2K");
		shown = false;
	};
	return {
		out: (text) => {
			clear();
			stdout.write(text);
		},
		err: (text) => {
			clear();
			stderr.write(text);
		},
		async input() {
			const { stdin } = process;
			const chunks: Buffer[] = [];
			const stop = (): void => void stdin.destroy(cancellationOf(signal));
			signal.addEventListener("abort", stop, { once: true });
			for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
			signal.removeEventListener("abort", stop);
			return Buffer.concat(chunks);
		},
		folder: process.cwd(),
		environment: env,
		colors: terminalColors(wantsColors(env, stdout.isTTY === true)),
		errorColors: terminalColors(wantsColors(env, stderr.isTTY === true)),
		progress(message) {
			if (!lively) return;
			clear();
			if (message === "") return;
			stderr.write(startOf(terminalText(message.replace(/\s+/g, " ")), Math.max(20, (stderr.columns ?? 80) - 1)));
			shown = true;
		},
		lively,
		verbose: isSet(env["HULLGUARD_LOG"]),
		signal,
		version,
	};
}

/** Says what could not be done, and with `HULLGUARD_LOG` also what the tool said. */
export function printProblem(terminal: Terminal, problem: Problem): void {
	terminal.err(`${problemText(problem, terminal.errorColors)}\n`);
	if (terminal.verbose && problem.detail !== undefined) printLog(terminal, problem.detail);
}

/** Lines of others, less loud, without what would move the cursor. */
export function printLog(terminal: Terminal, text: string): void {
	for (const line of text.split("\n")) terminal.err(`${terminal.errorColors.dim(terminalText(withoutColors(line)))}\n`);
}

/** Tools colour their logs: the codes are left out. */
function withoutColors(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what starts the code
	return text.includes("\u001b") ? text.replace(/\u001b\[[0-9;]{0,30}[A-Za-z]/g, "") : text;
}
