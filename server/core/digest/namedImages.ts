import type { Dockerfile } from "../dockerfile/model/model.ts";
import { digestEdit, imageUsesOf, referenceSpan, tagEdit } from "../dockerfile/variables/imageUses.ts";
import { type ImageReference, splitReference } from "../image/reference.ts";
import { type ImageMention, mentionDigestEdit } from "../references/mention.ts";
import type { Span, SpanEdit } from "../text.ts";
import { pinPlace } from "./place.ts";

/** An image that a file names, whatever file it is. */
export interface NamedImage {
	readonly reference: ImageReference;
	/** Where it is written: the word, or the default of the ARG that feeds it. */
	readonly span: Span;
	/** What it is for: `FROM`, `COPY --from`, `service api`. */
	readonly owner: string;
	/** Whether the file has a place for a digest of its own. */
	readonly canPin: boolean;
	/** Writes another digest in place of the one that stands there; undefined where none does. */
	update(digest: string): SpanEdit | undefined;
	/** Writes another tag, without a digest; undefined where no text of the file holds the tag alone. */
	retag(tag: string): SpanEdit | undefined;
}

const OWNERS = { from: "FROM", copy: "COPY --from", mount: "RUN --mount", syntax: "syntax" } as const;

/** The images of a Dockerfile, each place once: an ARG may feed several instructions. */
export function dockerfileImages(file: Dockerfile): readonly NamedImage[] {
	const places = new Map<string, NamedImage>();
	for (const use of imageUsesOf(file)) {
		const span = referenceSpan(use);
		const key = `${span.start} ${use.reference.text}`;
		if (places.has(key)) continue;
		const canPin = pinPlace(file, use).kind === "written";
		places.set(key, {
			reference: use.reference,
			span,
			owner: OWNERS[use.kind],
			canPin,
			update: (digest) => (canPin && use.reference.digest !== undefined ? digestEdit(use, digest) : undefined),
			retag: (tag) => tagEdit(use, tag),
		});
	}
	return [...places.values()];
}

/** Those of any other file. */
export function mentionedImages(mentions: readonly ImageMention[]): readonly NamedImage[] {
	return mentions.map((mention) => ({
		reference: mention.reference,
		span: mention.span,
		owner: mention.owner,
		canPin: true,
		update: (digest) => (mention.reference.digest === undefined ? undefined : mentionDigestEdit(mention, digest)),
		retag: (tag) => mentionTagEdit(mention, tag),
	}));
}

function mentionTagEdit({ reference, span }: ImageMention, tag: string): SpanEdit | undefined {
	if (reference.tag === undefined) return undefined;
	const at = splitReference(reference.text).tagAt;
	return { span: { start: span.start + at + 1, end: span.end }, newText: tag };
}
