const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/** What a tag can lead to: an index of platforms, or the manifest of one image. Sources: OCI image-spec 1.1, distribution manifest v2. */
export type ManifestType = typeof OCI_INDEX | typeof DOCKER_LIST | typeof OCI_MANIFEST | typeof DOCKER_MANIFEST;

/** The value of `Accept`. Indexes first: their digest names the image on every platform. */
export const ACCEPT = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(", ");

/** A `Content-Type` or `mediaType` as one of the four; undefined for every other. */
export function manifestType(text: string | null | undefined): ManifestType | undefined {
	const type = (text ?? "").split(";")[0]?.trim().toLowerCase();
	return type === OCI_INDEX || type === DOCKER_LIST || type === OCI_MANIFEST || type === DOCKER_MANIFEST ? type : undefined;
}

/** Whether it lists the images of several platforms. */
export function isIndex(type: ManifestType): boolean {
	return type === OCI_INDEX || type === DOCKER_LIST;
}
