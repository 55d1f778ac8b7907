import type { OperationContext } from "../../server/operations/context.ts";
import type { Command, CommandOutput, OutputLine } from "../../server/tools/command.ts";

/** What a tool answers in a test; an exit code and lines on standard error where it fails. */
export type Answer = Partial<CommandOutput>;

export interface FakeContext extends OperationContext {
	/** Arguments of every call, joined. */
	readonly calls: readonly string[];
	readonly lines: readonly string[];
}

/** A context whose tools answer what the test says: for what no real tool does on demand. */
export function fakeContext(answer: (args: string, command: Command) => Answer, more: Partial<OperationContext> = {}): FakeContext {
	const calls: string[] = [];
	const lines: string[] = [];
	return {
		calls,
		lines,
		signal: new AbortController().signal,
		trusted: true,
		progress: () => {},
		log: (line) => lines.push(line),
		now: () => new Date("2026-01-02T03:04:05Z"),
		locate: async (tool) => ({ tool, path: `/bin/${tool}`, version: "99.0.0" }),
		look: async (tool) => ({ tool, path: `/bin/${tool}`, version: "99.0.0", error: undefined }),
		async run(command: Command, onLine?: (line: OutputLine) => void): Promise<CommandOutput> {
			const args = [command.tool, ...command.args].join(" ");
			calls.push(args);
			const output = { stdout: "", stderr: "", exitCode: 0, cut: false, ...answer(args, command) };
			for (const stream of ["stdout", "stderr"] as const) {
				for (const text of output[stream].split("\n")) onLine?.({ stream, text });
			}
			return output;
		},
		...more,
	};
}
