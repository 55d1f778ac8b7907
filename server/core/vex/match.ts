import type { Image } from "../image/image.ts";
import { DOCKER_HUB, parseReference } from "../image/reference.ts";
import { purlMatches } from "../purl/match.ts";
import { type PackageUrl, parsePurl, printPurl } from "../purl/purl.ts";
import type { ScannerName, Vulnerability } from "../vulnerabilities/vulnerability.ts";
import { spellingsOf } from "./packages.ts";
import { imageName, repositoryUrl } from "./products.ts";
import type { VexComponent, VexProduct, VexStatement } from "./statement.ts";

/** All scanners whose word counts. */
export const SCANNERS: readonly ScannerName[] = ["trivy", "grype"];

/** A product of a statement that a finding falls under: the image, or the package by itself. */
export interface Fit {
	readonly product: VexProduct;
	readonly as: "image" | "package";
}

/** Tells which statements a scanner would use for the findings of one image. Made once for many questions. */
export interface Matcher {
	/** Whether the statement is about the vulnerability, under the name that the scanner uses. */
	names(scanner: ScannerName, statement: VexStatement, vulnerability: Vulnerability): boolean;
	/** The products of the statement that the scanner finds the package in; the vulnerability is not looked at. */
	fits(scanner: ScannerName, statement: VexStatement, vulnerability: Vulnerability): readonly Fit[];
}

/** A name of the image or package, as text and, where it is one, as package URL. */
interface Identifier {
	readonly text: string;
	readonly purl: PackageUrl | undefined;
}

/** Types of package URLs whose findings Grype reports under the CVE; others come from GitHub's list, under its ids. */
const NAMED_BY_CVE = new Set(["deb", "apk", "rpm", "alpm", "generic", "oci"]);

/**
 * A matcher for an image, as it was scanned: what counts are the names in `repositoryDigests`. Rules: Trivy 0.76 and Grype
 * 0.120 with go-vex 0.2.9. Not covered: products that are another package, which Trivy follows along dependencies, and
 * Grype's match by tag.
 */
export function matcherFor(image: Image): Matcher {
	const names: Record<ScannerName, readonly Identifier[]> = { trivy: trivyNames(image), grype: grypeNames(image) };
	const parsed = new Map<string, PackageUrl | undefined>();
	const purlOf = (text: string): PackageUrl | undefined => {
		if (!parsed.has(text)) parsed.set(text, text.startsWith("pkg:") ? parsePurl(text) : undefined);
		return parsed.get(text);
	};
	const isNamed = (component: VexComponent, name: Identifier): boolean =>
		component.ids.some((id) => {
			if (id === name.text) return true;
			const pattern = name.purl === undefined ? undefined : purlOf(id);
			return pattern !== undefined && name.purl !== undefined && purlMatches(pattern, name.purl);
		});
	return {
		names(scanner, statement, vulnerability) {
			const ids = scanner === "trivy" ? [vulnerability.id] : grypeIds(vulnerability);
			return ids.every((id) => id === statement.vulnerability || statement.aliases.includes(id));
		},
		fits(scanner, statement, vulnerability) {
			const purl = spellingsOf(vulnerability.package)?.[scanner];
			const subject = purl === undefined ? undefined : { text: printPurl(purl), purl };
			const found: Fit[] = [];
			for (const product of statement.products) {
				if (subject !== undefined && isNamed(product, subject)) found.push({ product, as: "package" });
				if (!names[scanner].some((name) => isNamed(product, name))) continue;
				const { subcomponents } = product;
				const inside = subcomponents.length === 0 || (subject !== undefined && subcomponents.some((each) => isNamed(each, subject)));
				if (inside) found.push({ product, as: "image" });
			}
			return found;
		},
	};
}

/** Grype asks with the id of the feed. With several of them nobody knows which: the statement must name them all. */
function grypeIds(vulnerability: Vulnerability): readonly string[] {
	const type = parsePurl(vulnerability.package.purl)?.type ?? vulnerability.package.type;
	if (NAMED_BY_CVE.has(type)) return [vulnerability.id];
	for (const prefix of ["GHSA-", "GO-"]) {
		const ids = [vulnerability.id, ...vulnerability.aliases].filter((id) => id.startsWith(prefix));
		if (ids.length > 0) return ids;
	}
	return [vulnerability.id];
}

/** Trivy makes one package URL, of the first name. */
function trivyNames(image: Image): readonly Identifier[] {
	const first = parseReference(image.repositoryDigests[0] ?? "");
	if (first?.digest === undefined) return [];
	const qualifiers = new Map([["repository_url", repositoryUrl(first)]]);
	const architecture = image.platform?.split("/")[1];
	if (architecture !== undefined) qualifiers.set("arch", architecture);
	return [identifier(imageName(first), first.digest, qualifiers)];
}

/** Grype takes every name: as written, as package URL without and with each spelling of the repository, and the bare digest. */
function grypeNames(image: Image): readonly Identifier[] {
	const names: Identifier[] = [];
	for (const text of image.repositoryDigests) {
		names.push({ text, purl: undefined });
		const reference = parseReference(text);
		if (reference?.digest?.startsWith("sha256:") !== true) continue;
		const urls = [repositoryUrl(reference)];
		if (reference.registry === DOCKER_HUB) {
			urls.push(`docker.io/${reference.repository}`, `docker.io/${reference.repository.replace(/^library\//, "")}`);
		}
		names.push(identifier(imageName(reference), reference.digest, new Map()));
		for (const url of urls) names.push(identifier(imageName(reference), reference.digest, new Map([["repository_url", url]])));
		names.push({ text: reference.digest.slice("sha256:".length), purl: undefined });
	}
	return names;
}

function identifier(name: string, version: string, qualifiers: ReadonlyMap<string, string>): Identifier {
	const purl = { type: "oci", namespace: "", name, version, qualifiers, subpath: "" };
	return { text: printPurl(purl), purl };
}
