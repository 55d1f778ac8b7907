/** The packages of an image. */
export interface PackageList {
	/** Who says so, for people: `sbom.cdx.json`, `debian:12`. */
	readonly source: string;
	/** Canonical name with tag of the base image that has them; undefined where it is what the Dockerfile builds. */
	readonly base: string | undefined;
	readonly packages: readonly LicensedPackage[];
}

export interface LicensedPackage {
	readonly name: string;
	/** SPDX ids, expressions or names. */
	readonly licenses: readonly string[];
}
