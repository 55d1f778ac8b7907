import { type ImageReference, parseReference } from "../../image/reference.ts";
import { memo } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Flag } from "../syntax/flags.ts";
import type { Instruction } from "../syntax/structure.ts";
import type { Dockerfile, Stage } from "./model.ts";
import { mountOption, mountsOf } from "./mounts.ts";

/** A stage or image that COPY, ADD or RUN takes files from: `--from=NAME`, `--mount=…,from=NAME`. */
export interface Source {
	readonly text: string;
	readonly span: Span;
	readonly flag: Flag;
	readonly target: SourceTarget;
}

export type SourceTarget =
	| { readonly kind: "stage"; readonly stage: Stage }
	/** A number that no stage has. Mounts take names alone: BuildKit reads a number there as the name of an image. */
	| { readonly kind: "outOfRange"; readonly index: number }
	/** Not a stage: an image, or a named context of the build. */
	| { readonly kind: "image"; readonly reference: ImageReference }
	/** BuildKit substitutes no variables here, and refuses other texts. */
	| { readonly kind: "invalid" };

const NONE: readonly Source[] = [];

/** What an instruction takes files from. Names are compared as BuildKit does: whatever the case, later stages included. */
export function sourcesOf(instruction: Instruction, file: Dockerfile): readonly Source[] {
	if (instruction.flags.length === 0) return NONE;
	const sources: Source[] = [];
	if (instruction.keyword === "COPY" || instruction.keyword === "ADD") {
		for (const flag of instruction.flags) {
			if (flag.name === "from" && flag.value !== undefined && flag.valueSpan !== undefined) {
				sources.push({ text: flag.value, span: flag.valueSpan, flag, target: targetOf(flag.value, file, true) });
			}
		}
	}
	if (instruction.keyword === "RUN") {
		for (const mount of mountsOf(instruction)) {
			const from = mountOption(mount, "from");
			if (from !== undefined)
				sources.push({ text: from.value, span: from.valueSpan, flag: mount.flag, target: targetOf(from.value, file, false) });
		}
	}
	return sources;
}

const names = memo<Dockerfile, { readonly count: number; readonly stages: ReadonlyMap<string, Stage> }>();

/** The stages by their names in lower case; of several with one name the last. Read anew while the file is still put together. */
function stagesByName(file: Dockerfile): ReadonlyMap<string, Stage> {
	const before = names.get(file);
	if (before !== undefined && before.count === file.stages.length) return before.stages;
	const stages = new Map(
		file.stages.flatMap((stage) => (stage.name === undefined ? [] : [[stage.name.text.toLowerCase(), stage] as const])),
	);
	names.set(file, { count: file.stages.length, stages });
	return stages;
}

function targetOf(text: string, file: Dockerfile, byNumber: boolean): SourceTarget {
	const named = stagesByName(file).get(text.toLowerCase());
	if (named !== undefined) return { kind: "stage", stage: named };
	if (/^\d+$/.test(text)) {
		const stage = byNumber ? file.stages[Number(text)] : undefined;
		return stage === undefined ? { kind: "outOfRange", index: Number(text) } : { kind: "stage", stage };
	}
	const reference = parseReference(text);
	return reference === undefined || text.includes("$") ? { kind: "invalid" } : { kind: "image", reference };
}
