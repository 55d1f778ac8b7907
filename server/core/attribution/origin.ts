/** Where a layer comes from. */
export type Origin =
	/** The base image, named on the FROM of a stage. */
	| { readonly kind: "base"; readonly lines: LineRange; readonly certainty: Certainty }
	/** An instruction of the Dockerfile. */
	| {
			readonly kind: "instruction";
			readonly lines: LineRange;
			readonly certainty: Certainty;
			/** For COPY --from: the instruction of the other stage that made what is copied. */
			readonly related: readonly LineRange[];
			/** For COPY --from an image: its name. */
			readonly copiedImage: string | undefined;
	  }
	/** Nobody can tell: shown on the last FROM. */
	| { readonly kind: "unknown" };

/** `exact`: from BuildKit's provenance. `history`: matched against the image's history, which can err. */
export type Certainty = "exact" | "history";

/** Zero-based lines of the Dockerfile that was built, both included. */
export interface LineRange {
	readonly first: number;
	readonly last: number;
}

/** Where each layer of an image comes from, the bottom one first, and the Dockerfile that the lines are those of. */
export interface Attribution {
	readonly origins: readonly Origin[];
	/** The text that was built. */
	readonly text: string;
	/** The stage that was built; undefined for the last one. */
	readonly target: string | undefined;
}
