import type { Command, CommandOutput, OutputLine } from "../tools/command.ts";
import type { LocatedTool, ToolState } from "../tools/locate.ts";
import type { ToolName } from "../tools/toolName.ts";

/** What an operation needs of the world. The shells make it; tests make their own. */
export interface OperationContext {
	/** Ends the operation; everything that it started ends too. */
	readonly signal: AbortSignal;
	/** Runs a tool. Throws a ToolError, or an AbortError when `signal` fires. */
	run(command: Command, onLine?: (line: OutputLine) => void): Promise<CommandOutput>;
	/** Absolute path and version of a tool. Throws a ToolError if it is missing, too old or never run. */
	locate(tool: ToolName): Promise<LocatedTool>;
	/** What there is of a tool, usable or not. */
	look(tool: ToolName): Promise<ToolState>;
	/** What is happening now, for people: the current step. */
	progress(message: string): void;
	/** A line for the log. Secrets never get here. */
	log(line: string): void;
	/** False in a workspace that is not trusted: nothing runs and no credential is read. */
	readonly trusted: boolean;
	now(): Date;
}
