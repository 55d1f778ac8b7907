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
