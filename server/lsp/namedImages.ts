import type { TextDocument } from "vscode-languageserver-textdocument";
import { dockerfileImages, mentionedImages, type NamedImage } from "../core/digest/namedImages.ts";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import { mentionKindOf, mentionsOf } from "../core/references/mentions.ts";
import { besideFile } from "../operations/besideFile.ts";
import { dockerfileOf, kindOf } from "./parsed.ts";
import { pathOf } from "./paths.ts";

/** Longer texts of other kinds than Dockerfiles are data, and not looked through while somebody types. */
const LONGEST = 500_000;

const known = new WeakMap<TextDocument, { readonly version: number; readonly images: readonly NamedImage[] }>();

/** The images that an open document names, whatever it is, read once for each version of its text. */
export function namedImages(document: TextDocument): readonly NamedImage[] {
	const before = known.get(document);
	if (before?.version === document.version) return before.images;
	const file = dockerfileOf(document);
	const images = file === undefined ? otherImages(document) : dockerfileImages(file);
	known.set(document, { version: document.version, images });
	return images;
}

/** The images that a file names, by its path and its text. */
export function namedImagesIn(path: string, text: string): readonly NamedImage[] {
	const kind = mentionKindOf(slashes(path));
	if (kind === undefined) return dockerfileImages(parseDockerfile(text));
	return text.length > LONGEST ? [] : mentionedImages(mentionsOf(kind, text, besideFile(path)));
}

/** A path as those ask for it that tell a file's kind by it. */
export function slashes(path: string): string {
	return path.replaceAll("\\", "/");
}

function otherImages(document: TextDocument): readonly NamedImage[] {
	const kind = kindOf(document);
	const path = pathOf(document.uri);
	if (kind === "ignoreFile" || kind === "ownIgnoreFile" || kind === "configuration" || path === undefined) return [];
	return mentionKindOf(slashes(path)) === undefined ? [] : namedImagesIn(path, document.getText());
}
