import type { Command, CommandOutput, ToolName } from "../tools/command.ts";

/** What an operation needs of the world. The shells make it; tests make their own. */
export interface OperationContext {
	/** Ends the operation; everything that it started ends too. */
	readonly signal: AbortSignal;
	/** Runs a tool. Throws a ToolError, or an AbortError when `signal` fires. */
	run(command: Command, onLine?: (line: OutputLine) => void): Promise<CommandOutput>;
	/** Absolute path and version of a tool. Throws a ToolError if it is missing or too old. */
	locate(tool: ToolName): Promise<LocatedTool>;
	/** What is happening now, for people: the current step. */
	progress(message: string): void;
	/** A line for the log. Secrets never get here. */
	log(line: string): void;
	/** False in a workspace that is not trusted: nothing runs and no credential is read. */
	readonly trusted: boolean;
	now(): Date;
}

export interface OutputLine {
	readonly stream: "stdout" | "stderr";
	readonly text: string;
}

export interface LocatedTool {
	readonly tool: ToolName;
	readonly path: string;
	/** As the tool prints it, without a leading `v`. */
	readonly version: string;
}
