import type { Problem } from "../core/finding.ts";
import { type Colors, terminalColors } from "../core/report/colors.ts";
import { problemText } from "../core/report/text.ts";

/** What a command needs of the process. Results go to `out`, all else to `err`. */
export interface Terminal {
	out(text: string): void;
	err(text: string): void;
	/** Standard input to its end, as UTF-8. */
	input(): Promise<string>;
	readonly folder: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly colors: Colors;
	/** For what goes to `err`. */
	readonly errorColors: Colors;
	/** Replaces the line that shows what is happening; nothing where standard error is no terminal. */
	progress(message: string): void;
	/** Fires on Ctrl-C. */
	readonly signal: AbortSignal;
	readonly version: string;
}

export const EXIT = { clean: 0, findings: 1, failed: 2, cancelled: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function processTerminal(process: NodeJS.Process, signal: AbortSignal, version: string): Terminal {
	const plain = process.env["NO_COLOR"] !== undefined && process.env["NO_COLOR"] !== "";
	const forced = process.env["FORCE_COLOR"] !== undefined && process.env["FORCE_COLOR"] !== "0";
	const colorsFor = (stream: NodeJS.WriteStream): Colors => terminalColors(!plain && (stream.isTTY || forced));
	const lively = process.stderr.isTTY === true;
	let shown = false;
	const clear = (): void => {
		if (shown) process.stderr.write("\r\u001b[2K");
		shown = false;
	};
	return {
		out: (text) => {
			clear();
			process.stdout.write(text);
		},
		err: (text) => {
			clear();
			process.stderr.write(text);
		},
		async input() {
			const chunks: Buffer[] = [];
			for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
			return Buffer.concat(chunks).toString("utf8");
		},
		folder: process.cwd(),
		environment: process.env,
		colors: colorsFor(process.stdout),
		errorColors: colorsFor(process.stderr),
		progress(message) {
			if (!lively) return;
			clear();
			if (message === "") return;
			process.stderr.write(message.replace(/\s+/g, " ").slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1)));
			shown = true;
		},
		signal,
		version,
	};
}

export function printProblem(terminal: Terminal, problem: Problem): void {
	terminal.err(`${problemText(problem, terminal.errorColors)}\n`);
}
