/** A program that Hullguard runs. */
export type ToolName = "docker" | "trivy" | "grype" | "syft" | "cosign";

/** A call of a tool as a value: made by an adapter, executed by `run`. */
export interface Command {
	readonly tool: ToolName;
	/** Never joined to a line, never given to a shell. */
	readonly args: readonly string[];
	/** Added to the environment of the process. */
	readonly environment?: Readonly<Record<string, string>>;
	/** Absolute; the temporary folder without it, so that no project file changes what the tool does. */
	readonly folder?: string;
	/** Exit codes besides 0 with which the output counts. */
	readonly acceptedExitCodes?: readonly number[];
	/** After so long the process group is ended. */
	readonly timeoutMs: number;
	/** Parts of `args` that must not appear in logs and errors. */
	readonly secrets?: readonly string[];
}

export interface CommandOutput {
	readonly stdout: string;
	readonly stderr: string;
	readonly exitCode: number;
}
