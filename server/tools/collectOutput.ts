import { boundedText } from "./boundedText.ts";
import type { CommandOutput, OutputLine } from "./command.ts";
import { lineSplitter } from "./lines.ts";

/** A stream of bytes, as far as it is read here. */
interface ByteStream {
	on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
}

/** So many characters of standard error are kept. */
const ERROR_LIMIT = 1_000_000;

/**
 * Reads the two streams of a process as text and cuts them into lines.
 * @param limit characters of standard output that are kept
 * @returns what was collected; called once, when the process has ended
 */
export function collectOutput(
	streams: { readonly stdout: ByteStream | null; readonly stderr: ByteStream | null },
	limit: number,
	onLine: (line: OutputLine) => void,
): () => Pick<CommandOutput, "stdout" | "stderr" | "cut"> {
	const read = (name: OutputLine["stream"], most: number): { readonly end: () => string; readonly cut: () => boolean } => {
		const collected = boundedText(most);
		const decoder = new TextDecoder();
		const splitter = lineSplitter((text) => onLine({ stream: name, text }));
		const take = (part: string): void => {
			collected.add(part);
			splitter.add(part);
		};
		streams[name]?.on("data", (chunk) => take(decoder.decode(chunk, { stream: true })));
		return {
			end() {
				take(decoder.decode());
				splitter.end();
				return collected.text();
			},
			cut: collected.cut,
		};
	};
	const stdout = read("stdout", limit);
	const stderr = read("stderr", ERROR_LIMIT);
	return () => ({ stdout: stdout.end(), stderr: stderr.end(), cut: stdout.cut() });
}
