/** What OpenVEX 0.2.0 says about a vulnerability in a product. */
export type VexStatus = "not_affected" | "affected" | "fixed" | "under_investigation";

export type Justification =
	| "component_not_present"
	| "vulnerable_code_not_present"
	| "vulnerable_code_not_in_execute_path"
	| "vulnerable_code_cannot_be_controlled_by_adversary"
	| "inline_mitigations_already_exist";

/** A statement as it is read from a document. */
export interface VexStatement {
	/** The name of the vulnerability, and every other id that it goes by. */
	readonly vulnerability: string;
	readonly aliases: readonly string[];
	readonly products: readonly VexProduct[];
	readonly status: VexStatus;
	readonly justification: Justification | undefined;
	readonly impact: string | undefined;
	readonly action: string | undefined;
	/** Of the statement, or of its document. ISO 8601. */
	readonly timestamp: string | undefined;
}

export interface VexProduct {
	/** Ids and package URLs that name the product. */
	readonly ids: readonly string[];
	/** Package URLs of what the statement is about; empty: all of the product. */
	readonly subcomponents: readonly string[];
}

/** What somebody decided about a vulnerability. Impossible combinations cannot be made. */
export type VexDecision =
	| { readonly status: "not_affected"; readonly justification: Justification; readonly impact?: string }
	| { readonly status: "affected"; readonly action: string }
	| { readonly status: "fixed" }
	| { readonly status: "under_investigation" };
