import type { Image } from "../image/image.ts";
import { parseReference } from "../image/reference.ts";
import { purlMatches, samePackage } from "../purl/match.ts";
import { type PackageUrl, parsePurl } from "../purl/purl.ts";
import type { Vulnerability } from "../vulnerabilities/vulnerability.ts";
import { scannersOf } from "./apply.ts";
import { type Matcher, matcherFor } from "./match.ts";
import { purlsForStatement, spellingsOf } from "./packages.ts";
import { imageName, repositoryUrl } from "./products.ts";
import type { VexProduct, VexStatement } from "./statement.ts";

/** Why a statement changes nothing for an image. */
export interface NoEffect {
	readonly reason: NoEffectReason;
	/** The fact, without a full stop. */
	readonly message: string;
	/** What to do about it. */
	readonly hint: string;
}

/** `packageSpelling`: one of the scanners spells the package in another way. */
export type NoEffectReason =
	| "vulnerabilityNotFound"
	| "idNotKnownToScanner"
	| "noProducts"
	| "imageWithoutDigest"
	| "otherImage"
	| "otherBuild"
	| "productForm"
	| "packageNotFound"
	| "packageVersion"
	| "packageSpelling";

/**
 * Why a statement applies to none of an image's vulnerabilities; undefined if it applies to one. Whether a newer statement is in
 * force instead is not looked at.
 */
export function whyNoEffect(statement: VexStatement, vulnerabilities: readonly Vulnerability[], image: Image): NoEffect | undefined {
	const ids = new Set([statement.vulnerability, ...statement.aliases]);
	const meant = vulnerabilities.filter((vulnerability) => [vulnerability.id, ...vulnerability.aliases].some((id) => ids.has(id)));
	if (meant.length === 0) return unknownVulnerability(statement, vulnerabilities);
	const matcher = matcherFor(image);
	if (meant.some((vulnerability) => applies(statement, vulnerability, matcher))) return undefined;
	const fitting = meant.find((vulnerability) =>
		scannersOf(vulnerability).every((scanner) => matcher.fits(scanner, statement, vulnerability).length > 0),
	);
	if (fitting !== undefined) return unknownId(statement, fitting, matcher);
	const reasons = statement.products.map((product) => whyProductMisses(product, meant, image));
	// The product that comes closest tells most.
	const order: readonly NoEffectReason[] = [
		"packageSpelling",
		"packageVersion",
		"packageNotFound",
		"otherBuild",
		"imageWithoutDigest",
		"productForm",
		"otherImage",
	];
	const [nearest] = reasons.sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason));
	return nearest ?? { reason: "noProducts", message: "The statement names no products", hint: "Name the image as pkg:oci/NAME@sha256:…" };
}

function applies(statement: VexStatement, vulnerability: Vulnerability, matcher: Matcher): boolean {
	return scannersOf(vulnerability).every(
		(scanner) => matcher.names(scanner, statement, vulnerability) && matcher.fits(scanner, statement, vulnerability).length > 0,
	);
}

function unknownVulnerability(statement: VexStatement, vulnerabilities: readonly Vulnerability[]): NoEffect {
	const id = statement.vulnerability;
	const other = vulnerabilities.flatMap((each) => [each.id, ...each.aliases]).find((each) => each.toLowerCase() === id.toLowerCase());
	if (other !== undefined) return { reason: "idNotKnownToScanner", message: `Scanners write ${other}, not ${id}`, hint: `Write ${other}` };
	const hint = "The statement is not needed for this image; keep it if other images need it";
	return { reason: "vulnerabilityNotFound", message: `${id} is not found in the image`, hint };
}

function unknownId(statement: VexStatement, vulnerability: Vulnerability, matcher: Matcher): NoEffect {
	const scanner = scannersOf(vulnerability).find((each) => !matcher.names(each, statement, vulnerability));
	const named = new Set([statement.vulnerability, ...statement.aliases]);
	const missing = [vulnerability.id, ...vulnerability.aliases].filter((id) => !named.has(id));
	const name = scanner === "grype" ? "Grype" : "Trivy";
	const message = `${name} knows ${statement.vulnerability} under another id`;
	return { reason: "idNotKnownToScanner", message, hint: `Add ${missing.join(", ")} to the aliases` };
}

function whyProductMisses(product: VexProduct, vulnerabilities: readonly Vulnerability[], image: Image): NoEffect {
	const purls = product.ids.map(parsePurl).filter((purl) => purl !== undefined);
	const [purl] = purls;
	if (purl === undefined) return wrongForm(product, "scanners compare package URLs only");
	if (purl.type === "docker") return wrongForm(product, "no scanner matches package URLs of the type docker");
	if (purl.type !== "oci") return whyPackageMisses(purls, vulnerabilities);
	if (purl.namespace !== "") return wrongForm(product, "the path of an image belongs into repository_url");
	const imageReason = whyImageMisses(purl, image);
	if (imageReason !== undefined) return imageReason;
	const wanted = product.subcomponents.flatMap((component) => component.ids.map(parsePurl)).filter((each) => each !== undefined);
	return whyPackageMisses(wanted, vulnerabilities);
}

function wrongForm(product: VexProduct, why: string): NoEffect {
	const message = `The product ${product.ids[0] ?? ""} is not understood by both scanners: ${why}`;
	return { reason: "productForm", message, hint: "Name the image as pkg:oci/NAME@sha256:… or pkg:oci/NAME?repository_url=HOST/PATH/NAME" };
}

function whyImageMisses(purl: PackageUrl, image: Image): NoEffect | undefined {
	const references = image.repositoryDigests.map(parseReference).filter((reference) => reference?.digest !== undefined);
	const [first] = references;
	if (first === undefined) {
		const hint = "Push the image and scan it from the registry, or make the statement about the package";
		return { reason: "imageWithoutDigest", message: "No registry and no daemon knows the image by a digest", hint };
	}
	const sameName = references.filter((reference) => reference !== undefined && imageName(reference) === purl.name);
	if (sameName.length === 0) {
		return { reason: "otherImage", message: `The statement is about the image ${purl.name}`, hint: `This one is ${imageName(first)}` };
	}
	const url = purl.qualifiers.get("repository_url");
	if (url !== undefined && !sameName.some((reference) => reference !== undefined && repositoryUrl(reference) === url)) {
		return { reason: "otherImage", message: `The statement is about an image in ${url}`, hint: `This one is in ${repositoryUrl(first)}` };
	}
	if (purl.version !== "" && !sameName.some((reference) => reference?.digest === purl.version)) {
		const hint = "Decide again for this build, or for every build of the repository";
		return { reason: "otherBuild", message: `The statement is about another build of ${purl.name}`, hint };
	}
	const others = [...purl.qualifiers.keys()].filter((key) => key !== "repository_url");
	if (others.length > 0) {
		const message = `Not every scanner gives images the qualifier ${others.join(", ")}`;
		return { reason: "productForm", message, hint: "Write the package URL without it" };
	}
	if (sameName.includes(first)) return undefined;
	const hint = `Name the image as ${imageName(first)} too`;
	return { reason: "otherImage", message: `Trivy knows an image with several names by the first one only, ${imageName(first)}`, hint };
}

function whyPackageMisses(wanted: readonly PackageUrl[], vulnerabilities: readonly Vulnerability[]): NoEffect {
	const packages = vulnerabilities.map((vulnerability) => vulnerability.package);
	const spelled = packages.flatMap((each) => Object.values(spellingsOf(each) ?? {}).map((purl: PackageUrl) => ({ package: each, purl })));
	const same = wanted.flatMap((pattern) => spelled.filter(({ purl }) => samePackage(pattern, purl)).map((found) => ({ pattern, found })));
	const [first] = same;
	if (first === undefined) {
		const hint = `Scanners find the vulnerability in ${[...new Set(packages.map((each) => each.name))].join(", ")}`;
		return { reason: "packageNotFound", message: "The statement is about another package", hint };
	}
	const sameVersion = same.find(({ pattern, found }) => purlMatches({ ...pattern, qualifiers: new Map() }, found.purl));
	if (sameVersion === undefined) {
		const message = `The statement is about ${first.pattern.name} ${first.pattern.version}, the image has ${first.found.package.version}`;
		return { reason: "packageVersion", message, hint: "Decide again for this version" };
	}
	const message = `Not every scanner spells ${first.pattern.name} in this way`;
	return { reason: "packageSpelling", message, hint: `Write ${purlsForStatement(sameVersion.found.package).join(" and ")}` };
}
