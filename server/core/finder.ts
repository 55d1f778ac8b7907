/** Finds out which entries of a list are in a text, in one pass however long the list is. */
export interface Finder {
	/** How many different entries there are. */
	readonly count: number;
	/** The place of an entry of the list, from 0; -1 for any other. */
	numberOf(entry: string): number;
	/** Sets `present[number]` to 1 for each entry that is in the text. */
	find(text: string, present: Uint8Array): void;
}
