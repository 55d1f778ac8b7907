import type { ToolErrorKind } from "./errors.ts";
import type { ToolName } from "./toolName.ts";

/** A call of a tool as a value: made by an adapter, executed by `run`. */
export interface Command {
	readonly tool: ToolName;
	/** Never joined to a line, never given to a shell. */
	readonly args: readonly string[];
	/** Added to the environment of the process. */
	readonly environment?: Readonly<Record<string, string>>;
	/** Absolute; the temporary folder without it, so that no project file changes what the tool does. */
	readonly folder?: string;
	/** Written to standard input, which is then closed; without it standard input is closed from the start. */
	readonly input?: string;
	/** Exit codes besides 0 with which the output counts. */
	readonly acceptedExitCodes?: readonly number[] | "any";
	/** After so long the process group is ended. */
	readonly timeoutMs: number;
	/** Texts that must not appear in logs and errors. */
	readonly secrets?: readonly string[];
	/** Characters of each stream that are kept; of longer ones the middle is dropped. One million without it. */
	readonly outputLimit?: number;
	/** Whether it is one of the few that may run side by side: a scan takes all the processors that it gets. */
	readonly scans?: boolean;
	/** What a failure means, in words; undefined for one that the tool's adapter does not know. */
	readonly explain?: (output: CommandOutput) => Explanation | undefined;
}

export interface CommandOutput {
	readonly stdout: string;
	readonly stderr: string;
	readonly exitCode: number;
	/** Whether the middle of a stream was dropped because it was longer than the limit. */
	readonly cut: boolean;
}

/** A failure of a tool in words for the user. */
export interface Explanation {
	readonly kind: ToolErrorKind;
	readonly message: string;
	/** What to do about it: one sentence. */
	readonly hint?: string;
}

/** A line that a tool printed, without its line break. */
export interface OutputLine {
	readonly stream: "stdout" | "stderr";
	readonly text: string;
}
