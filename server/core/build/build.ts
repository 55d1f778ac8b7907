import type { LineRange } from "../attribution/origin.ts";

/** A step of a build: an instruction, or something that the builder does on its own. */
export interface BuildStep {
	/** As BuildKit names it: `[build 4/9] RUN npm ci`. */
	readonly name: string;
	/** Unique in the build. */
	readonly id: string;
}

/** What happens while an image is built, in the order in which it happens. */
export type BuildEvent =
	| { readonly kind: "step"; readonly step: BuildStep; readonly state: "started" | "cached" | "done" | "failed" }
	/** A line that a step printed. */
	| { readonly kind: "log"; readonly step: BuildStep; readonly text: string }
	/** What the Dockerfile frontend warns of. */
	| { readonly kind: "warning"; readonly warning: BuildWarning }
	/** A line of the builder itself. */
	| { readonly kind: "text"; readonly text: string };

export interface BuildWarning {
	readonly message: string;
	/** The page that explains it. */
	readonly url: string | undefined;
	/** Zero-based lines of the Dockerfile. */
	readonly lines: LineRange | undefined;
}

/** Why a build failed, and where. */
export interface BuildFailure {
	/** One sentence without a full stop. */
	readonly message: string;
	/** Zero-based lines of the instruction in the Dockerfile that was built; undefined if the failure is not that of one. */
	readonly lines: LineRange | undefined;
	/** The step that failed. */
	readonly step: BuildStep | undefined;
	/** The last lines that this step printed, at most 20. */
	readonly log: readonly string[];
}
