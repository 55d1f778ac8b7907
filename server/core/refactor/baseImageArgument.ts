import { baseName } from "../baseName.ts";
import { insertGlobalArgument, removeAssignment, removeInstruction, replace } from "../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../dockerfile/model/model.ts";
import { assignmentsOf } from "../dockerfile/model/views.ts";
import { type Declaration, globalDeclaration } from "../dockerfile/variables/variables.ts";
import type { Span, SpanEdit } from "../text.ts";
import { type Refactorer, stepsAt } from "./refactoring.ts";

/** Gives the base image a name: `FROM debian:12` becomes `ARG DEBIAN_IMAGE=debian:12` and `FROM ${DEBIAN_IMAGE}`, in every FROM that names it. */
export const extractBaseImage: Refactorer = (file, at) => {
	const stage = fromAt(file, at);
	if (stage?.image === undefined || stage.base.kind !== "image" || !isPlain(stage.image.text)) return [];
	const { text } = stage.image;
	const name = argumentName(file, stage.base.reference.repository);
	const argument = name === undefined ? undefined : insertGlobalArgument(file, `ARG ${name}=${text}`);
	if (name === undefined || argument === undefined) return [];
	const places = file.stages.filter((other) => other.base.kind === "image" && other.image?.text === text);
	const words = places.flatMap(({ image }) => (image === undefined ? [] : [replace(image.span, `\${${name}}`)]));
	return [{ title: `Extract the base image to ARG ${name}`, kind: "refactor.extract", edits: [argument, ...words] }];
};

/** Writes the default of a global ARG in the place of its one use, a FROM, and takes the ARG away. */
export const inlineBaseImage: Refactorer = (file, at) => {
	const use = useAt(file, at);
	if (use === undefined) return [];
	const { declaration, place, value } = use;
	const edits = withoutDeclaration(file, declaration);
	if (edits === undefined) return [];
	return [
		{
			title: `Inline ARG ${declaration.assignment.name}`,
			kind: "refactor.inline",
			edits: [...edits, replace(place, value)],
			note: "The build can no longer choose another value with --build-arg.",
		},
	];
};

function fromAt(file: Dockerfile, at: Span): Stage | undefined {
	const [step, ...others] = stepsAt(file, at);
	return step?.keyword === "FROM" && others.length === 0 ? step.stage : undefined;
}

/** A reference that means the same in ARG and in FROM. */
function isPlain(text: string): boolean {
	return /^[\w./:@-]+$/.test(text);
}

/** A name after the image's own that nothing in the file uses; undefined if all are taken. */
function argumentName(file: Dockerfile, repository: string): string | undefined {
	const own = baseName(repository)
		.toUpperCase()
		.replace(/[^A-Z0-9]+/g, "_");
	const names = /^[A-Z]/.test(own) ? [`${own}_IMAGE`, `${own}_BASE_IMAGE`, "BASE_IMAGE"] : ["BASE_IMAGE"];
	return names.find((name) => placesOf(file, name).length === 0);
}

/** Where a name stands in the file as a word of its own, outside of comments: the first three places. */
function placesOf(file: Dockerfile, name: string): readonly number[] {
	const places: number[] = [];
	for (let at = file.text.indexOf(name); at !== -1 && places.length < 3; at = file.text.indexOf(name, at + name.length)) {
		if (/\w/.test(file.text[at - 1] ?? "") || /\w/.test(file.text[at + name.length] ?? "")) continue;
		if (!file.comments.some(({ span }) => span.start <= at && at < span.end)) places.push(at);
	}
	return places;
}

interface Use {
	readonly declaration: Declaration;
	/** `$NAME` or `${NAME}`. */
	readonly place: Span;
	readonly value: string;
}

/** The variable in a FROM that is selected, or the one whose ARG is; only one that is used there and nowhere else. */
function useAt(file: Dockerfile, at: Span): Use | undefined {
	const stage = fromAt(file, at);
	const selected = file.globals.find(({ span }) => span.start <= at.end && at.start <= span.end);
	const names =
		stage?.image !== undefined
			? [...stage.image.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? "")
			: selected === undefined || selected.keyword !== "ARG"
				? []
				: assignmentsOf(selected, file.escape)
						.filter(({ span }) => selected.firstLine === selected.lastLine || (span.start <= at.end && at.start <= span.end))
						.map(({ name }) => name);
	for (const name of names) {
		const use = soleUse(file, name);
		if (use !== undefined) return use;
	}
	return undefined;
}

function soleUse(file: Dockerfile, name: string): Use | undefined {
	const declaration = globalDeclaration(file, name);
	const value = declaration?.assignment.value?.replace(/^(["'])(.*)\1$/su, "$2");
	if (declaration === undefined || value === undefined || !isPlain(value)) return undefined;
	const [first, second, ...more] = placesOf(file, name);
	if (first !== declaration.assignment.nameSpan.start || second === undefined || more.length > 0) return undefined;
	const { text } = file;
	const place =
		text[second - 1] === "$"
			? { start: second - 1, end: second + name.length }
			: text.slice(second - 2, second) === "${" && text[second + name.length] === "}"
				? { start: second - 2, end: second + name.length + 1 }
				: undefined;
	const inImage = file.stages.some(
		({ image }) =>
			image !== undefined &&
			place !== undefined &&
			image.span.start <= place.start &&
			place.end <= image.span.end &&
			image.span.end - image.span.start === image.text.length,
	);
	return place !== undefined && inImage ? { declaration, place, value } : undefined;
}

/** Takes the declaration away, with its line and an empty one behind it if nothing stands above. */
function withoutDeclaration(file: Dockerfile, { instruction, assignment }: Declaration): readonly SpanEdit[] | undefined {
	const edit = removeAssignment(file, instruction, assignment);
	if (edit === undefined || assignmentsOf(instruction, file.escape).length > 1) return edit === undefined ? undefined : [edit];
	const gap = removeInstruction(file, instruction);
	const empty = /^[\t ]*\r?\n/.exec(file.text.slice(gap.span.end));
	return [
		instruction.firstLine === 0 && empty !== null ? replace({ start: gap.span.start, end: gap.span.end + empty[0].length }, "") : gap,
	];
}
