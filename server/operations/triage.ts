import { createHash } from "node:crypto";
import type { Problem } from "../core/finding.ts";
import { parseReference } from "../core/image/reference.ts";
import type { SpanEdit } from "../core/text.ts";
import { canonicalId, canonicalText } from "../core/vex/canonical.ts";
import { productsFor, type VexScope } from "../core/vex/products.ts";
import type { NewStatement, VexDecision } from "../core/vex/statement.ts";
import { addStatement, newDocument } from "../core/vex/write.ts";
import type { Vulnerability } from "../core/vulnerabilities/vulnerability.ts";

/** A decision about a vulnerability, to be written down. */
export interface TriageRequest {
	/** The findings of one vulnerability: one for each package that has it. */
	readonly findings: readonly Vulnerability[];
	readonly decision: VexDecision;
	readonly scope: VexScope;
	/** The text of the document that the statement goes into; undefined, or blank, for a new one. */
	readonly document: string | undefined;
	/** For a new document: `Name <address>`. */
	readonly author: string;
	/** For a new document: its IRI; one made of its content without it. */
	readonly documentId?: string | undefined;
	/** For a new document: what wrote it. */
	readonly tooling?: string | undefined;
	/** The time of the decision. Whoever calls reads the clock, or SOURCE_DATE_EPOCH. */
	readonly now: Date;
}

/** Edits of the document's text; none if it already says so. The whole text, as one insertion, for a new document. */
export type TriageResult = { readonly edits: readonly SpanEdit[] } | { readonly problem: Problem };

/** Turns a decision into edits of an OpenVEX document. Touches no file and asks nobody. */
export function triage(request: TriageRequest): TriageResult {
	const statement = statementOf(request);
	if ("kind" in statement) return { problem: statement };
	const now = `${request.now.toISOString().slice(0, 19)}Z`;
	const text = request.document ?? "";
	if (text.trim() !== "") return addStatement(text, statement, now);
	const author = request.author.trim();
	if (author === "") return refuse("A new VEX document needs an author", 'Give a name, for example "Example Team <security@example.org>"');
	const id = request.documentId ?? contentId(statement, author, now);
	const document = { id, author, ...(request.tooling === undefined ? {} : { tooling: request.tooling }) };
	return { edits: [{ span: { start: 0, end: text.length }, newText: newDocument(document, statement, now) }] };
}

function statementOf({ findings, decision, scope }: TriageRequest): NewStatement | Problem {
	const [first] = findings;
	if (first === undefined) return { kind: "invalid", message: "There is no finding to decide about" };
	const ids = [...new Set(findings.flatMap((finding) => [finding.id, ...finding.aliases]))];
	const vulnerability = ids.find((id) => id.startsWith("CVE-")) ?? first.id;
	const packages = findings.map((finding) => finding.package);
	const badName = scope.kind === "repository" ? scope.repositories.find((name) => parseReference(name) === undefined) : undefined;
	if (badName !== undefined) {
		return { kind: "invalid", message: `"${badName}" is not the name of a repository`, hint: "Write it like ghcr.io/team/app" };
	}
	const products = productsFor(scope, packages);
	if (products.length > 0) return { vulnerability, aliases: ids.filter((id) => id !== vulnerability), products, decision };
	const nameless = packages.find((each) => each.purl === "");
	if (nameless !== undefined) {
		const hint = "The statement would be about the whole image. Scan with a newer scanner";
		return { kind: "invalid", message: `The scanner gives no package URL for ${nameless.name}`, hint };
	}
	const hint = "Push the image and scan it from the registry, or make the statement about the package";
	return { kind: "invalid", message: "Scanners know the image by no name that a statement could use", hint };
}

function contentId(statement: NewStatement, author: string, now: string): string {
	const text = canonicalText({ timestamp: now, version: 1, author, statements: [statement] });
	return canonicalId(
		createHash("sha256")
			.update(text ?? now)
			.digest("hex"),
	);
}

function refuse(message: string, hint: string): TriageResult {
	return { problem: { kind: "invalid", message, hint } };
}

/**
 * The findings that an id names, under whatever name they go: CVE, GHSA or a vendor's, in any case. With `packageName`, only
 * those in that package. A Problem if there are none.
 */
export function findingsNamed(
	id: string,
	vulnerabilities: readonly Vulnerability[],
	packageName?: string,
): readonly Vulnerability[] | Problem {
	const wanted = id.trim().toLowerCase();
	const named = vulnerabilities.filter((each) => [each.id, ...each.aliases].some((name) => name.toLowerCase() === wanted));
	if (named.length === 0) {
		const hint = `The scan has ${vulnerabilities.length === 1 ? "1 vulnerability" : `${vulnerabilities.length} vulnerabilities`}`;
		return { kind: "invalid", message: `${id} is not among the findings of the image`, hint };
	}
	const found = packageName === undefined ? named : named.filter((each) => each.package.name === packageName);
	if (found.length > 0) return found;
	const names = [...new Set(named.map((each) => each.package.name))].join(", ");
	return { kind: "invalid", message: `${id} is not found in ${packageName}`, hint: `It is found in ${names}` };
}
