/** The candidate that is closest to a misspelt word, if it is close enough to be meant: for "did you mean". */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
	let best: string | undefined;
	let least = Math.max(1, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
		if (distance < least) {
			least = distance;
			best = candidate;
		}
	}
	return best;
}

/** Letters to insert, remove, replace or swap to get from one word to the other; `limit` if it is that many or more. */
export function editDistance(a: string, b: string, limit: number): number {
	if (Math.abs(a.length - b.length) >= limit) return limit;
	let before: number[] = [];
	let leastBefore = 0;
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		let least = row;
		for (let column = 1; column <= b.length; column++) {
			const cost = a[row - 1] === b[column - 1] ? 0 : 1;
			let value = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + cost);
			const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			if (swapped) value = Math.min(value, (before[column - 2] ?? 0) + 1);
			current.push(value);
			least = Math.min(least, value);
		}
		// The next row has nothing smaller than this one, but for a swap, which costs one more than what stands two rows above it.
		if (least >= limit && leastBefore + 1 >= limit) return limit;
		leastBefore = least;
		before = previous;
		previous = current;
	}
	return Math.min(previous[b.length] ?? limit, limit);
}
