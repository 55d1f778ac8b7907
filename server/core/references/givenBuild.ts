import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import { isBaseArgument } from "../dockerfile/variables/baseArguments.ts";
import type { ImageMention } from "./mention.ts";

/** The text of a file by its path from the one that names it; undefined where there is none that can be read. */
export type ReadBeside = (path: string) => string | undefined;

/** A build that a file of Compose or Bake describes. */
export interface GivenBuild {
	/** Of its Dockerfile, from the file's folder; undefined where nobody knows it. */
	readonly dockerfile: string | undefined;
	/** What it passes, as far as it stands there as it is. */
	readonly arguments: readonly GivenArgument[];
	/** Its named contexts: no images. Undefined where nobody knows them. */
	readonly contexts: ReadonlySet<string> | undefined;
	readonly target: GivenTarget;
	/** Where it exports its cache to, entry by entry (`type=gha,mode=max`), as it is written: templates stay. */
	readonly cacheTo: readonly string[];
}

/** The stage that is built: the last one, another one by its name, or one that the file does not show. */
export type GivenTarget = "last" | "unknown" | { readonly name: string };

/** `NAME=VALUE` of a build. */
export interface GivenArgument {
	readonly name: string;
	readonly value: string;
	/** Where the value could be the name of an image. */
	readonly mention: ImageMention | undefined;
}

/**
 * The build arguments that are the base image of every Dockerfile that they are for, and nothing else in it. None where nobody
 * knows the Dockerfile.
 */
export function argumentMentions(builds: readonly GivenBuild[], read: ReadBeside): readonly ImageMention[] {
	const places = new Map<number, { readonly mention: ImageMention; isBase: boolean }>();
	for (const build of builds) {
		const given = build.arguments.filter(({ mention }) => mention !== undefined);
		const text = given.length === 0 || build.dockerfile === undefined ? undefined : read(build.dockerfile);
		const file = text === undefined ? undefined : parseDockerfile(text);
		for (const { name, mention } of given) {
			if (mention === undefined) continue;
			const { text: value } = mention.reference;
			const isBase = file !== undefined && build.contexts !== undefined && !build.contexts.has(value) && isBaseArgument(file, name, value);
			const place = places.get(mention.span.start) ?? { mention: { ...mention, argument: name }, isBase };
			place.isBase &&= isBase;
			places.set(mention.span.start, place);
		}
	}
	return [...places.values()].filter(({ isBase }) => isBase).map(({ mention }) => mention);
}

/** The stage that a text names; a text without characters names none, and the last one is built. A variable hides it. */
export function targetNamed(name: string): GivenTarget {
	return name === "" ? "last" : name.includes("$") ? "unknown" : { name };
}

/** The stages that builds of one Dockerfile name; undefined where one of them builds the last stage, or one that nobody knows. */
export function namedTargets(targets: readonly GivenTarget[]): readonly string[] | undefined {
	const names = targets.flatMap((target) => (typeof target === "object" ? [target.name] : []));
	return names.length > 0 && names.length === targets.length ? names : undefined;
}

/** The path of a Dockerfile in a build's context, from the file that names both; undefined where a variable, a template or an address hides it. */
export function dockerfileIn(context: string | undefined, dockerfile: string | undefined): string | undefined {
	if (context === undefined || dockerfile === undefined || /[$:{}%]/.test(context + dockerfile)) return undefined;
	return dockerfile.startsWith("/") ? dockerfile : `${context.replace(/\/+$/, "")}/${dockerfile.replace(/^(?:\.\/+)+/, "")}`;
}
