import { bakeBuilds, bakeTargets, isJson } from "./bakeTargets.ts";
import { argumentMentions, type ReadBeside } from "./givenBuild.ts";
import type { BakeValue } from "./hcl.ts";
import { type ImageMention, mentionAt } from "./mention.ts";

const SCHEME = "docker-image://";

/**
 * The images that targets of a Bake file, in HCL or JSON, take as contexts (`"docker-image://…"`), and those that they hand to a
 * Dockerfile as its base image.
 */
export function bakeMentions(text: string, read: ReadBeside): readonly ImageMention[] {
	return [...(isJson(text) ? contextsInJson(text) : contextsInHcl(text)), ...argumentMentions(bakeBuilds(text), read)];
}

function contextsInHcl(text: string): readonly ImageMention[] {
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

function contextsInJson(text: string): readonly ImageMention[] {
	return [...bakeTargets(text)].flatMap(([target, attributes]) => {
		const contexts = attributes.get("contexts");
		return contexts?.kind !== "map"
			? []
			: [...contexts.entries.values()].flatMap((value) => contextMention(value, `target ${target}`) ?? []);
	});
}

function contextMention(value: BakeValue, owner: string): ImageMention | undefined {
	if (value.kind !== "text" || !value.value.startsWith(SCHEME)) return undefined;
	return mentionAt(value.value.slice(SCHEME.length), value.span.start + SCHEME.length, owner);
}
