import { parseJson } from "../json/parse.ts";
import type { JsonNode } from "../json/tree.ts";
import { bakeBuilds, isJson } from "./bakeTargets.ts";
import { argumentMentions, type ReadBeside } from "./givenBuild.ts";
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
	const parsed = parseJson(text);
	const targets = "fault" in parsed ? [] : membersOf(parsed.root, "target").flatMap(({ value }) => entriesOf(value));
	return targets.flatMap(([target, attributes]) =>
		membersOf(attributes, "contexts")
			.flatMap(({ value }) => entriesOf(value))
			.flatMap(([, value]): readonly ImageMention[] => {
				const start = value.span.start + 1;
				if (value.kind !== "string" || !value.value.startsWith(SCHEME) || !text.startsWith(value.value, start)) return [];
				const mention = mentionAt(value.value.slice(SCHEME.length), start + SCHEME.length, `target ${target}`);
				return mention === undefined ? [] : [mention];
			}),
	);
}

function membersOf(node: JsonNode, key: string): readonly { readonly value: JsonNode }[] {
	return node.kind === "object" ? node.members.filter((member) => member.key.value === key) : [];
}

function entriesOf(node: JsonNode): readonly (readonly [string, JsonNode])[] {
	return node.kind === "object" ? node.members.map(({ key, value }) => [key.value, value] as const) : [];
}
