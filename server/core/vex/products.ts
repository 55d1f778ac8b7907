import { baseName } from "../baseName.ts";
import type { Image } from "../image/image.ts";
import { DOCKER_HUB, type ImageReference, parseReference } from "../image/reference.ts";
import { printPurl } from "../purl/purl.ts";
import type { VulnerablePackage } from "../vulnerabilities/vulnerability.ts";
import type { Choice } from "./justifications.ts";
import { purlsForStatement } from "./packages.ts";
import type { NewProduct } from "./statement.ts";

/** What a new statement holds for. Only forms that both Trivy and Grype honour can be asked for. */
export type VexScope =
	/** These builds: `name@sha256:…` for each name of the image, and the digests of its platform manifests. */
	| { readonly kind: "digest"; readonly repositoryDigests: readonly string[]; readonly manifestDigests: readonly string[] }
	/** Every build of these repositories: `host/path/name`, with or without a tag. */
	| { readonly kind: "repository"; readonly repositories: readonly string[] }
	/** The package, in every image that is scanned with the document. */
	| { readonly kind: "package" };

/** The scopes, the narrowest first. */
export const SCOPES: readonly Choice<VexScope["kind"]>[] = [
	{ value: "digest", label: "This build only", description: "Holds for this digest. The next build of the image needs a new statement." },
	{ value: "repository", label: "Every build of this repository", description: "Holds for all tags and digests of the image's name." },
	{
		value: "package",
		label: "The package in every image",
		description: "Holds wherever this version of the package is found.",
	},
];

/**
 * The scope of a kind for an image. Undefined if scanners know the image by no digest, as it is with archives and images that
 * were never pushed: then only the package can be named.
 */
export function scopeOf(kind: VexScope["kind"], image: Image): VexScope | undefined {
	if (kind === "package") return { kind };
	const known = image.repositoryDigests.map(parseReference).filter((reference) => reference?.digest !== undefined);
	if (known.length === 0) return undefined;
	if (kind === "digest") return { kind, repositoryDigests: image.repositoryDigests, manifestDigests: image.manifestDigests };
	return { kind, repositories: image.repositoryDigests.map((digest) => digest.slice(0, digest.indexOf("@"))) };
}

/**
 * The products of a statement about some packages. Empty if the scope holds no name that can be read, or a package has no package
 * URL: a statement without it would say more than was meant.
 */
export function productsFor(scope: VexScope, packages: readonly VulnerablePackage[]): readonly NewProduct[] {
	const named = packages.map(purlsForStatement);
	if (named.length === 0 || named.some((purls) => purls.length === 0)) return [];
	const purls = [...new Set(named.flat())];
	if (scope.kind === "package") return purls.map((id) => ({ id, subcomponents: [] }));
	return imageProducts(scope).map((id) => ({ id, subcomponents: purls }));
}

/** A scan by tag or index digest asks for the one digest, a scan by platform digest for the other; Trivy knows only one of an image's names. */
function imageProducts(scope: Exclude<VexScope, { readonly kind: "package" }>): readonly string[] {
	const ids = new Set<string>();
	if (scope.kind === "repository") {
		for (const reference of scope.repositories.map(parseReference)) {
			if (reference !== undefined) ids.add(ociPurl(reference, "", repositoryUrl(reference)));
		}
		return [...ids];
	}
	for (const reference of scope.repositoryDigests.map(parseReference)) {
		if (reference?.digest === undefined) continue;
		for (const digest of [reference.digest, ...scope.manifestDigests]) ids.add(ociPurl(reference, digest, undefined));
	}
	return [...ids];
}

function ociPurl(reference: ImageReference, version: string, url: string | undefined): string {
	return printPurl({
		type: "oci",
		namespace: "",
		name: imageName(reference),
		version,
		qualifiers: new Map(url === undefined ? [] : [["repository_url", url]]),
		subpath: "",
	});
}

/** The last segment of a repository: what scanners call the image. */
export function imageName(reference: ImageReference): string {
	return baseName(reference.repository);
}

/** Host, path and name, as both scanners write them; Docker Hub's host is `index.docker.io`. */
export function repositoryUrl(reference: ImageReference): string {
	return `${reference.registry === DOCKER_HUB ? "index.docker.io" : reference.registry}/${reference.repository}`;
}
