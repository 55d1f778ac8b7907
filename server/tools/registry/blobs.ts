import type { ImageReference } from "../../core/image/reference.ts";
import { digestOf } from "./digests.ts";
import type { Endpoint } from "./endpoints.ts";
import { MANIFEST_BYTES, subjectOf, unusable } from "./manifests.ts";
import { refusal } from "./refusals.ts";
import { askRegistry } from "./registryRequest.ts";
import type { Session } from "./session.ts";

/**
 * Reads a small JSON document from a registry's blobs, such as an image's configuration; its bytes must have the digest.
 * @throws ToolError if the registry does not give it, or gives something else
 */
export async function readJsonBlob(
	session: Session,
	endpoint: Endpoint,
	reference: ImageReference,
	digest: string,
	signal: AbortSignal,
): Promise<unknown> {
	const path = `blobs/${digest}`;
	const request = { method: "GET" as const, endpoint, repository: reference.repository, path, maximumBytes: MANIFEST_BYTES };
	const answer = await askRegistry(session, request, signal);
	if (answer.status !== 200) throw refusal(answer, `the configuration of ${subjectOf(reference)}`, answer.login, session.now());
	if (digestOf(answer.body, digest) !== digest) throw unusable(answer, "the content does not have its digest");
	try {
		return JSON.parse(Buffer.from(answer.body).toString("utf8"));
	} catch {
		throw unusable(answer, "what it answers is not JSON");
	}
}
