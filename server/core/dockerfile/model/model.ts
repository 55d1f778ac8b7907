import type { ImageReference } from "../../image/reference.ts";
import type { Flag } from "../syntax/flags.ts";
import type { Instruction, Structure } from "../syntax/structure.ts";
import type { PlacedWord } from "../syntax/words.ts";

/** A Dockerfile with its stages: what every rule works on. */
export interface Dockerfile extends Structure {
	/** Instructions before the first FROM; BuildKit takes only ARG there. */
	readonly globals: readonly Instruction[];
	readonly stages: readonly Stage[];
}

/** From one FROM to the next. */
export interface Stage {
	readonly index: number;
	readonly from: Step;
	/** The word behind AS. */
	readonly name: PlacedWord | undefined;
	/** The word that names the base, as written. */
	readonly image: PlacedWord | undefined;
	readonly platform: Flag | undefined;
	readonly base: Base;
	/** Behind the FROM, in order. */
	readonly steps: readonly Step[];
	/** What becomes of the stage. */
	readonly use: StageUse;
	readonly file: Dockerfile;
}

/**
 * `shipped`: the image that is built. `ancestor`: a shipped stage starts from it. `copied`: a shipped stage, or one
 * that it needs, copies or mounts from it, or starts from one that does. `unused`: nothing needs it.
 */
export type StageUse = "shipped" | "ancestor" | "copied" | "unused";

/** An instruction in its stage. */
export interface Step extends Instruction {
	readonly stage: Stage;
	/** Its place among the stage's steps, from 0; FROM has -1. */
	readonly ordinal: number;
	/** The instruction inside ONBUILD: it belongs to the build that starts from this image. */
	readonly trigger: Step | undefined;
	/** Whether this is the instruction inside an ONBUILD, which this build does not run. */
	readonly deferred: boolean;
}

/** What a stage starts from, ARG defaults substituted. */
export type Base =
	| { readonly kind: "scratch" }
	| { readonly kind: "stage"; readonly stage: Stage }
	| { readonly kind: "image"; readonly text: string; readonly reference: ImageReference }
	/** A variable hides it: one without a default, or one that only the builder knows. */
	| { readonly kind: "unknown"; readonly names: readonly string[] }
	/** Not a reference, or refused by BuildKit's substitution. */
	| { readonly kind: "invalid"; readonly text: string; readonly reason: string };
