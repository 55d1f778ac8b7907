import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Dockerfile } from "../core/dockerfile/model.ts";
import { parseDockerfile } from "../core/dockerfile/parse.ts";

const known = new WeakMap<TextDocument, { readonly version: number; readonly file: Dockerfile }>();

/** An open Dockerfile as it is now: parsed once for each version of the text, whoever asks. */
export function parsedDocument(document: TextDocument): Dockerfile {
	const before = known.get(document);
	if (before?.version === document.version) return before.file;
	const file = parseDockerfile(document.getText());
	keepParsed(document, file);
	return file;
}

/** Takes over what somebody else parsed of the document's present text. */
export function keepParsed(document: TextDocument, file: Dockerfile): void {
	known.set(document, { version: document.version, file });
}
