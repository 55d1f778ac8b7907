import type { ImageMention } from "./mention.ts";
import { scalarMention, yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

const SCHEME = "docker-image://";

/**
 * The images of a Compose file: those that services run and those that builds take as contexts. The image of a service that is
 * built is what the build is called, and not one to pin.
 */
export function composeMentions(text: string): readonly ImageMention[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "services")).flatMap(([name, service]) => {
		const owner = `service ${name}`;
		const build = yamlValue(service, "build");
		const image = build === undefined ? scalarMention(text, yamlValue(service, "image"), owner) : undefined;
		return [...(image === undefined ? [] : [image]), ...contextMentions(text, yamlValue(build, "additional_contexts"), owner)];
	});
}

/** `additional_contexts`, as a map or as a list of `NAME=VALUE`. */
function contextMentions(text: string, node: unknown, owner: string): readonly ImageMention[] {
	const values = yamlEntries(node).map(([, value]) => scalarMention(text, value, owner, SCHEME));
	const items = yamlItems(node).map((item) => {
		const written = yamlText(item) ?? "";
		const prefix = written.slice(0, written.indexOf("=") + 1) + SCHEME;
		return scalarMention(text, item, owner, prefix);
	});
	return [...values, ...items].filter((mention) => mention !== undefined);
}

/** Build arguments that Compose gives to a Dockerfile, with their places: they may feed its FROM. */
export function composeBuildArguments(
	text: string,
): readonly { readonly name: string; readonly mention: ImageMention; readonly dockerfile: string }[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "services")).flatMap(([service, value]) => {
		const build = yamlValue(value, "build");
		const dockerfile = composeDockerfile(build);
		if (dockerfile === undefined) return [];
		return yamlEntries(yamlValue(build, "args")).flatMap(([name, argument]) => {
			const mention = scalarMention(text, argument, `service ${service}`);
			return mention === undefined ? [] : [{ name, mention, dockerfile }];
		});
	});
}

/** The path of a build's Dockerfile, relative to the file; undefined where nobody knows it. */
export function composeDockerfile(build: unknown): string | undefined {
	const context = yamlText(yamlValue(build, "context")) ?? yamlText(build);
	const named = yamlValue(build, "dockerfile");
	const dockerfile = named === undefined ? "Dockerfile" : yamlText(named);
	if (context === undefined || dockerfile === undefined || /[$:]/.test(context + dockerfile)) return undefined;
	return `${context.replace(/\/+$/, "")}/${dockerfile}`;
}
