/** Collects text up to a limit: of longer texts, beginning and end are kept. */
export interface BoundedText {
	add(part: string): void;
	/** The whole text, or its two ends with a line between them that says how much is missing. */
	text(): string;
	/** Whether something was dropped. */
	cut(): boolean;
}

/** @param limit characters that are kept, half of them from each end */
export function boundedText(limit: number): BoundedText {
	const half = Math.max(1, Math.floor(limit / 2));
	const head: string[] = [];
	const tail: string[] = [];
	let headLength = 0;
	let tailLength = 0;
	let first = 0;
	let dropped = 0;
	const dropFromTail = (): void => {
		while (tailLength > half) {
			const oldest = tail[first] as string;
			const over = tailLength - half;
			if (oldest.length > over) {
				tail[first] = oldest.slice(over);
				tailLength -= over;
				dropped += over;
			} else {
				tail[first] = "";
				first++;
				tailLength -= oldest.length;
				dropped += oldest.length;
			}
		}
		if (first > 1024) {
			tail.splice(0, first);
			first = 0;
		}
	};
	return {
		add(part) {
			const room = half - headLength;
			if (room > 0) {
				head.push(part.slice(0, room));
				headLength += Math.min(room, part.length);
			}
			if (part.length > room) {
				const rest = part.slice(Math.max(0, room));
				tail.push(rest);
				tailLength += rest.length;
				dropFromTail();
			}
		},
		text: () => head.join("") + (dropped === 0 ? "" : `\n… ${dropped} characters are missing here …\n`) + tail.join(""),
		cut: () => dropped > 0,
	};
}
