import { type ImageReference, parseReference, splitReference } from "../../image/reference.ts";
import { remembered } from "../../memo.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { instructionsNaming, mentions } from "../model/mentions.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { assignmentsOf } from "../model/views.ts";
import type { PlacedWord } from "../syntax/words.ts";
import { type Declaration, globalDeclaration } from "./variables.ts";

/** A place where a Dockerfile names an image of a registry. */
export interface ImageUse {
	/** `from`: FROM. `copy`: `COPY --from=`. `mount`: `RUN --mount=…,from=`. `syntax`: `# syntax=`. */
	readonly kind: "from" | "copy" | "mount" | "syntax";
	/** The reference with ARG defaults substituted. */
	readonly reference: ImageReference;
	/** The word as it stands in the instruction. */
	readonly span: Span;
	/** Undefined for `# syntax=`. */
	readonly step: Step | undefined;
	/** Where tag and digest are written; undefined where no text of this file alone decides them. */
	readonly written: WrittenReference | undefined;
	/** The ARG whose default feeds the reference, if it is that which has to be edited. */
	readonly argument: Declaration | undefined;
}

/** The text of a reference, or the end of one, that can be edited. */
export interface WrittenReference {
	/** Without quotes. */
	readonly text: string;
	readonly span: Span;
}

/** Every image that the file names, in order of appearance. Stages, `scratch` and names that a variable hides are none. */
export const imageUsesOf = remembered((file: Dockerfile): readonly ImageUse[] => {
	const uses: ImageUse[] = [];
	const syntax = syntaxUse(file);
	if (syntax !== undefined) uses.push(syntax);
	for (const stage of file.stages) {
		const from = fromUse(stage);
		if (from !== undefined) uses.push(from);
		for (const step of stage.steps) for (const use of sourceUses(step)) uses.push(use);
	}
	return uses;
});

/** The edits that write a digest behind the tag, in place of the one that stands there; undefined if there is no place for it. */
export function digestEdit(use: ImageUse, digest: string): SpanEdit | undefined {
	const { written } = use;
	if (written === undefined) return undefined;
	const at = splitReference(written.text).digestAt;
	const start = at === -1 ? written.span.end : written.span.start + at;
	return { span: { start, end: written.span.end }, newText: `@${digest}` };
}

/** The like, with `:latest` in front of the digest where no tag is written: what is pinned is what the missing tag stands for. */
export function pinEdit(use: ImageUse, digest: string): SpanEdit | undefined {
	const edit = digestEdit(use, digest);
	const named = use.reference.tag !== undefined || use.reference.digest !== undefined;
	return edit === undefined || named ? edit : { ...edit, newText: `:latest${edit.newText}` };
}

/** The token to mark: the tag, the name if there is none; in the ARG default where that is what has to change. */
export function referenceSpan(use: ImageUse): Span {
	return use.argument !== undefined && use.written !== undefined ? use.written.span : use.span;
}

/** Where the whole reference is written: in the ARG default where that is all of it, else the word. */
export function wholeSpan({ written, reference, span }: ImageUse): Span {
	return written?.text === reference.text ? written.span : span;
}

/** The tag alone, where FROM itself says it; else the whole word. */
export function tagSpan({ argument, written, span }: ImageUse): Span {
	if (written === undefined || argument !== undefined) return span;
	const { tag, tagAt } = splitReference(written.text);
	return tag === undefined ? span : { start: written.span.start + tagAt + 1, end: written.span.start + tagAt + 1 + tag.length };
}

/** The digest alone, where a text of the file holds it; else the whole word. */
export function digestSpan({ written, span }: ImageUse): Span {
	const at = written === undefined ? -1 : splitReference(written.text).digestAt;
	return written === undefined || at === -1 ? span : { start: written.span.start + at + 1, end: written.span.end };
}

/**
 * The edit that writes another tag in place of the one that stands there, without a digest, which belonged to the old one.
 * Undefined if no text of this file alone holds the tag.
 */
export function tagEdit(use: ImageUse, tag: string): SpanEdit | undefined {
	const { written, reference } = use;
	if (written === undefined) return versionEdit(use, tag);
	if (reference.tag === undefined) return undefined;
	const parts = splitReference(written.text);
	if (parts.tag === reference.tag) return { span: { start: written.span.start + parts.tagAt + 1, end: written.span.end }, newText: tag };
	return parts.tag === undefined && parts.name === reference.tag ? { span: written.span, newText: tag } : undefined;
}

/** `node:${VERSION}-alpine`: the edit of the ARG's default, where the other tag differs in nothing else and other places use it for the same image. */
function versionEdit({ step, reference }: ImageUse, tag: string): SpanEdit | undefined {
	const { image, file } = step?.stage ?? {};
	const [, head = "", braced, bare, tail = ""] = /^[^$]*:([^$:/@]*)\$(?:\{(\w+)\}|(\w+))([^$:/@]+)$/.exec(image?.text ?? "") ?? [];
	const name = braced ?? bare;
	if (image === undefined || file === undefined || name === undefined || !tag.startsWith(head) || !tag.endsWith(tail)) return undefined;
	const declaration = globalDeclaration(file, name);
	const value = declaration === undefined ? undefined : literalValue(declaration);
	const version = tag.slice(head.length, tag.length - tail.length);
	if (value === undefined || head + value.text + tail !== reference.tag || version === "") return undefined;
	const others = file.stages.filter((stage) => stage.image !== image && stage.image?.text === image.text);
	return usesOf(file, name, image) === others.length ? { span: value.span, newText: version } : undefined;
}

/** The edits that let LABEL and ENV of the stage, where one of their values is just the reference of FROM, say the new one. */
export function repeatedReferenceEdits({ step, written, argument }: ImageUse, edit: SpanEdit): readonly SpanEdit[] {
	if (step === undefined || written === undefined || argument !== undefined) return [];
	const { text, span } = written;
	const newText = text.slice(0, edit.span.start - span.start) + edit.newText + text.slice(edit.span.end - span.start);
	const { steps, file } = step.stage;
	return steps
		.filter(({ keyword }) => keyword === "LABEL" || keyword === "ENV")
		.flatMap((other) => assignmentsOf(other, file.escape))
		.flatMap(({ value, valueSpan }) => {
			const quotes = value === `"${text}"` || value === `'${text}'` ? 1 : 0;
			if (valueSpan === undefined || (quotes === 0 && value !== text)) return [];
			if (valueSpan.end - valueSpan.start !== text.length + 2 * quotes) return [];
			return [{ span: { start: valueSpan.start + quotes, end: valueSpan.end - quotes }, newText }];
		});
}

function syntaxUse(file: Dockerfile): ImageUse | undefined {
	const directive = file.directives.find((candidate) => candidate.name === "syntax");
	const text = directive?.value.split(" ")[0];
	const reference = text === undefined ? undefined : parseReference(text);
	if (directive === undefined || text === undefined || reference === undefined) return undefined;
	const span = { start: directive.valueSpan.start, end: directive.valueSpan.start + text.length };
	return { kind: "syntax", reference, span, step: undefined, written: { text, span }, argument: undefined };
}

function fromUse(stage: Stage): ImageUse | undefined {
	const { base, image, file } = stage;
	if (base.kind !== "image" || image === undefined) return undefined;
	const use = { kind: "from" as const, reference: base.reference, span: image.span, step: stage.from };
	const place = editablePlace(file, image);
	return { ...use, written: place?.written, argument: place?.argument };
}

function sourceUses(step: Step): readonly ImageUse[] {
	const instruction = step.trigger ?? step;
	return sourcesOf(instruction, step.stage.file).flatMap((source): readonly ImageUse[] => {
		if (source.target.kind !== "image") return [];
		const plain = source.span.end - source.span.start === source.text.length;
		const written = plain ? { text: source.text, span: source.span } : undefined;
		return [
			{
				kind: instruction.keyword === "RUN" ? "mount" : "copy",
				reference: source.target.reference,
				span: source.span,
				step,
				written,
				argument: undefined,
			},
		];
	});
}

/** Where the end of a FROM's reference is written: in the word itself, or in the default of the ARG that stands there. */
function editablePlace(
	file: Dockerfile,
	image: PlacedWord,
): { readonly written: WrittenReference; readonly argument: Declaration | undefined } | undefined {
	const isPlain = !image.text.includes("$");
	const variable = isPlain
		? null
		: /^(.*?)(?:\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^${}]*))?\}|\$([A-Za-z_][A-Za-z0-9_]*))(.*)$/su.exec(image.text);
	if (variable === null)
		return !isPlain || /["'\\`]/.test(image.text) ? undefined : { written: { text: image.text, span: image.span }, argument: undefined };
	const [, head, braced, , , bare, tail] = variable;
	if (tail?.includes("$")) {
		// Several variables: only the last one can hold the tag's end.
		const last = /^.*\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))([^${}]*)$/su.exec(image.text);
		if (last === null) return undefined;
		// The digest wins over the tag: behind a tag of two variables it would silence the other one.
		const { tag } = splitReference(image.text);
		if (tag === undefined || tag.indexOf("$") !== tag.lastIndexOf("$")) return undefined;
		if (last[3] !== "") return literalTail(image, last[3] as string);
		return argumentPlace(file, image, (last[1] ?? last[2]) as string, true);
	}
	if (tail !== "") return literalTail(image, tail as string);
	return argumentPlace(file, image, (braced ?? bare) as string, head !== "");
}

/** `…$NAME:3.11`: the tag is literal, so the digest goes behind it. A tail without a tag says nothing. */
function literalTail(image: PlacedWord, tail: string): { readonly written: WrittenReference; readonly argument: undefined } | undefined {
	const parts = splitReference(tail);
	if ((parts.tag === undefined && parts.digest === undefined) || parts.tag === "") return undefined;
	return { written: { text: tail, span: { start: image.span.end - tail.length, end: image.span.end } }, argument: undefined };
}

function argumentPlace(
	file: Dockerfile,
	image: PlacedWord,
	name: string,
	composed: boolean,
): { readonly written: WrittenReference; readonly argument: Declaration } | undefined {
	const declaration = globalDeclaration(file, name);
	const written = declaration === undefined ? undefined : literalValue(declaration);
	if (declaration === undefined || written === undefined) return undefined;
	// A tag that other places use too cannot carry the digest of this image.
	if (composed && usesOf(file, name, image) > 0) return undefined;
	if (!composed && (parseReference(written.text) === undefined || isPartElsewhere(file, name, image))) return undefined;
	return { written, argument: declaration };
}

/** Whether another FROM writes something around the variable: a digest in the middle of a reference would break it. */
function isPartElsewhere(file: Dockerfile, name: string, image: PlacedWord): boolean {
	return file.stages.some(({ image: other }) => other !== undefined && other.text !== image.text && isPartOf(other.text, name));
}

function isPartOf(text: string, name: string): boolean {
	if (!mentions(text, name)) return false;
	const whole = new RegExp(`^\\$(?:${name}|\\{${name}(?::?-[^{}]*)?\\})$`);
	const part = new RegExp(`\\$(?:\\{${name}[^A-Za-z0-9_]|${name}(?![A-Za-z0-9_]))`);
	return part.test(text) && !whole.test(text);
}

function literalValue(declaration: Declaration): WrittenReference | undefined {
	const { value, valueSpan } = declaration.assignment;
	if (value === undefined || valueSpan === undefined || value === "") return undefined;
	const quoted = /^(["'])(.*)\1$/su.exec(value);
	const text = quoted?.[2] ?? value;
	if (text === "" || /[$"'\\`\s]/.test(text) || valueSpan.end - valueSpan.start !== value.length) return undefined;
	return { text, span: quoted === null ? valueSpan : { start: valueSpan.start + 1, end: valueSpan.end - 1 } };
}

/** How often a variable is referred to or declared again, besides in `image`. */
function usesOf(file: Dockerfile, name: string, image: PlacedWord): number {
	const reference = new RegExp(`\\$(?:\\{${name}[^A-Za-z0-9_]|${name}(?![A-Za-z0-9_]))`, "g");
	let count = 0;
	for (const instruction of instructionsNaming(file, name)) {
		if (instruction.arguments.text !== "" && instruction.span.start <= image.span.start && image.span.end <= instruction.span.end) continue;
		count += instruction.line.text.match(reference)?.length ?? 0;
		if (instruction.keyword === "ARG" && !file.globals.includes(instruction)) {
			count += assignmentsOf(instruction, file.escape).filter((assignment) => assignment.name === name).length;
		}
	}
	return count;
}
