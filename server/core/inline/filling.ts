import { type MappedText, mappedTextBuilder, sliceMapped } from "../mappedText.ts";

/** What a host fills in, and how the same characters are written where it shall not. */
export interface Filling {
	/** Finds, with the flag `g`, what is filled in (one character), and what stands for its first character alone (two). */
	readonly mark: RegExp;
	/** A text of the Dockerfile as it has to be written. */
	readonly written: (text: string) => string;
}

/** Compose fills in what follows a dollar sign; two are one (Compose specification, "Interpolation"). */
export const COMPOSE_FILLING: Filling = { mark: /\$\$?/g, written: (text) => text.replaceAll("$", () => "$$") };

/** Bake fills in `${…}` and `%{…}`; `$${` and `%%{` are those characters (HCL specification, "Template literals"). */
export const BAKE_FILLING: Filling = {
	mark: /([$%])\1?(?=\{)/g,
	written: (text) => text.replace(/([$%])(?=\{)/g, "$1$1"),
};

/** What the builder gets of a text in a host; undefined where the host fills something in: nobody knows what. */
export function filledText(raw: MappedText, { mark }: Filling): MappedText | undefined {
	const builder = mappedTextBuilder();
	const add = (start: number, end: number): void => {
		const { text, pieces } = sliceMapped(raw, start, end);
		pieces.forEach(({ at, source }, index) => {
			builder.add(text.slice(at, pieces[index + 1]?.at), source);
		});
	};
	let from = 0;
	for (const { 0: found, index } of raw.text.matchAll(mark)) {
		if (found.length === 1) return undefined;
		add(from, index + 1);
		from = index + found.length;
	}
	add(from, raw.text.length);
	return builder.build();
}
