/** A shorter text for which a condition still holds: lines go first, then characters; no more than a number of attempts. */
export function reduced(text: string, holds: (candidate: string) => boolean, attempts = 2000): string {
	let left = attempts;
	const holdsStill = (candidate: string): boolean => left-- > 0 && holds(candidate);
	const lines = withoutParts(text.split("\n"), (rest) => holdsStill(rest.join("\n")));
	return withoutParts([...lines.join("\n")], (rest) => holdsStill(rest.join(""))).join("");
}

/** Leaves out runs of parts, the long ones first. */
function withoutParts(parts: readonly string[], holds: (rest: readonly string[]) => boolean): readonly string[] {
	let rest = parts;
	for (let length = Math.ceil(parts.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
		for (let at = 0; at < rest.length; ) {
			const candidate = rest.toSpliced(at, length);
			if (candidate.length < rest.length && holds(candidate)) rest = candidate;
			else at += length;
		}
	}
	return rest;
}
