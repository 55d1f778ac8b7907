import { parseReference } from "../../image/reference.ts";
import type { Base, Dockerfile, Stage, StageUse, Step } from "../model/model.ts";
import { scan } from "../model/scan.ts";
import { sourcesOf } from "../model/sources.ts";
import { fromView } from "../model/views.ts";
import { expand } from "../syntax/expand.ts";
import type { Instruction, Structure } from "../syntax/structure.ts";
import { globalVariable } from "../variables/variables.ts";

/** The stages that are built on their own, besides the last one. */
export interface BuiltTargets {
	/** Their names or indexes. */
	readonly names: readonly string[];
	/** Whether nothing else is built, the last one neither. A file that has none of them is built to its end all the same. */
	readonly only: boolean;
}

const NO_TARGETS: BuiltTargets = { names: [], only: false };

/** Reads a Dockerfile: structure, stages, what each stage starts from and what becomes of it. Never throws. */
export function parseDockerfile(text: string): Dockerfile {
	return dockerfileOf(scan(text), NO_TARGETS);
}

/** The same file as builds see it that name targets; the file itself where that makes no difference. */
export function withTargets(file: Dockerfile, targets: BuiltTargets): Dockerfile {
	const last = file.stages.length - 1;
	const isNew = file.stages.some((stage) => (stage.index !== last || targets.only) && isTarget(stage, targets));
	return isNew && last > 0 ? dockerfileOf(file, targets) : file;
}

/**
 * The stages of a file that is cut into instructions already; nothing in it is shared with another file of the same structure. `built` is what
 * becomes of the last stage, and of the targets.
 */
export function dockerfileOf(structure: Structure, targets: BuiltTargets, built: StageUse = "shipped"): Dockerfile {
	const globals: Instruction[] = [];
	const stages: Building<Stage>[] = [];
	const file: Dockerfile = { ...structure, globals, stages: stages as Stage[] };
	const byName = new Map<string, Stage>();
	let current: Building<Stage> | undefined;
	for (const instruction of structure.instructions) {
		if (instruction.keyword === "FROM") {
			current = startStage(file, instruction, stages.length, byName);
			stages.push(current);
			const name = current.name?.text.toLowerCase();
			if (name !== undefined) byName.set(name, current as Stage);
		} else if (current === undefined) globals.push(instruction);
		else (current.steps as Step[]).push(stepOf(instruction, current as Stage, current.steps.length));
	}
	markUse(file, stages, targets, built);
	return file;
}

/** An object that is still being put together. */
export type Building<T> = { -readonly [Key in keyof T]: T[Key] };

function startStage(file: Dockerfile, instruction: Instruction, index: number, byName: ReadonlyMap<string, Stage>): Building<Stage> {
	const view = fromView(instruction);
	const stage: Building<Stage> = {
		index,
		from: undefined as unknown as Step,
		name: view.stage,
		image: view.image,
		platform: instruction.flags.find((flag) => flag.name === "platform"),
		base: baseOf(file, view.image?.text, byName),
		steps: [],
		use: "unused",
		file,
	};
	stage.from = stepOf(instruction, stage as Stage, -1);
	return stage;
}

/** An instruction as a step of a stage, and what stands inside its ONBUILD. */
export function stepOf(instruction: Instruction, stage: Stage, ordinal: number, deferred = false): Step {
	const trigger = instruction.trigger === undefined ? undefined : stepOf(instruction.trigger, stage, ordinal, true);
	return { ...instruction, trigger, stage, ordinal, deferred };
}

function baseOf(file: Dockerfile, image: string | undefined, byName: ReadonlyMap<string, Stage>): Base {
	if (image === undefined) return { kind: "invalid", text: "", reason: "FROM requires either one or three arguments" };
	const expansion = expand(image, { escape: file.escape, lookup: (name) => globalVariable(file, name) });
	if (expansion.kind === "unknown") return { kind: "unknown", names: expansion.names };
	if (expansion.kind === "invalid") return { kind: "invalid", text: image, reason: expansion.message };
	const text = expansion.value;
	// BuildKit keeps names in lower case, but compares the text as it is written.
	const stage = byName.get(text);
	if (stage !== undefined) return { kind: "stage", stage };
	if (text === "scratch") return { kind: "scratch" };
	const reference = parseReference(text);
	if (reference === undefined) return { kind: "invalid", text, reason: text === "" ? "base name is blank" : "invalid reference format" };
	return { kind: "image", text, reference };
}

/** Builders compare the names of stages whatever the case. */
function isTarget({ name, index }: Pick<Stage, "name" | "index">, { names }: BuiltTargets): boolean {
	return names.some((target) => target === String(index) || target.toLowerCase() === name?.text.toLowerCase());
}

function markUse(file: Dockerfile, stages: readonly Building<Stage>[], targets: BuiltTargets, built: StageUse): void {
	const named = stages.filter((stage) => isTarget(stage, targets));
	const wanted = targets.only && named.length > 0 ? named : [...named, ...stages.slice(-1)];
	const rank: Readonly<Record<StageUse, number>> = { unused: 0, copied: 1, ancestor: 2, shipped: 3 };
	const queue: { readonly stage: Building<Stage>; readonly use: StageUse }[] = wanted.map((stage) => ({ stage, use: built }));
	for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
		const { stage, use } = next;
		if (rank[stage.use] >= rank[use]) continue;
		stage.use = use;
		if (stage.base.kind === "stage")
			queue.push({ stage: stage.base.stage as Building<Stage>, use: use === "copied" ? "copied" : "ancestor" });
		for (const step of stage.steps) {
			for (const source of sourcesOf(step.trigger ?? step, file)) {
				if (source.target.kind === "stage") queue.push({ stage: source.target.stage as Building<Stage>, use: "copied" });
			}
		}
	}
}
