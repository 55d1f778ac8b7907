/** By UTF-16 units, the same on every machine: for orders that are no dictionary's. Negative if `a` comes first. */
export function compareTexts(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
