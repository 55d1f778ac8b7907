import { type PackageUrl, parsePurl, printPurl } from "../purl/purl.ts";
import type { Component, SourcePackage } from "./component.ts";

/** The source package that a package URL names, as Syft writes it: `upstream=openssl@3.0.2`; without a version it is the package's own. */
export function upstreamOf(purl: PackageUrl | undefined): SourcePackage | undefined {
	const upstream = purl?.qualifiers.get("upstream");
	if (purl === undefined || upstream === undefined) return undefined;
	const at = upstream.lastIndexOf("@");
	return at <= 0 ? { name: upstream, version: purl.version } : { name: upstream.slice(0, at), version: upstream.slice(at + 1) };
}

/** The package URL of a component with its source package in it, so that every scanner finds the advisories. */
export function purlWithUpstream({ purl, sourcePackage }: Component): string {
	const parsed = parsePurl(purl);
	if (parsed === undefined || sourcePackage === undefined || parsed.qualifiers.has("upstream")) return purl;
	if (sourcePackage.name === parsed.name && sourcePackage.version === parsed.version) return purl;
	const upstream = sourcePackage.version === parsed.version ? sourcePackage.name : `${sourcePackage.name}@${sourcePackage.version}`;
	return printPurl({ ...parsed, qualifiers: new Map([...parsed.qualifiers, ["upstream", upstream]]) });
}
