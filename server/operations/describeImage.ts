import { readProvenance as readMaps } from "../core/attribution/provenance.ts";
import { type ImagePart, imagetoolsCommand, readProvenance, readRegistryManifest, readSboms } from "../tools/attestations.ts";
import type { LocalImage } from "../tools/docker.ts";
import { isCancellation } from "../tools/errors.ts";
import { recordedProvenance } from "./buildRecords.ts";
import type { OperationContext } from "./context.ts";
import { imageDigests, type StoredImage, storedImage, storedPredicates } from "./imageAttestations.ts";
import { type ImageLocation, namesInRegistries } from "./locateImage.ts";

/** What the place where an image is knows of it. */
export interface ImageDescription {
	/** Of the index where there is one; undefined if nobody says. */
	readonly digest: string | undefined;
	/** Digests of the image manifests that the index names. */
	readonly manifestDigests: readonly string[];
	/** The provenance predicate in maximum mode; undefined if there is none. */
	provenance(): Promise<unknown>;
	/** SPDX documents that the builder attested, that of the image first. */
	sboms(): Promise<readonly unknown[]>;
}

/**
 * Asks the engine's store or the registry what is attested of an image. What cannot be read is logged and missing.
 * @param platform of the image that is meant, where the name stands for several
 */
export async function describeImage(
	context: OperationContext,
	location: ImageLocation,
	reference: string,
	platform: string | undefined,
): Promise<ImageDescription> {
	if (location.source === "docker") return await describeLocal(context, location.local);
	const names = namesInRegistries(reference, location.mirrors);
	const manifest = await askRegistry(context, names, "Manifest", readRegistryManifest);
	return {
		digest: manifest?.digest,
		manifestDigests: manifest === undefined ? [] : manifest.entries === undefined ? [manifest.digest] : imageDigests(manifest.entries),
		provenance: () => askRegistry(context, names, "Provenance", (printed) => readProvenance(printed, platform)),
		sboms: async () => (await askRegistry(context, names, "SBOM", (printed) => readSboms(printed, platform))) ?? [],
	};
}

const SLSA = "https://slsa.dev/provenance/";
const SPDX = "https://spdx.dev/Document";

async function describeLocal(context: OperationContext, local: LocalImage): Promise<ImageDescription> {
	const { digest, platform } = local;
	const stored = digest === undefined ? undefined : await storedImage(context, digest, platform);
	return {
		digest,
		manifestDigests: stored?.imageDigests ?? [],
		provenance: () => localProvenance(context, local, stored),
		sboms: async () => (stored === undefined ? [] : await storedPredicates(context, stored, (type) => type === SPDX)),
	};
}

/** The attestation, if it is in maximum mode; else what the builder remembers of its builds. */
async function localProvenance(context: OperationContext, local: LocalImage, stored: StoredImage | undefined): Promise<unknown> {
	const attested = stored === undefined ? [] : await storedPredicates(context, stored, (type) => type.startsWith(SLSA));
	const useful = attested.find((predicate) => readMaps(predicate) !== undefined);
	if (useful !== undefined) return useful;
	const digests = [local.id, local.digest, stored?.manifestDigest].filter((digest) => digest !== undefined);
	return await recordedProvenance(context, new Set(digests));
}

/** The first answer of the registries that may have the image. */
async function askRegistry<T>(
	context: OperationContext,
	names: readonly string[],
	part: ImagePart,
	read: (printed: string) => T,
): Promise<T | undefined> {
	for (const name of names) {
		try {
			return read((await context.run(imagetoolsCommand(name, part))).stdout);
		} catch (error) {
			if (isCancellation(error)) throw error;
			context.log(`No ${part} of ${name}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return undefined;
}
