import { child } from "../core/json/values.ts";
import { type AttestationLayer, blobCommand, type IndexEntry, readAttestationLayers, readIndexEntries } from "../tools/attestations.ts";
import { isCancellation } from "../tools/errors.ts";
import { type JsonReader, readJson } from "../tools/json.ts";
import { engineBuilder } from "./builder.ts";
import type { OperationContext } from "./context.ts";

/** The manifest of one image in the engine's store, and what is attested of it. */
export interface StoredImage {
	/** The builder inside the engine, which reads its store. */
	readonly builder: string;
	/** Digest of the image's manifest. */
	readonly manifestDigest: string;
	/** Of every entry of the index that is an image. */
	readonly imageDigests: readonly string[];
	readonly attestations: readonly AttestationLayer[];
}

/**
 * Looks into the engine's content store for the attestations of an image that was never pushed. Undefined where the store
 * does not have them, or cannot be read (an old buildx, no record of any build).
 * @param digest of the index
 */
export async function storedImage(context: OperationContext, digest: string, platform: string): Promise<StoredImage | undefined> {
	const builder = await engineBuilder(context);
	const entries = await readBlob(context, builder, digest, readIndexEntries);
	const image = entries === undefined ? undefined : imageFor(entries, platform);
	if (entries === undefined || image === undefined) return undefined;
	const attestation = entries.find((entry) => entry.attests === image.digest);
	const layers = attestation === undefined ? [] : await readBlob(context, builder, attestation.digest, readAttestationLayers);
	return { builder, manifestDigest: image.digest, imageDigests: imageDigests(entries), attestations: layers ?? [] };
}

/** The entry of a platform; `linux/arm64` stands for any variant of it. */
function imageFor(entries: readonly IndexEntry[], platform: string): IndexEntry | undefined {
	return entries.find((entry) => entry.platform === platform) ?? entries.find((entry) => entry.platform?.startsWith(`${platform}/`));
}

export function imageDigests(entries: readonly IndexEntry[]): readonly string[] {
	return entries.filter((entry) => entry.attests === undefined).map((entry) => entry.digest);
}

/** The predicates of the attestations of a kind, as they stand in the store; none where they cannot be read. */
export async function storedPredicates(
	context: OperationContext,
	image: StoredImage,
	isWanted: (type: string) => boolean,
): Promise<readonly unknown[]> {
	const predicates: unknown[] = [];
	for (const { digest, predicateType } of image.attestations) {
		if (!isWanted(predicateType)) continue;
		const predicate = await readBlob(context, image.builder, digest, (root) => child(root, "predicate").value);
		if (predicate !== undefined) predicates.push(predicate);
	}
	return predicates;
}

async function readBlob<T>(context: OperationContext, builder: string, digest: string, reader: JsonReader<T>): Promise<T | undefined> {
	try {
		const { stdout } = await context.run(blobCommand(builder, digest));
		return readJson("buildx", stdout, reader);
	} catch (error) {
		if (isCancellation(error)) throw error;
		context.log(`The engine's store does not give ${digest}: ${error instanceof Error ? error.message : String(error)}`);
		return undefined;
	}
}
