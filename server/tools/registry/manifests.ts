import { familiarName, type ImageReference } from "../../core/image/reference.ts";
import { ToolError } from "../errors.ts";
import { digestOf, isDigest } from "./digests.ts";
import type { Endpoint } from "./endpoints.ts";
import { ACCEPT, type ManifestType, manifestType } from "./mediaTypes.ts";
import { refusal } from "./refusals.ts";
import { askRegistry, type RegistryAnswer, type RegistryRequest } from "./registryRequest.ts";
import type { Session } from "./session.ts";

/** No manifest is longer; registries refuse such a one themselves. Source: distribution-spec 1.1. */
export const MANIFEST_BYTES = 4 * 1024 * 1024;

/** What a registry says a reference is. */
export interface ManifestHead {
	readonly digest: string;
	readonly mediaType: ManifestType;
}

/** A manifest or index whose bytes have the digest. */
export interface ManifestDocument extends ManifestHead {
	readonly document: unknown;
}

/** The reference as errors name it: `debian:12`, `ghcr.io/acme/app@sha256:…`. */
export function subjectOf(reference: ImageReference): string {
	return `${familiarName(reference)}${behindName(reference)}`;
}

function behindName({ tag, digest }: ImageReference): string {
	if (digest !== undefined) return `@${digest.slice(0, digest.indexOf(":") + 13)}…`;
	return tag === undefined ? "" : `:${tag}`;
}

/**
 * The digest of a reference: by HEAD, which is cheap and on Docker Hub no pull; by GET, from the bytes, where HEAD tells too little.
 * @throws ToolError if the registry does not have it, does not show it, or answers something that cannot be true
 */
export async function readHead(
	session: Session,
	endpoint: Endpoint,
	reference: ImageReference,
	signal: AbortSignal,
): Promise<ManifestHead> {
	const answer = await askRegistry(session, manifestRequest("HEAD", endpoint, reference), signal);
	if ([401, 403, 429].includes(answer.status) || answer.status >= 500)
		throw refusal(answer, subjectOf(reference), answer.login, session.now());
	const digest = answer.headers.get("docker-content-digest") ?? "";
	const mediaType = manifestType(answer.headers.get("content-type"));
	const usable = answer.status === 200 && mediaType !== undefined && isDigest(digest);
	if (usable && (reference.digest === undefined || reference.digest === digest)) return { digest, mediaType };
	return await readManifest(session, endpoint, reference, signal);
}

/**
 * Reads a manifest or an index; its bytes must have the digest that was asked for and the one that the registry names.
 * @throws ToolError like `readHead`
 */
export async function readManifest(
	session: Session,
	endpoint: Endpoint,
	reference: ImageReference,
	signal: AbortSignal,
): Promise<ManifestDocument> {
	const answer = await askRegistry(session, manifestRequest("GET", endpoint, reference), signal);
	if (answer.status !== 200) throw refusal(answer, subjectOf(reference), answer.login, session.now());
	const document = parseJson(answer);
	const mediaType = manifestType(answer.headers.get("content-type")) ?? manifestType(textField(document, "mediaType"));
	if (mediaType === undefined)
		throw new ToolError("badOutput", `${subjectOf(reference)} on ${endpoint.host} is no image of a kind that is in use`, {
			hint: "It may be an image in an old format, or something else than an image.",
		});
	const header = answer.headers.get("docker-content-digest") ?? "";
	const named = isDigest(header) ? header : undefined;
	for (const digest of [named, reference.digest])
		if (digest !== undefined && digestOf(answer.body, digest) !== digest) throw unusable(answer, "the content does not have its digest");
	return { digest: reference.digest ?? named ?? digestOf(answer.body), mediaType, document };
}

function manifestRequest(method: "GET" | "HEAD", endpoint: Endpoint, reference: ImageReference): RegistryRequest {
	const path = `manifests/${reference.digest ?? reference.tag ?? "latest"}`;
	return { method, endpoint, repository: reference.repository, path, accept: ACCEPT, maximumBytes: MANIFEST_BYTES };
}

function parseJson(answer: RegistryAnswer): unknown {
	try {
		return JSON.parse(Buffer.from(answer.body).toString("utf8"));
	} catch {
		// The parser's message would quote the answer.
		throw unusable(answer, "what it answers is not JSON");
	}
}

function textField(document: unknown, name: string): string | undefined {
	const value = typeof document === "object" && document !== null ? (document as Record<string, unknown>)[name] : undefined;
	return typeof value === "string" ? value : undefined;
}

/** The error for an answer that contradicts itself, or is something else than what was asked for. */
export function unusable(answer: { readonly url: URL }, what: string): ToolError {
	return new ToolError("badOutput", `${answer.url.host} cannot be believed: ${what}`, {
		hint: "The registry, or a proxy in front of it, does not work as it should; nothing was changed.",
		detail: `${answer.url.origin}${answer.url.pathname}: ${what}`,
	});
}
