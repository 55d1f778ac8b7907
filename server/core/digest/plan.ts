import { type ImageUse, imageUsesOf } from "../dockerfile/imageUses.ts";
import type { Dockerfile } from "../dockerfile/model.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { Problem } from "../finding.ts";
import { canonicalName, familiarName, type ImageReference } from "../image/reference.ts";
import type { Span } from "../text.ts";
import { pinPlace } from "./place.ts";

/** Which images of a file are pinned. */
export interface PinOptions {
	/** Also bring the digests that are there up to date with their tags. */
	readonly update?: boolean;
	/** Only images that are named in this part of the text, or fed by an ARG in it. */
	readonly within?: Span;
}

/** What is to be asked before digests can be written. */
export interface PinPlan {
	readonly file: Dockerfile;
	/** References that a registry has to resolve, each once, in full. */
	readonly questions: readonly string[];
	readonly uses: readonly PlannedUse[];
}

/** What becomes of one image that the file names. */
export type PlannedUse =
	| { readonly kind: "ask"; readonly use: ImageUse; readonly question: string }
	/** Has a digest that stays. */
	| { readonly kind: "current"; readonly use: ImageUse }
	/** There is no place where its digest could be written. */
	| { readonly kind: "skipped"; readonly use: ImageUse; readonly problem: Problem };

/** Finds the images of a Dockerfile that a digest can be written for. Stages, `scratch` and what variables hide are none. */
export function planPins(text: string, options: PinOptions = {}): PinPlan {
	const file = parseDockerfile(text);
	const uses = imageUsesOf(file)
		.filter((use) => isWithin(use, options.within))
		.map((use) => planned(file, use, options.update ?? false));
	const questions = new Set(uses.flatMap((entry) => (entry.kind === "ask" ? [entry.question] : [])));
	return { file, questions: [...questions], uses };
}

/** The image as people write it, with its tag: `debian:12`. */
export function shownReference(reference: ImageReference): string {
	return `${familiarName(reference)}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
}

function planned(file: Dockerfile, use: ImageUse, update: boolean): PlannedUse {
	const { reference } = use;
	// A digest without a tag follows nothing that could have moved.
	if (reference.digest !== undefined && (!update || reference.tag === undefined)) return { kind: "current", use };
	const place = pinPlace(file, use);
	if (place.kind === "none") return { kind: "skipped", use, problem: place.problem };
	return { kind: "ask", use, question: canonicalName({ ...reference, digest: undefined }) };
}

function isWithin(use: ImageUse, within: Span | undefined): boolean {
	if (within === undefined) return true;
	return [use.span, use.written?.span].some((span) => span !== undefined && span.start <= within.end && within.start <= span.end);
}
