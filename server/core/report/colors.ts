/** Colours of a terminal; each function gives its text back unchanged when colours are off. */
export interface Colors {
	readonly bold: (text: string) => string;
	readonly dim: (text: string) => string;
	readonly red: (text: string) => string;
	readonly yellow: (text: string) => string;
	readonly blue: (text: string) => string;
	readonly green: (text: string) => string;
	readonly cyan: (text: string) => string;
	readonly magenta: (text: string) => string;
}

export function terminalColors(on: boolean): Colors {
	const paint =
		(open: number, close: number) =>
		(text: string): string =>
			on && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;
	return {
		bold: paint(1, 22),
		dim: paint(2, 22),
		red: paint(31, 39),
		green: paint(32, 39),
		yellow: paint(33, 39),
		blue: paint(34, 39),
		magenta: paint(35, 39),
		cyan: paint(36, 39),
	};
}
