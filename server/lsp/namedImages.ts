import type { TextDocument } from "vscode-languageserver-textdocument";
import { dockerfileImages, mentionedImages, type NamedImage } from "../core/digest/namedImages.ts";
import { parseDockerfile } from "../core/dockerfile/parse/parse.ts";
import { mentionKindOf, mentionsOf } from "../core/references/mentions.ts";
import { besideFiles, type ReadText, readSmallFile, textsOf } from "../operations/besideFiles.ts";
import { dockerfileOf, kindOf } from "./parsed.ts";
import { pathOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** Longer texts of other kinds than Dockerfiles are data, and not looked through while somebody types. */
const LONGEST = 500_000;

/** The images of a file, and the texts of other files that they depend on, by absolute path. */
interface ReadImages {
	readonly images: readonly NamedImage[];
	readonly beside: ReadonlyMap<string, string | undefined>;
}

const known = new WeakMap<TextDocument, ReadImages & { readonly version: number }>();

/**
 * The images that an open document names, whatever it is, in its text at the time of the call. Read once for each version of its
 * text, and again when a Dockerfile that it refers to says something else.
 */
export async function namedImages(state: ServerState, document: TextDocument): Promise<readonly NamedImage[]> {
	const { version } = document;
	const before = known.get(document);
	if (before?.version === version && (await isUnchanged(before.beside, besideReader(state)))) return before.images;
	const file = dockerfileOf(document);
	const read = file === undefined ? await otherImages(state, document) : { images: dockerfileImages(file), beside: new Map() };
	known.set(document, { version, ...read });
	return read.images;
}

/** The images that a file names, by its path and its text. */
export async function namedImagesIn(state: ServerState, path: string, text: string): Promise<readonly NamedImage[]> {
	return (await imagesIn(state, path, text)).images;
}

/** Files as the editor has them: with changes that are not saved. */
export function besideReader({ documents }: ServerState): ReadText {
	return async (path) =>
		documents
			.all()
			.find(({ uri }) => pathOf(uri) === path)
			?.getText() ?? (await readSmallFile(path));
}

/** A path as those ask for it that tell a file's kind by it. */
export function slashes(path: string): string {
	return path.replaceAll("\\", "/");
}

async function otherImages(state: ServerState, document: TextDocument): Promise<ReadImages> {
	const kind = kindOf(document);
	const path = pathOf(document.uri);
	const isOther = kind === "ignoreFile" || kind === "ownIgnoreFile" || kind === "configuration" || path === undefined;
	if (isOther || mentionKindOf(slashes(path)) === undefined) return { images: [], beside: new Map() };
	return await imagesIn(state, path, document.getText());
}

async function imagesIn(state: ServerState, path: string, text: string): Promise<ReadImages> {
	const kind = mentionKindOf(slashes(path));
	if (kind === undefined) return { images: dockerfileImages(parseDockerfile(text)), beside: new Map() };
	if (text.length > LONGEST) return { images: [], beside: new Map() };
	const { read, texts } = await besideFiles(kind, path, text, besideReader(state));
	return { images: mentionedImages(mentionsOf(kind, text, read)), beside: texts };
}

async function isUnchanged(texts: ReadImages["beside"], read: ReadText): Promise<boolean> {
	if (texts.size === 0) return true;
	const now = await textsOf(texts.keys(), read);
	return [...texts].every(([path, text]) => now.get(path) === text);
}
