import type { Dockerfile } from "../dockerfile/model/model.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import { type ImageUse, imageUsesOf, referenceSpan } from "../dockerfile/variables/imageUses.ts";
import type { Problem } from "../finding.ts";
import { canonicalName, familiarName, type ImageReference, isLocalImage } from "../image/reference.ts";
import type { Span } from "../text.ts";
import { type BuildValues, filledUse, type PassedImage, passedImages } from "./passedImages.ts";
import { pinPlace } from "./place.ts";

/** Which images of a file are pinned. */
export interface PinOptions {
	/** Also bring the digests that are there up to date with their tags. */
	readonly update?: boolean;
	/** Only images that are named in this part of the text, or fed by an ARG in it. */
	readonly within?: Span;
	/** What builds of the file are known to pass, each of them. */
	readonly builds?: readonly BuildValues[];
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
	/** With `passed` the digest is for who builds, and not written: its value is that of an argument. */
	| { readonly kind: "ask"; readonly use: ImageUse; readonly question: string; readonly passed?: Passing }
	/** Has a digest that stays. */
	| { readonly kind: "current"; readonly use: ImageUse; readonly passed?: Passing }
	/** There is no place where its digest could be written. */
	| { readonly kind: "skipped"; readonly use: ImageUse; readonly problem: Problem }
	/** Nobody knows what the build passes. */
	| { readonly kind: "unknown"; readonly image: PassedImage };

/** That a build passes an image. */
export interface Passing {
	/** The word in the text that takes it. */
	readonly span: Span;
}

/** Finds the images of a Dockerfile that a digest can be written for, or passed. Stages, `scratch` and images of this machine are none. */
export function planPins(text: string, options: PinOptions = {}): PinPlan {
	const file = parseDockerfile(text);
	const update = options.update ?? false;
	const written = imageUsesOf(file)
		.filter((use) => !isLocalImage(use.reference) && isWithin([use.span, use.written?.span], options.within))
		.map((use) => ({ start: use.span.start, entry: planned(file, use, update) }));
	const passed = passedImages(file)
		.filter(({ span, argument }) => isWithin([span, argument.assignment.span], options.within))
		.flatMap((image) => passedUses(file, image, options.builds ?? [], update).map((entry) => ({ start: image.span.start, entry })));
	const uses = [...written, ...unique(passed)].sort((a, b) => a.start - b.start).map(({ entry }) => entry);
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
	const passed = place.kind === "passed" ? { passed: { span: referenceSpan(use) } } : {};
	return { kind: "ask", use, question: canonicalName({ ...reference, digest: undefined }), ...passed };
}

/** What builds pass; where none is known that passes all that it takes, that alone. */
function passedUses(file: Dockerfile, image: PassedImage, builds: readonly BuildValues[], update: boolean): readonly PlannedUse[] {
	const filled = builds.flatMap((values): readonly PlannedUse[] => {
		const found = filledUse(file, image, values);
		const entry = found === undefined ? undefined : planned(found.file, found.use, update);
		return entry?.kind === "ask" || entry?.kind === "current" ? [{ ...entry, passed: { span: image.span } }] : [];
	});
	if (builds.some((values) => image.names.every((name) => values.has(name)))) return filled;
	// `${BASE:-debian:12}`, or a default: nothing has to be passed for it.
	const isOptional = /-[^{}]*\}$/.test(image.text) || image.argument.assignment.value !== undefined;
	return isOptional ? [] : [{ kind: "unknown", image }];
}

/** Each argument is passed once, however many stages take it, and each of its values. */
function unique<T extends { readonly entry: PlannedUse }>(uses: readonly T[]): readonly T[] {
	const byArgument = new Map<string, T>();
	for (const use of uses) {
		const { entry } = use;
		const argument = entry.kind === "unknown" ? entry.image.argument : entry.use.argument;
		const key = `${argument?.assignment.name} ${entry.kind === "unknown" ? "" : entry.use.reference.text}`;
		if (!byArgument.has(key)) byArgument.set(key, use);
	}
	return [...byArgument.values()];
}

function isWithin(spans: readonly (Span | undefined)[], within: Span | undefined): boolean {
	return within === undefined || spans.some((span) => span !== undefined && span.start <= within.end && within.start <= span.end);
}
