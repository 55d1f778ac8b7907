/** Longer lines are cut: no tool prints one that somebody reads to its end. */
const LONGEST_LINE = 8_000_000;

/** Cuts a stream of text into lines. A carriage return before the line feed belongs to the line break. */
export interface LineSplitter {
	add(part: string): void;
	/** Gives the last line if no line break ended it. */
	end(): void;
}

export function lineSplitter(onLine: (line: string) => void): LineSplitter {
	let pending: string[] = [];
	let length = 0;
	const emit = (): void => {
		const line = pending.join("");
		pending = [];
		length = 0;
		onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
	};
	const keep = (part: string): void => {
		const room = LONGEST_LINE - length;
		if (room <= 0 || part === "") return;
		pending.push(part.slice(0, room));
		length += Math.min(room, part.length);
	};
	return {
		add(part) {
			let from = 0;
			for (let at = part.indexOf("\n"); at !== -1; at = part.indexOf("\n", from)) {
				keep(part.slice(from, at));
				emit();
				from = at + 1;
			}
			keep(part.slice(from));
		},
		end() {
			if (length > 0) emit();
		},
	};
}
