/** So many characters of ASCII decide whether a text may begin somewhere. */
export const BEGINNING = 3;

/** A power of two, many times the texts. */
const SLOTS = 8192;
const NO_GROUP = 0;

/** Tells by the last characters that were read which of some texts may have begun with them: most places are told by a look at one number. */
export interface TextBeginnings {
	/** The numbers of the texts, in the order of the list; undefined where none may begin. Others with the same slot are among them. */
	at(window: number): readonly number[] | undefined;
}

/** For texts of at least {@link BEGINNING} characters; shorter ones are left out. */
export function textBeginnings(texts: readonly string[]): TextBeginnings {
	const groups: number[][] = [[]];
	const groupAt = new Uint8Array(SLOTS);
	texts.forEach((text, number) => {
		if (text.length < BEGINNING) return;
		let window = 0;
		for (let at = 0; at < BEGINNING; at++) window = movedWindow(window, text.charCodeAt(at));
		const slot = slotOf(window);
		if (groupAt[slot] === NO_GROUP) groupAt[slot] = groups.push([]) - 1;
		groups[groupAt[slot] as number]?.push(number);
	});
	return {
		at(window) {
			const group = groupAt[slotOf(window)] as number;
			return group === NO_GROUP ? undefined : groups[group];
		},
	};
}

/** The last {@link BEGINNING} characters that were read, one byte each, with another one. */
export function movedWindow(window: number, code: number): number {
	return ((window << 8) | code) & 0xffffff;
}

function slotOf(window: number): number {
	return Math.imul(window, 0x9e3779b1) >>> 19;
}
