import { compareTexts } from "../compareTexts.ts";
import { compareInstants, type Instant, parseInstant } from "../instant.ts";
import type { NewStatement } from "./statement.ts";

/** What of a document goes into its canonical id. */
export interface CanonicalDocument {
	/** RFC 3339. */
	readonly timestamp: string;
	readonly version: number;
	readonly author: string;
	readonly statements: readonly CanonicalStatement[];
}

/** A statement as far as it goes into the id. */
export interface CanonicalStatement extends NewStatement {
	/** RFC 3339; that of the document without it. */
	readonly timestamp?: string;
}

/**
 * The text whose SHA-256, in lower-case hex, names a document's content, as go-vex 0.2.9 builds it: role, tooling and texts for
 * people do not count. Undefined if a time cannot be read.
 */
export function canonicalText(document: CanonicalDocument): string | undefined {
	const documentTime = parseInstant(document.timestamp);
	if (documentTime === undefined) return undefined;
	const dated: { readonly statement: CanonicalStatement; readonly instant: Instant }[] = [];
	for (const statement of document.statements) {
		const instant = statement.timestamp === undefined ? documentTime : parseInstant(statement.timestamp);
		if (instant === undefined) return undefined;
		dated.push({ statement, instant });
	}
	dated.sort((a, b) => compareTexts(a.statement.vulnerability, b.statement.vulnerability) || compareInstants(a.instant, b.instant));
	const statements = dated.map(({ statement, instant }) => canonicalStatement(statement, instant));
	return `${documentTime.seconds}:${document.version}:${document.author}${statements.join("")}`;
}

function canonicalStatement({ vulnerability, aliases, products, decision }: CanonicalStatement, instant: Instant): string {
	const justification = decision.status === "not_affected" ? decision.justification : "";
	const productTexts = products
		.map(({ id, subcomponents }) => [id, ...subcomponents].map((each) => `:${each}`).join(""))
		.sort(compareTexts);
	// The second colon follows the vulnerability's own IRI, which new statements do not have.
	return `::${vulnerability}:${[...aliases].sort(compareTexts).join(":")}:${decision.status}:${justification}:${instant.seconds}${productTexts.join(":")}`;
}

/** The id of a document from the hash of its {@link canonicalText}. */
export function canonicalId(sha256: string): string {
	return `https://openvex.dev/docs/public/vex-${sha256}`;
}
