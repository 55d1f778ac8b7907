import type { TextDocument } from "vscode-languageserver-textdocument";
import { baseName } from "../core/baseName.ts";
import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import { parseDockerfile } from "../core/dockerfile/parse/parse.ts";
import { type DocumentKind, documentKind } from "../core/documents/documentKind.ts";
import { type Lintable, lintableOf } from "../core/documents/lintable.ts";
import { ToolError } from "../tools/errors.ts";
import { openDocument, type ServerState } from "./state.ts";

const known = new WeakMap<TextDocument, { readonly version: number; readonly file: Dockerfile }>();

/** What an open document is, by its name and the language that the editor gives it. */
export function kindOf({ uri, languageId }: TextDocument): DocumentKind {
	return documentKind(baseName(uri), languageId);
}

/** An open Dockerfile as it is now, parsed once for each version of the text, whoever asks; undefined for a document that is none. */
export function dockerfileOf(document: TextDocument): Dockerfile | undefined {
	return kindOf(document) === "dockerfile" ? parsed(document) : undefined;
}

/** What can be linted in an open document as it is now; undefined if nothing can. */
export function lintableDocument(document: TextDocument): Lintable | undefined {
	return lintableOf(kindOf(document), document.getText(), () => parsed(document));
}

/** @throws ToolError for a document that is not open, or no Dockerfile */
export function openDockerfile(state: ServerState, uri: string): { readonly document: TextDocument; readonly file: Dockerfile } {
	const document = openDocument(state, uri);
	const file = dockerfileOf(document);
	if (file !== undefined) return { document, file };
	throw new ToolError("invalid", "The document is no Dockerfile", { hint: "Open a Dockerfile, then try again." });
}

function parsed(document: TextDocument): Dockerfile {
	const before = known.get(document);
	if (before?.version === document.version) return before.file;
	const file = parseDockerfile(document.getText());
	known.set(document, { version: document.version, file });
	return file;
}
