import { StringDecoder } from "node:string_decoder";

/** So many of a step's last lines are kept. */
const KEPT_LINES = 20;
const LONGEST_LINE = 10_000;

/** What the steps of a build print. */
export interface StepLogs {
	/** @param data base64; may end inside a line, and inside a character */
	add(step: string, stream: number, data: string): void;
	/** Gives the step's open lines. */
	end(step: string): void;
	endAll(): void;
	/** The last lines of a step, at most 20. */
	last(step: string): readonly string[];
}

interface Stream {
	readonly decoder: StringDecoder;
	pending: string;
}

export function stepLogs(onLine: (step: string, line: string) => void): StepLogs {
	const streams = new Map<string, Map<number, Stream>>();
	const kept = new Map<string, string[]>();
	const give = (step: string, line: string): void => {
		const text = shownPart(line);
		const lines = kept.get(step) ?? [];
		kept.set(step, lines);
		lines.push(text);
		if (lines.length > KEPT_LINES) lines.shift();
		onLine(step, text);
	};
	const end = (step: string): void => {
		for (const stream of streams.get(step)?.values() ?? []) {
			const rest = stream.pending + stream.decoder.end();
			stream.pending = "";
			if (rest !== "") give(step, rest);
		}
	};
	return {
		add(step, number, data) {
			const own = streams.get(step) ?? new Map<number, Stream>();
			streams.set(step, own);
			const stream = own.get(number) ?? { decoder: new StringDecoder("utf8"), pending: "" };
			own.set(number, stream);
			const parts = (stream.pending + stream.decoder.write(Buffer.from(data, "base64"))).split("\n");
			stream.pending = (parts.pop() ?? "").slice(-LONGEST_LINE);
			for (const line of parts) give(step, line);
		},
		end,
		endAll() {
			for (const step of streams.keys()) end(step);
		},
		last: (step) => kept.get(step) ?? [],
	};
}

/** What a terminal would show of a line: the part behind the last carriage return, without escape sequences. */
function shownPart(line: string): string {
	const trimmed = line.endsWith("\r") ? line.slice(0, -1) : line;
	const shown = trimmed.slice(trimmed.lastIndexOf("\r") + 1);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
	return shown.replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, "").slice(0, LONGEST_LINE);
}
