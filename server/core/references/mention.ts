import { type ImageReference, parseReference, splitReference } from "../image/reference.ts";
import type { Span, SpanEdit } from "../text.ts";

/** An image that a file other than a Dockerfile names: a service of Compose, a job of a workflow, a container of a pod. */
export interface ImageMention {
	readonly reference: ImageReference;
	/** Name, tag and digest, without quotes and without a scheme before them. */
	readonly span: Span;
	/** What runs it, for people: `service api`, `job build`. */
	readonly owner: string;
	/** The build argument whose value it is, where it is one. */
	readonly argument?: string;
}

/** Reads a reference that stands at `start` as it is; undefined if it is none, or a variable or template hides a part of it. */
export function mentionAt(text: string, start: number, owner: string): ImageMention | undefined {
	if (/[${}%\s]/.test(text)) return undefined;
	const reference = parseReference(text);
	return reference === undefined ? undefined : { reference, span: { start, end: start + text.length }, owner };
}

/** The edit that gives an image its digest; the tag stays. */
export function mentionDigestEdit({ reference, span }: ImageMention, digest: string): SpanEdit {
	const { digestAt } = splitReference(reference.text);
	return { span: { start: digestAt === -1 ? span.end : span.start + digestAt, end: span.end }, newText: `@${digest}` };
}
