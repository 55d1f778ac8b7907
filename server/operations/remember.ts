/**
 * What was made for a key before, else what `make` gives, which is kept in `known` until somebody forgets it there. Of a promise
 * itself: whoever asks while it is under way gets the same one, and one that fails stays failed.
 */
export function remember<T extends object>(known: Map<string, T>, key: string, make: () => T): T {
	const before = known.get(key);
	if (before !== undefined) return before;
	const made = make();
	known.set(key, made);
	return made;
}
