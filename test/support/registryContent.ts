import { createHash } from "node:crypto";

export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/** Something that a registry keeps under its digest. */
export interface StoredContent {
	readonly digest: string;
	readonly mediaType: string;
	readonly bytes: Buffer;
}

export interface ImageOptions {
	/** With none, one manifest without an index. */
	readonly platforms?: readonly string[];
	/** Docker's media types instead of OCI's. */
	readonly docker?: boolean;
	readonly user?: string;
	readonly created?: string;
	readonly labels?: Readonly<Record<string, string>>;
	/** Makes the digest another one. */
	readonly salt?: string;
}

/** An image as registries keep it. */
export interface StoredImage {
	readonly top: StoredContent;
	/** Manifests by platform. */
	readonly children: ReadonlyMap<string, StoredContent>;
	readonly all: readonly StoredContent[];
}

export function sha256(bytes: Uint8Array | string): string {
	return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Makes an image with two layers per platform, and an attestation beside them in its index, as BuildKit does. */
export function makeImage(options: ImageOptions = {}): StoredImage {
	const { platforms, docker = false } = options;
	const parts = (platforms ?? ["linux/amd64"]).map((platform) => [platform, manifestOf(platform, options)] as const);
	const all = parts.flatMap(([, { manifest, config }]) => [manifest, config]);
	const children = new Map(parts.map(([platform, { manifest }]) => [platform, manifest] as const));
	if (platforms === undefined) return { top: all[0]!, children, all };
	const attestation = content({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: {}, layers: [] }, OCI_MANIFEST);
	const mediaType = docker ? DOCKER_LIST : OCI_INDEX;
	const entries = [
		...parts.map(([platform, { manifest }]) => entryOf(manifest, platform)),
		entryOf(attestation, "unknown/unknown", ATTESTATION),
	];
	const top = content({ schemaVersion: 2, mediaType, manifests: entries }, mediaType);
	return { top, children, all: [...all, attestation, top] };
}

/** A JSON document as a registry keeps it. */
export function content(document: unknown, mediaType: string): StoredContent {
	const bytes = Buffer.from(JSON.stringify(document, undefined, 2));
	return { bytes, mediaType, digest: sha256(bytes) };
}

function manifestOf(platform: string, options: ImageOptions): { readonly manifest: StoredContent; readonly config: StoredContent } {
	const [os, architecture, variant] = platform.split("/");
	const { docker = false, user, created = "2026-05-04T03:02:01Z", labels = {}, salt = "" } = options;
	const layers = ["base", "app"].map((name) => ({ digest: sha256(`${platform} ${name} ${salt}`), size: name === "base" ? 1000 : 234 }));
	const config = content(
		{
			created,
			os,
			architecture,
			...(variant === undefined ? {} : { variant }),
			config: {
				...(user === undefined ? {} : { User: user }),
				Labels: labels,
				Cmd: ["/bin/sh"],
				Env: ["PATH=/bin"],
				ExposedPorts: { "80/tcp": {} },
			},
			rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => sha256(digest)) },
			history: [
				{ created_by: "base" },
				{ created_by: "ENV A=b", empty_layer: true },
				{ created_by: "RUN app", comment: "buildkit.dockerfile.v0" },
			],
		},
		docker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json",
	);
	const mediaType = docker ? DOCKER_MANIFEST : OCI_MANIFEST;
	const manifest = content(
		{ schemaVersion: 2, mediaType, config: { mediaType: config.mediaType, digest: config.digest, size: config.bytes.length }, layers },
		mediaType,
	);
	return { manifest, config };
}

const ATTESTATION = { "vnd.docker.reference.type": "attestation-manifest" };

function entryOf(manifest: StoredContent, platform: string, annotations?: Readonly<Record<string, string>>): unknown {
	const [os, architecture, variant] = platform.split("/");
	return {
		mediaType: manifest.mediaType,
		digest: manifest.digest,
		size: manifest.bytes.length,
		platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
		...(annotations === undefined ? {} : { annotations }),
	};
}
