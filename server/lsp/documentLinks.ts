import type { DocumentLink } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { imageUsesOf } from "../core/dockerfile/variables/imageUses.ts";
import { imagePage } from "../core/image/links.ts";
import { familiarName } from "../core/image/reference.ts";
import { rangeOf } from "../core/text.ts";
import { dockerfileOf } from "./parsed.ts";

/** Each image that a Dockerfile names, linked to its registry's page. */
export function documentLinks(document: TextDocument): DocumentLink[] {
	const file = dockerfileOf(document);
	if (file === undefined) return [];
	return imageUsesOf(file).flatMap((use): DocumentLink[] => {
		const target = imagePage(use.reference);
		return target === undefined
			? []
			: [{ range: rangeOf(file.lineStarts, use.span), target, tooltip: `${familiarName(use.reference)} in its registry` }];
	});
}
