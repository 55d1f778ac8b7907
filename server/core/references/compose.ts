import {
	argumentMentions,
	dockerfileIn,
	type GivenArgument,
	type GivenBuild,
	type GivenTarget,
	type ReadBeside,
	targetNamed,
} from "./givenBuild.ts";
import type { ImageMention } from "./mention.ts";
import { isYamlMap, scalarMention, yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

const SCHEME = "docker-image://";

/**
 * The images of a Compose file: those that services run, those that builds take as contexts, and those that are handed to a
 * Dockerfile as its base image. The image of a service that is built is what the build is called, and not one to pin.
 */
export function composeMentions(text: string, read: ReadBeside): readonly ImageMention[] {
	return servicesOf(text).flatMap(({ owner, service, build }) => {
		const image = build === undefined ? scalarMention(text, yamlValue(service, "image"), owner) : undefined;
		return [
			...(image === undefined ? [] : [image]),
			...contextMentions(text, yamlValue(build, "additional_contexts"), owner),
			...argumentMentions([buildOf(text, build, owner, false)], read),
		];
	});
}

/**
 * The builds of its services, with what each passes.
 * @param isWhole whether the file is one that others are merged onto, and not one that is merged onto another
 */
export function composeBuilds(text: string, isWhole: boolean): readonly GivenBuild[] {
	return servicesOf(text).flatMap(({ owner, service, build }) =>
		build === undefined ? [] : [buildOf(text, build, owner, isWhole && yamlValue(service, "extends") === undefined)],
	);
}

function servicesOf(text: string): readonly { readonly owner: string; readonly service: unknown; readonly build: unknown }[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "services")).map(([name, service]) => ({
		owner: `service ${name}`,
		service,
		build: yamlValue(service, "build"),
	}));
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
 * A build; its arguments are a map, or a list of `NAME=VALUE`.
 * @param isWhole whether all of it stands here
 */
function buildOf(text: string, build: unknown, owner: string, isWhole: boolean): GivenBuild {
	const args = yamlValue(build, "args");
	const named = yamlEntries(args).flatMap(([name, value]): readonly GivenArgument[] => {
		const written = yamlText(value);
		return written === undefined ? [] : [{ name, value: written, mention: scalarMention(text, value, owner) }];
	});
	const listed = yamlItems(args).flatMap((item): readonly GivenArgument[] => {
		const written = yamlText(item) ?? "";
		const at = written.indexOf("=");
		if (at === -1) return [];
		const name = written.slice(0, at);
		return [{ name, value: written.slice(at + 1), mention: scalarMention(text, item, owner, `${name}=`) }];
	});
	return {
		dockerfile: dockerfileOf(build, isWhole),
		arguments: [...named, ...listed],
		contexts: contextNames(yamlValue(build, "additional_contexts")),
		target: targetOf(build),
		cacheTo: yamlItems(yamlValue(build, "cache_to")).map((item) => yamlText(item) ?? ""),
	};
}

function contextNames(node: unknown): ReadonlySet<string> {
	const items = yamlItems(node).map((item) => (yamlText(item) ?? "").split("=")[0] ?? "");
	return new Set([...yamlEntries(node).map(([name]) => name), ...items]);
}

/** The stage that a `build` names. */
export function targetOf(build: unknown): GivenTarget {
	const node = yamlValue(build, "target");
	const name = node === undefined ? "" : yamlText(node);
	return name === undefined ? "unknown" : targetNamed(name);
}

/** The path of a build's Dockerfile, relative to the file; undefined where nobody knows it. */
function dockerfileOf(build: unknown, isWhole: boolean): string | undefined {
	const named = yamlValue(build, "context");
	const file = yamlValue(build, "dockerfile");
	// What a merged map brings is not read here.
	if (yamlValue(build, "<<") !== undefined && (named === undefined || file === undefined)) return undefined;
	// Without one it is the folder of the file (Compose specification, "Build").
	const context = yamlText(build) ?? (named === undefined && isWhole && isYamlMap(build) ? "." : yamlText(named));
	if (yamlValue(build, "dockerfile_inline") !== undefined) return undefined;
	const dockerfile = file === undefined ? "Dockerfile" : yamlText(file);
	return dockerfileIn(context, dockerfile);
}
