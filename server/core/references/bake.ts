import { bakeBuilds, bakeTargets, bakeVariables } from "./bakeTargets.ts";
import { argumentMentions, type ReadBeside } from "./givenBuild.ts";
import type { BakeValue } from "./hcl.ts";
import { type ImageMention, mentionAt } from "./mention.ts";

const SCHEME = "docker-image://";

/**
 * The images that targets of a Bake file, in HCL or JSON, take as contexts (`"docker-image://…"`, in a variable perhaps), and those
 * that they hand to a Dockerfile as its base image.
 */
export function bakeMentions(text: string, read: ReadBeside): readonly ImageMention[] {
	return [...contextMentions(text), ...argumentMentions(bakeBuilds(text), read)];
}

function contextMentions(text: string): readonly ImageMention[] {
	const ofTargets = [...bakeTargets(text)].flatMap(([target, attributes]) => {
		const contexts = attributes.get("contexts");
		return contexts?.kind !== "map"
			? []
			: [...contexts.entries.values()].flatMap((value) => contextMention(value, `target ${target}`) ?? []);
	});
	const ofVariables = [...bakeVariables(text)].flatMap(([variable, attributes]) => {
		const value = attributes.get("default");
		return value === undefined ? [] : (contextMention(value, `variable ${variable}`) ?? []);
	});
	return [...ofTargets, ...ofVariables];
}

function contextMention(value: BakeValue, owner: string): ImageMention | undefined {
	if (value.kind !== "text" || !value.value.startsWith(SCHEME)) return undefined;
	return mentionAt(value.value.slice(SCHEME.length), value.span.start + SCHEME.length, owner);
}
