import { type ImageMention, mentionAt } from "./mention.ts";

/** The images that targets of a Bake file in HCL take as contexts: `"docker-image://…"`. */
export function bakeMentions(text: string): readonly ImageMention[] {
	const found: ImageMention[] = [];
	for (const match of text.matchAll(/^([^#"\n]*)"docker-image:\/\/([^"\s]+)"/gm)) {
		if ((match[1] as string).includes("//")) continue;
		const start = match.index + match[0].length - 1 - (match[2] as string).length;
		const mention = mentionAt(match[2] as string, start, ownerAt(text, match.index));
		if (mention !== undefined) found.push(mention);
	}
	return found;
}

/** The target above a place. */
function ownerAt(text: string, at: number): string {
	const targets = [...text.slice(0, at).matchAll(/^[ \t]*target[ \t]+"([^"\n]+)"/gm)];
	const name = targets[targets.length - 1]?.[1];
	return name === undefined ? "target" : `target ${name}`;
}
