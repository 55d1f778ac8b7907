import type { Span } from "../text.ts";

/** What OpenVEX 0.2.0 says about a vulnerability in a product. */
export type VexStatus = "not_affected" | "affected" | "fixed" | "under_investigation";

/** Why a product is not affected. */
export type Justification =
	| "component_not_present"
	| "vulnerable_code_not_present"
	| "vulnerable_code_not_in_execute_path"
	| "vulnerable_code_cannot_be_controlled_by_adversary"
	| "inline_mitigations_already_exist";

/** A statement as it is read from a document. */
export interface VexStatement {
	/** The name of the vulnerability, and every other id that it goes by, its IRI among them. */
	readonly vulnerability: string;
	readonly aliases: readonly string[];
	readonly products: readonly VexProduct[];
	readonly status: VexStatus;
	readonly justification: Justification | undefined;
	readonly impact: string | undefined;
	readonly action: string | undefined;
	/** `status_notes`. */
	readonly notes: string | undefined;
	/** Of the statement, or of its document; RFC 3339. */
	readonly timestamp: string | undefined;
	/** Whether the statement has a time of its own. */
	readonly dated: boolean;
	/** Its place in the document's list, from 0 on. */
	readonly index: number;
	/** Its place in the document's text. */
	readonly span: Span;
}

/** A piece of software as a document names it. */
export interface VexComponent {
	/** Ids, package URLs and hashes; each of them is a name of its own. None: nothing fits it. */
	readonly ids: readonly string[];
}

/** What a statement is about. */
export interface VexProduct extends VexComponent {
	/** What the statement is about inside the product; none: all of the product. */
	readonly subcomponents: readonly VexComponent[];
}

/** What somebody decided about a vulnerability. Impossible combinations cannot be made. */
export type VexDecision =
	| { readonly status: "not_affected"; readonly justification: Justification; readonly impact?: string }
	| { readonly status: "affected"; readonly action: string }
	| { readonly status: "fixed"; readonly notes?: string }
	| { readonly status: "under_investigation"; readonly notes?: string };

/** A statement to be written. */
export interface NewStatement {
	/** The CVE where there is one. */
	readonly vulnerability: string;
	readonly aliases: readonly string[];
	readonly products: readonly NewProduct[];
	readonly decision: VexDecision;
}

/** A product as it is written. */
export interface NewProduct {
	readonly id: string;
	/** None: all of the product. */
	readonly subcomponents: readonly string[];
}

/** Whether a scanner drops a finding that has this status. Only these two do. */
export function suppresses(status: VexStatus): boolean {
	return status === "not_affected" || status === "fixed";
}
