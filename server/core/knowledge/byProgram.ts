/** The entries of a table for each program that one of them names, in the table's order. */
export function byProgram<Entry extends { readonly programs: readonly string[] }>(
	entries: readonly Entry[],
): ReadonlyMap<string, readonly Entry[]> {
	const found = new Map<string, Entry[]>();
	for (const entry of entries) {
		for (const program of entry.programs) {
			const others = found.get(program);
			if (others === undefined) found.set(program, [entry]);
			else others.push(entry);
		}
	}
	return found;
}
