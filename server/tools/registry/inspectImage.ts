import { familiarName, type ImageReference } from "../../core/image/reference.ts";
import { ToolError } from "../errors.ts";
import type { DigestAnswer, InspectedImage } from "./answers.ts";
import { readJsonBlob } from "./blobs.ts";
import { type IndexEntry, readConfig, readDocument, readHasAttestations, readIndex, readParts } from "./documents.ts";
import type { Endpoint } from "./endpoints.ts";
import { readManifest, subjectOf } from "./manifests.ts";
import { isIndex } from "./mediaTypes.ts";
import type { Session } from "./session.ts";

/** The platform that is looked at when nobody names one and the image has it. */
const USUAL_PLATFORM = "linux/amd64";

/**
 * Reads index, manifest and configuration of an image at the digest that `answer` has. Every part is checked against its digest.
 * @throws ToolError if the registry does not give a part, or has no image for the platform
 */
export async function inspectAt(
	session: Session,
	endpoint: Endpoint,
	reference: ImageReference,
	answer: DigestAnswer,
	platform: string | undefined,
	signal: AbortSignal,
): Promise<InspectedImage> {
	const { host } = endpoint;
	const pinned = { ...reference, digest: answer.digest };
	const top = await readManifest(session, endpoint, pinned, signal);
	const entries = isIndex(top.mediaType) ? readDocument(top.document, host, readIndex) : undefined;
	const chosen = entries === undefined ? undefined : choose(entries, platform, reference);
	const manifest = chosen === undefined ? top : await readManifest(session, endpoint, { ...reference, digest: chosen.digest }, signal);
	const parts = readDocument(manifest.document, host, readParts);
	const config = readDocument(await readJsonBlob(session, endpoint, reference, parts.config.digest, signal), host, readConfig);
	const own = chosen?.platform ?? config.platform;
	const steps = config.config.history.filter((entry) => !entry.emptyLayer);
	// Some builders write less history than layers: then nobody knows which belongs to which.
	const createdBy = steps.length === parts.layers.length ? steps.map((entry) => entry.createdBy) : [];
	return {
		image: {
			reference: reference.text,
			digest: answer.digest,
			platform: own,
			repositoryDigests: [`${familiarName(reference)}@${answer.digest}`],
			manifestDigests: entries?.map((entry) => entry.digest) ?? [answer.digest],
			layers: parts.layers.map((layer, index) => ({
				diffId: config.diffIds[index] ?? "",
				digest: layer.digest,
				size: layer.size,
				createdBy: createdBy[index],
			})),
			config: config.config,
			created: config.created,
		},
		mediaType: top.mediaType,
		platforms: entries ?? (own === undefined ? [] : [{ digest: answer.digest, platform: own }]),
		size: parts.layers.reduce((sum, layer) => sum + (layer.size ?? 0), 0),
		hasAttestations: entries !== undefined && readDocument(top.document, host, readHasAttestations),
		registryHost: host,
	};
}

/** The entry for a platform; `linux/arm64` stands for any variant of it. Without a wish the usual one, else the first. */
function choose(entries: readonly IndexEntry[], platform: string | undefined, reference: ImageReference): IndexEntry {
	const find = (wanted: string): IndexEntry | undefined =>
		entries.find((entry) => entry.platform === wanted) ?? entries.find((entry) => entry.platform.startsWith(`${wanted}/`));
	const found = platform === undefined ? (find(USUAL_PLATFORM) ?? entries[0]) : find(platform);
	if (found !== undefined) return found;
	const there = [...new Set(entries.map((entry) => entry.platform))].join(", ");
	throw new ToolError("notFound", `${subjectOf(reference)} has no image for ${platform ?? "any platform"}`, {
		hint: there === "" ? "It holds something else than images." : `It has ${there}.`,
	});
}
