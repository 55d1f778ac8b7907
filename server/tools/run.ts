import "./setUnion.ts";
import { tmpdir } from "node:os";
import { execa } from "execa";
import { TOOL_CARDS } from "./cards.ts";
import { collectOutput } from "./collectOutput.ts";
import type { Command, CommandOutput, OutputLine } from "./command.ts";
import { cancellationOf, ToolError } from "./errors.ts";
import { commandLine, mask } from "./mask.ts";
import { createSlots } from "./slots.ts";

/** Executes commands. The only place in the project that starts a process. */
export interface Runner {
	/**
	 * Runs a command in a process group of its own, without a shell and without standard input.
	 * @throws ToolError if it cannot be started, runs too long, or ends with an exit code that the command does not accept
	 * @throws DOMException named AbortError, within a second after `signal` fired
	 */
	run(command: Command, options: RunOptions): Promise<CommandOutput>;
}

export interface RunOptions {
	/** Absolute path of the program. */
	readonly path: string;
	/** The environment that the command's own additions go into. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly signal: AbortSignal;
	/** Called for each line as soon as it is complete. */
	readonly onLine?: (line: OutputLine) => void;
	/** Told what runs and how it ended. Secrets never get here. */
	readonly log?: (line: string) => void;
}

const DEFAULT_OUTPUT_LIMIT = 1_000_000;
/** From the polite signal to the one that cannot be ignored. */
const GRACE_MS = 400;
/** From the first signal until the call is over, whatever still holds the pipes. */
const ABANDON_MS = 850;
const SCANS_AT_ONCE = 2;

export function createRunner(): Runner {
	const slots = createSlots(SCANS_AT_ONCE);
	return {
		async run(command, options) {
			if (options.signal.aborted) throw cancellationOf(options.signal);
			const release = command.scans === true ? await slots.take(options.signal) : undefined;
			try {
				return await execute(command, options);
			} finally {
				release?.();
			}
		},
	};
}

type Ending =
	| { readonly kind: "exited"; readonly exitCode: number | undefined; readonly signal: string | undefined }
	| { readonly kind: "notStarted"; readonly code: string | undefined; readonly message: string };

async function execute(command: Command, options: RunOptions): Promise<CommandOutput> {
	const { signal, log } = options;
	const secrets = command.secrets ?? [];
	const line = commandLine(command.tool, command.args, secrets);
	log?.(`$ ${line}`);
	const started = performance.now();
	const child = execa(options.path, command.args, {
		cwd: command.folder ?? tmpdir(),
		env: { ...options.environment, ...command.environment },
		extendEnv: false,
		...(command.input === undefined ? { stdin: "ignore" } : { input: command.input }),
		buffer: false,
		reject: false,
		killDescendants: true,
		forceKillAfterDelay: GRACE_MS,
	});
	const stop = createStop(child, signal, command.timeoutMs);
	const collect = collectOutput(child, command.outputLimit ?? DEFAULT_OUTPUT_LIMIT, (text) => stop.guard(() => options.onLine?.(text)));
	const ending = await Promise.race([child.then(endingOf), stop.abandoned]);
	const collected = collect();
	stop.clear();
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	if (stop.cause() === "cancelled") {
		log?.(`${command.tool} was cancelled after ${seconds} s`);
		throw cancellationOf(signal);
	}
	if (stop.thrown() !== undefined) throw stop.thrown();
	const output = { ...collected, exitCode: exitCodeOf(ending) };
	const ended = ending?.kind === "exited" && ending.signal !== undefined ? `signal ${ending.signal}` : `exit code ${output.exitCode}`;
	const detail = (): string => `$ ${line}\n${ended}\n${mask(endOf(output.stderr), secrets)}`;
	if (stop.cause() === "timedOut") {
		log?.(`${command.tool} was ended after ${seconds} s: too slow`);
		throw new ToolError("timedOut", `${titleOf(command)} did not finish within ${Math.round(command.timeoutMs / 1000)} seconds`, {
			hint: "Try again; what is in caches by now makes it faster.",
			detail: detail(),
		});
	}
	if (ending?.kind === "notStarted") throw notStarted(command, options.path, ending, `$ ${line}\n${ending.message}`);
	log?.(`${command.tool}: ${ended} after ${seconds} s`);
	if (isAccepted(command, output.exitCode)) return output;
	throw failure(command, output, detail());
}

type StopCause = "cancelled" | "timedOut" | "thrown";

/** What ends the process group: the signal, the time limit, or a listener that throws. The wait for it ends soon after. */
interface Stop {
	/** Resolves when nobody waits any longer. */
	readonly abandoned: Promise<undefined>;
	cause(): StopCause | undefined;
	/** Runs a listener of the caller. */
	guard(listener: () => void): void;
	/** What a listener threw. */
	thrown(): unknown;
	clear(): void;
}

function createStop(child: Child, signal: AbortSignal, timeoutMs: number): Stop {
	let cause: StopCause | undefined;
	let thrown: unknown;
	let abandon: ReturnType<typeof setTimeout> | undefined;
	let resolveAbandoned: () => void = () => {};
	const abandoned = new Promise<undefined>((resolve) => {
		resolveAbandoned = () => resolve(undefined);
	});
	const stop = (why: StopCause): void => {
		if (cause !== undefined) return;
		cause = why;
		child.kill("SIGTERM");
		// A descendant that left the group keeps the pipes open; nobody waits for it.
		abandon = setTimeout(() => {
			child.stdout?.destroy();
			child.stderr?.destroy();
			resolveAbandoned();
		}, ABANDON_MS);
	};
	const onAbort = (): void => stop("cancelled");
	signal.addEventListener("abort", onAbort, { once: true });
	if (signal.aborted) onAbort();
	const timer = setTimeout(() => stop("timedOut"), timeoutMs);
	return {
		abandoned,
		cause: () => cause,
		thrown: () => thrown,
		guard(listener) {
			if (cause !== undefined) return;
			try {
				listener();
			} catch (error) {
				thrown = error;
				stop("thrown");
			}
		},
		clear() {
			clearTimeout(timer);
			clearTimeout(abandon);
			signal.removeEventListener("abort", onAbort);
		},
	};
}

interface Child {
	kill(signal: "SIGTERM"): boolean;
	readonly stdout: Destroyable | null;
	readonly stderr: Destroyable | null;
}

interface Destroyable {
	destroy(): unknown;
}

function endingOf(result: {
	readonly exitCode?: number | undefined;
	readonly signal?: string | undefined;
	readonly code?: string | undefined;
	readonly originalMessage?: string | undefined;
}): Ending {
	if (result.exitCode === undefined && result.signal === undefined) {
		return { kind: "notStarted", code: result.code, message: result.originalMessage ?? "" };
	}
	return { kind: "exited", exitCode: result.exitCode, signal: result.signal };
}

function isAccepted(command: Command, exitCode: number): boolean {
	const { acceptedExitCodes } = command;
	return exitCode === 0 || acceptedExitCodes === "any" || (acceptedExitCodes?.includes(exitCode) ?? false);
}

/** A process that a signal ended has no exit code: -1. */
function exitCodeOf(ending: Ending | undefined): number {
	return ending?.kind === "exited" ? (ending.exitCode ?? -1) : -1;
}

function notStarted(command: Command, path: string, ending: Extract<Ending, { kind: "notStarted" }>, detail: string): ToolError {
	const missing = ending.code === "ENOENT" || ending.code === "ENOTDIR";
	const message = missing ? `${titleOf(command)} is not at ${path}` : `${path} cannot be run`;
	const hint =
		ending.code === "EACCES" ? "Make the file executable, or set another path." : "Check the path in the setting `hullguard.tools.paths`.";
	return new ToolError(missing ? "notFound" : "failed", message, { hint, detail, tool: command.tool });
}

function failure(command: Command, output: CommandOutput, detail: string): ToolError {
	const secrets = command.secrets ?? [];
	const explanation = command.explain?.(output);
	if (explanation !== undefined) {
		const hint = explanation.hint === undefined ? {} : { hint: explanation.hint };
		const down = command.tool === "docker" && explanation.kind === "unreachable" ? { tool: command.tool } : {};
		return new ToolError(explanation.kind, mask(explanation.message, secrets), { ...hint, detail, ...down });
	}
	const said = mask(firstMeaningfulLine(output.stderr) ?? "it said nothing", secrets);
	return new ToolError("failed", `${titleOf(command)} failed (exit code ${output.exitCode}): ${said}`, { detail });
}

function titleOf(command: Command): string {
	return TOOL_CARDS[command.tool].title;
}

/** The first line that speaks of an error, else the last one that is not empty; at most 300 characters. */
function firstMeaningfulLine(text: string): string | undefined {
	const lines = text.split("\n").map((line) => line.trim());
	const named = lines.find((line) => /\b(?:error|fatal|failed|cannot|denied)\b/i.test(line));
	return (named ?? lines.findLast((line) => line !== ""))?.slice(0, 300);
}

/** The last lines of what a tool printed: enough for a log. */
function endOf(text: string): string {
	return text.trimEnd().slice(-8000);
}
