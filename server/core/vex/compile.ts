import type { Image } from "../image/image.ts";
import { type JsonData, NEW_STYLE, printJson } from "../json/write.ts";
import type { Vulnerability } from "../vulnerabilities/vulnerability.ts";
import type { AssessedVulnerability } from "./apply.ts";
import { CONTEXT } from "./document.ts";
import { type Matcher, matcherFor, SCANNERS } from "./match.ts";
import { purlsForStatement } from "./packages.ts";
import type { NewProduct, VexStatement } from "./statement.ts";
import { statementData } from "./write.ts";

/**
 * The document to hand to scanners: for each assessed finding the one statement in force, under all ids of the vulnerability and
 * for exactly its package. Scanners read the history in people's documents differently (Trivy takes the newest statement,
 * Grype the oldest); here there is none. Undefined if no statement is in force. `now` is RFC 3339.
 */
export function compileForScanners(assessed: readonly AssessedVulnerability[], image: Image, now: string): string | undefined {
	const matcher = matcherFor(image);
	const asked = new Set<string>();
	const statements: JsonData[] = [];
	for (const { vulnerability, statement: inForce } of assessed) {
		if (inForce === undefined) continue;
		const { statement } = inForce;
		const products = narrowedProducts(statement, vulnerability, matcher).filter(({ id, subcomponents }) => {
			const question = JSON.stringify([vulnerability.id, id, subcomponents]);
			return !asked.has(question) && asked.add(question);
		});
		if (products.length === 0) continue;
		const entry = { vulnerability: vulnerability.id, aliases: vulnerability.aliases, products, decision: statement };
		statements.push(statementData(entry, statement.timestamp ?? now));
	}
	if (statements.length === 0) return undefined;
	const head = { "@context": CONTEXT, "@id": "urn:hullguard:compiled", author: "Hullguard", timestamp: now, version: 1 };
	return printJson({ ...head, statements }, NEW_STYLE) + NEW_STYLE.lineBreak;
}

/** The names under which a statement speaks of the finding, cut down to its package, so that it says nothing about others. */
function narrowedProducts(statement: VexStatement, vulnerability: Vulnerability, matcher: Matcher): readonly NewProduct[] {
	const packages = purlsForStatement(vulnerability.package);
	const products = new Map<string, NewProduct>();
	for (const scanner of SCANNERS) {
		for (const fit of matcher.fits(scanner, statement, vulnerability)) {
			const names = fit.as === "image" ? fit.product.ids : packages;
			for (const id of names) products.set(id, { id, subcomponents: fit.as === "image" ? packages : [] });
		}
	}
	return [...products.values()];
}
