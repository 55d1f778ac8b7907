import type { Dockerfile, Stage } from "../dockerfile/model/model.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import { type ImageUse, imageUsesOf } from "../dockerfile/variables/imageUses.ts";
import { type Declaration, globalDeclaration } from "../dockerfile/variables/variables.ts";
import { remembered } from "../memo.ts";
import { applyEdits, type Span } from "../text.ts";
import { pinPlace } from "./place.ts";

/** The values that one build passes for arguments, by their names. */
export type BuildValues = ReadonlyMap<string, string>;

/** The image of a FROM that takes a part of its name from an ARG without default: only the build says which it is. */
export interface PassedImage {
	readonly stage: Stage;
	/** As it is written: `$BASE`, `python:${VERSION}`. */
	readonly text: string;
	readonly span: Span;
	/** The argument at the end, whose value can carry the digest. */
	readonly argument: Declaration;
	/** All that the build has to pass for it. */
	readonly names: readonly string[];
}

/** A use of an image as it is when a build passes some values, in the file as it would be with those as defaults. */
export interface FilledUse {
	readonly file: Dockerfile;
	readonly use: ImageUse;
}

const PLACEHOLDER = "image-of-the-build";

/**
 * The images that a build has to pass. Left out: arguments that other things read, too, which may not expect a digest, and those
 * that do not end the reference.
 */
export const passedImages = remembered((file: Dockerfile): readonly PassedImage[] =>
	file.stages.flatMap((stage): readonly PassedImage[] => {
		const { base, image } = stage;
		if (base.kind !== "unknown" || image === undefined) return [];
		const names = [...new Set(base.names)];
		const values = new Map(names.map((name) => [name, PLACEHOLDER]));
		const filled = filledUse(file, { stage, names }, values);
		const name = filled?.use.argument?.assignment.name;
		const argument = name === undefined ? undefined : globalDeclaration(file, name);
		if (filled === undefined || argument === undefined || pinPlace(filled.file, filled.use).kind === "none") return [];
		return [{ stage, text: image.text, span: image.span, argument, names }];
	}),
);

/** What a FROM names in a build that passes these values; undefined where they are no image, or not all that it takes. */
export function filledUse(
	file: Dockerfile,
	{ stage, names }: Pick<PassedImage, "stage" | "names">,
	values: BuildValues,
): FilledUse | undefined {
	const edits = names.map((name) => {
		const declaration = globalDeclaration(file, name);
		const value = values.get(name);
		if (declaration === undefined || declaration.assignment.value !== undefined) return undefined;
		if (value === undefined || !/^[\w.:@/-]+$/.test(value)) return undefined;
		const { end } = declaration.assignment.nameSpan;
		return { span: { start: end, end }, newText: `=${value}` };
	});
	if (edits.includes(undefined)) return undefined;
	const filled = parseDockerfile(
		applyEdits(
			file.text,
			edits.filter((edit) => edit !== undefined),
		),
	);
	const use = imageUsesOf(filled).find(({ kind, step }) => kind === "from" && step?.stage.index === stage.index);
	return use === undefined ? undefined : { file: filled, use };
}
