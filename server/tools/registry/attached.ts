import type { Attached, Presence } from "../../core/image/attached.ts";
import type { ImageReference } from "../../core/image/reference.ts";
import { child, isAbsent, type JsonValue, jsonRoot, readList, readOptionalText } from "../../core/json/values.ts";
import { ToolError } from "../errors.ts";
import type { Endpoint } from "./endpoints.ts";
import { MANIFEST_BYTES } from "./manifests.ts";
import { ACCEPT } from "./mediaTypes.ts";
import { askRegistry, type RegistryAnswer } from "./registryRequest.ts";
import type { Session } from "./session.ts";

/**
 * Whether a registry has signatures and attestations of an image: as referrers (OCI distribution-spec 1.1, with the tag that stands
 * in where a registry knows none), and under the tags of cosign. At most three requests; what cannot be found out is unknown.
 * @param digest of what the reference names, of the index where there is one
 * @throws AbortError when cancelled
 */
export async function findAttached(
	session: Session,
	endpoint: Endpoint,
	reference: ImageReference,
	digest: string,
	signal: AbortSignal,
): Promise<Attached> {
	const tag = digest.replace(":", "-");
	const ask = (method: "GET" | "HEAD", path: string): Promise<RegistryAnswer | undefined> =>
		asked(session, endpoint, reference, method, path, signal);
	const [signatureTag, listed] = await Promise.all([ask("HEAD", `manifests/${tag}.sig`), ask("GET", `referrers/${digest}`)]);
	const referrers = listed?.status === 200 ? referrersIn(listed) : undefined;
	if (referrers !== undefined) {
		const attestationTag = await ask("HEAD", `manifests/${tag}.att`);
		return {
			signature: either(referrers.signature, presenceOf(signatureTag)),
			attestation: either(referrers.attestation, presenceOf(attestationTag)),
		};
	}
	const standIn = listed === undefined ? undefined : await ask("GET", `manifests/${tag}`);
	const kept = standIn?.status === 404 ? NOTHING : standIn?.status === 200 ? referrersIn(standIn) : undefined;
	// Cosign's tag of attestations would be the fourth request.
	const attestation = kept?.attestation === "found" ? "found" : "unknown";
	return { signature: either(kept?.signature ?? "unknown", presenceOf(signatureTag)), attestation };
}

const NOTHING: Attached = { signature: "none", attestation: "none" };

async function asked(
	session: Session,
	endpoint: Endpoint,
	{ repository }: ImageReference,
	method: "GET" | "HEAD",
	path: string,
	signal: AbortSignal,
): Promise<RegistryAnswer | undefined> {
	try {
		return await askRegistry(session, { method, endpoint, repository, path, accept: ACCEPT, maximumBytes: MANIFEST_BYTES }, signal);
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		session.log(`${endpoint.host} does not say what is attached: ${error.message}`);
		return undefined;
	}
}

function presenceOf(answer: RegistryAnswer | undefined): Presence {
	if (answer?.status === 200 && answer.headers.get("content-type")?.includes("manifest") === true) return "found";
	return answer?.status === 404 ? "none" : "unknown";
}

function either(a: Presence, b: Presence): Presence {
	if (a === "found" || b === "found") return "found";
	return a === "unknown" || b === "unknown" ? "unknown" : "none";
}

/** What the entries of an index of referrers are; undefined for what is no such index. */
function referrersIn(answer: RegistryAnswer): Attached | undefined {
	try {
		const root = jsonRoot(JSON.parse(Buffer.from(answer.body).toString("utf8")));
		// Without the list it is something else than an index.
		if (isAbsent(child(root, "manifests"))) return undefined;
		const kinds = readList(root, "manifests").map(kindOf);
		const isWhole = answer.headers.get("link") === null;
		const presence = (kind: "signature" | "attestation"): Presence => (kinds.includes(kind) ? "found" : isWhole ? "none" : "unknown");
		return { signature: presence("signature"), attestation: presence("attestation") };
	} catch {
		return undefined;
	}
}

/**
 * What a referrer is, by its artifact type. Sources: Notary Project signature specification; cosign, specifications of signatures,
 * attestations and SBOMs; sigstore bundle format; in-toto, media types.
 */
function kindOf(entry: JsonValue): "signature" | "attestation" | undefined {
	const type = readOptionalText(entry, "artifactType") ?? "";
	if (type.startsWith("application/vnd.dev.sigstore.bundle")) {
		const annotations = child(entry, "annotations");
		const predicate = readOptionalText(annotations, "dev.sigstore.bundle.predicateType");
		const isStatement = readOptionalText(annotations, "dev.sigstore.bundle.content") === "dsse-envelope";
		return isStatement && predicate !== "https://sigstore.dev/cosign/sign/v1" ? "attestation" : "signature";
	}
	if (/^application\/vnd\.(?:cncf\.notary\.signature|dev\.cosign\.(?:artifact\.sig\.|simplesigning\.))/.test(type)) return "signature";
	return /^application\/(?:vnd\.in-toto|vnd\.dev\.cosign\.artifact\.(?:att|sbom)\.|spdx|vnd\.cyclonedx)/.test(type)
		? "attestation"
		: undefined;
}
