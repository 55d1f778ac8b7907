import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { OTHER_OFFICIAL_IMAGES, POPULAR_IMAGES } from "../../knowledge/officialImages.ts";
import { remembered } from "../../memo.ts";
import type { Span, SpanEdit } from "../../text.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { replace } from "./edit.ts";

/** A place that names a stage, by its name or its number. */
export interface StageReference {
	readonly stage: Stage;
	/** The stage in which the name stands. */
	readonly inside: Stage;
	/** The instruction that takes files from the stage; undefined for FROM. */
	readonly step: Step | undefined;
	/** As the builder reads it. */
	readonly text: string;
	readonly span: Span;
	/** Whether the text stands in the file as it is, so that it can be replaced. */
	readonly plain: boolean;
	readonly byNumber: boolean;
}

/** Every place in FROM, `COPY --from` and the mounts of RUN that names a stage of this file; those inside ONBUILD name stages of another one. */
export const stageReferences = remembered((file: Dockerfile): readonly StageReference[] => {
	const references: StageReference[] = [];
	const add = (stage: Stage, inside: Stage, step: Step | undefined, text: string, span: Span, byNumber: boolean): void => {
		references.push({ stage, inside, step, text, span, plain: file.text.slice(span.start, span.end) === text, byNumber });
	};
	for (const stage of file.stages) {
		const { base, image } = stage;
		if (base.kind === "stage" && image !== undefined) add(base.stage, stage, undefined, base.stage.name?.text ?? "", image.span, false);
		for (const step of stage.steps) {
			for (const { target, text, span } of sourcesOf(step, file)) {
				if (target.kind === "stage")
					add(target.stage, stage, step, text, span, text.toLowerCase() !== target.stage.name?.text.toLowerCase());
			}
		}
	}
	return references;
});

const groupsByTarget = remembered((file: Dockerfile) => groupsOf(stageReferences(file), "stage"));
const groupsByPlace = remembered((file: Dockerfile) => groupsOf(stageReferences(file), "inside"));

/** The places that name this stage. */
export function referencesTo(stage: Stage): readonly StageReference[] {
	return groupsByTarget(stage.file).get(stage) ?? [];
}

/** The places in this stage that name another one. */
export function referencesIn(stage: Stage): readonly StageReference[] {
	return groupsByPlace(stage.file).get(stage) ?? [];
}

function groupsOf(references: readonly StageReference[], by: "stage" | "inside"): ReadonlyMap<Stage, readonly StageReference[]> {
	const groups = new Map<Stage, StageReference[]>();
	for (const reference of references) addTo(groups, reference[by], reference);
	return groups;
}

/** The edits that give a named stage another name wherever the file names it; undefined where a variable stands for the name, or its exact place is not known. */
export function renameStage(file: Dockerfile, stage: Stage, name: string): readonly SpanEdit[] | undefined {
	if (stage.name === undefined) return undefined;
	const references = referencesTo(stage).filter((reference) => !reference.byNumber);
	if (references.some((reference) => !reference.plain && !isQuotedName(file, reference))) return undefined;
	return [replace(stage.name.span, name), ...references.map(({ span }) => replace(span, name))];
}

/** Whether nothing but the name stands there, in quotes or other letters: FROM compares the text as it is written; the others whatever the case. */
function isQuotedName(file: Dockerfile, { text, span }: StageReference): boolean {
	return file.text.slice(span.start, span.end).replace(/["']/g, "").toLowerCase() === text.toLowerCase();
}

/** A name for a stage that names nothing in the file yet, neither a stage nor an image: `wanted`, or `wanted` with a number. */
export function freeStageName(file: Dockerfile, wanted: string): string {
	return firstFree(wanted, namesTaken(file));
}

/** A name after its image for a stage that has none; no two stages of a file get the same. */
export function nameForUnnamed(stage: Stage): string {
	return namesForUnnamed(stage.file).get(stage) ?? freeStageName(stage.file, "stage");
}

/** A name after its own and its number for a stage that shares its name; no two stages of a file get the same. */
export function nameForShared(stage: Stage): string {
	return namesForShared(stage.file).get(stage) ?? freeStageName(stage.file, "stage");
}

const namesForUnnamed = remembered((file: Dockerfile) =>
	differentNames(
		file,
		file.stages.filter(({ name }) => name === undefined),
		nameAfterImage,
	),
);
const namesForShared = remembered((file: Dockerfile) =>
	differentNames(
		file,
		file.stages.filter(({ name }) => name !== undefined),
		({ name, index }) => `${name?.text ?? "stage"}-${index + 1}`,
	),
);

function differentNames(file: Dockerfile, stages: readonly Stage[], wanted: (stage: Stage) => string): ReadonlyMap<Stage, string> {
	const taken = new Set(namesTaken(file));
	const names = new Map<Stage, string>();
	const numbers = new Map<string, number>();
	for (const stage of stages) {
		const name = firstFree(wanted(stage), taken, numbers);
		taken.add(name);
		names.set(stage, name);
	}
	return names;
}

const namesTaken = remembered((file: Dockerfile): ReadonlySet<string> => {
	const taken = new Set<string>();
	for (const stage of file.stages) {
		taken.add(stage.name?.text.toLowerCase() ?? "");
		taken.add(stage.base.kind === "image" ? stage.base.text.toLowerCase() : (stage.image?.text.toLowerCase() ?? ""));
		for (const step of stage.steps) for (const { text } of sourcesOf(step.trigger ?? step, file)) taken.add(text.toLowerCase());
	}
	return taken;
});

/** `numbers`: for names that were asked for before, the number to go on with. */
function firstFree(wanted: string, taken: ReadonlySet<string>, numbers: Map<string, number> = new Map()): string {
	const cleaned = wanted
		.toLowerCase()
		.replace(/[^a-z0-9_.-]+/g, "-")
		.replace(/^[^a-z0-9]+|[-_.]+$/g, "")
		.replace(/^\d/, "stage-$&");
	const base = cleaned === "" || cleaned === "scratch" || cleaned === "context" ? "stage" : cleaned;
	let name = base;
	let number = numbers.get(base) ?? 2;
	for (; taken.has(name); number++) name = `${base}-${number}`;
	numbers.set(base, number);
	return name;
}

/** `toolchain` for `example.com/toolchain:1`, `golang-stage` for what a reader would take for an image; `build` where the image has no good name. */
function nameAfterImage(stage: Stage): string {
	const { base } = stage;
	if (base.kind === "scratch") return "files";
	if (base.kind === "stage") return `${base.stage.name?.text ?? "stage"}-more`;
	if (base.kind !== "image") return "build";
	const last = baseName(base.reference.name);
	const isImage = base.reference.repository === `library/${last}` || POPULAR_IMAGES.includes(last) || OTHER_OFFICIAL_IMAGES.has(last);
	if (!/^[a-z][a-z0-9_-]{1,30}$/.test(last)) return "build";
	return isImage ? `${last}-stage` : last;
}
