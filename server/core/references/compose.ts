import { isBaseArgument } from "../dockerfile/baseArguments.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { ImageMention } from "./mention.ts";
import { scalarMention, yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

const SCHEME = "docker-image://";

/** The text of a file by its path from the one that names it; undefined where there is none that can be read. */
export type ReadBeside = (path: string) => string | undefined;

/**
 * The images of a Compose file: those that services run, those that builds take as contexts, and those that are handed to a
 * Dockerfile as its base image. The image of a service that is built is what the build is called, and not one to pin.
 */
export function composeMentions(text: string, read: ReadBeside): readonly ImageMention[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "services")).flatMap(([name, service]) => {
		const owner = `service ${name}`;
		const build = yamlValue(service, "build");
		const image = build === undefined ? scalarMention(text, yamlValue(service, "image"), owner) : undefined;
		return [
			...(image === undefined ? [] : [image]),
			...contextMentions(text, yamlValue(build, "additional_contexts"), owner),
			...argumentMentions(text, build, owner, read),
		];
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

/**
 * The build arguments that are the base image of the Dockerfile that they are for, and nothing else in it; as a map or as a list of
 * `NAME=VALUE`. None where nobody knows the Dockerfile.
 */
function argumentMentions(text: string, build: unknown, owner: string, read: ReadBeside): readonly ImageMention[] {
	const given = [
		...yamlEntries(yamlValue(build, "args")).map(([name, value]) => ({ name, mention: scalarMention(text, value, owner) })),
		...yamlItems(yamlValue(build, "args")).map((item) => {
			const name = (yamlText(item) ?? "").split("=")[0] ?? "";
			return { name, mention: scalarMention(text, item, owner, `${name}=`) };
		}),
	];
	const path = given.some(({ mention }) => mention !== undefined) ? composeDockerfile(build) : undefined;
	const written = path === undefined ? undefined : read(path);
	if (written === undefined) return [];
	const file = parseDockerfile(written);
	const contexts = contextNames(yamlValue(build, "additional_contexts"));
	return given.flatMap(({ name, mention }) => {
		const isBase = mention !== undefined && !contexts.has(mention.reference.text) && isBaseArgument(file, name, mention.reference.text);
		return isBase ? [mention] : [];
	});
}

function contextNames(node: unknown): ReadonlySet<string> {
	const items = yamlItems(node).map((item) => (yamlText(item) ?? "").split("=")[0] ?? "");
	return new Set([...yamlEntries(node).map(([name]) => name), ...items]);
}

/** The path of a build's Dockerfile, relative to the file; undefined where nobody knows it. */
export function composeDockerfile(build: unknown): string | undefined {
	const context = yamlText(yamlValue(build, "context")) ?? yamlText(build);
	if (yamlValue(build, "dockerfile_inline") !== undefined) return undefined;
	const named = yamlValue(build, "dockerfile");
	const dockerfile = named === undefined ? "Dockerfile" : yamlText(named);
	if (context === undefined || dockerfile === undefined || /[$:]/.test(context + dockerfile)) return undefined;
	return `${context.replace(/\/+$/, "")}/${dockerfile}`;
}
