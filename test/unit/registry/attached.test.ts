import assert from "node:assert/strict";
import type { Attached } from "../../../server/core/image/attached.ts";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER } from "../../support/registryClient.ts";
import { content, OCI_INDEX, OCI_MANIFEST, type StoredContent } from "../../support/registryContent.ts";

/** Something that refers to an image. */
function referrer(digest: string, artifactType: string, annotations: Readonly<Record<string, string>> = {}): StoredContent {
	return content({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, annotations, subject: { digest }, layers: [] }, OCI_MANIFEST);
}

const NOTATION = "application/vnd.cncf.notary.signature";
const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const OTHER = content({ schemaVersion: 2, mediaType: OCI_MANIFEST, layers: [] }, OCI_MANIFEST);

describe("what is attached to an image", () => {
	let registry: TestRegistry;
	let digest: string;
	async function started(referrers: boolean): Promise<void> {
		registry = await startRegistry({ referrers });
		digest = registry.add("app", "1").top.digest;
	}
	afterEach(() => registry.close());

	async function attached(options: Parameters<typeof clientWith>[0] = {}, signal = NEVER): Promise<Attached | undefined> {
		return (await clientWith(options).client.inspectImage(`${registry.host}/app:1`, { signal, attached: true })).attached;
	}
	/** Requests beyond those for the card. */
	const extra = (): readonly string[] =>
		registry.requests
			.slice(3)
			.map(({ method, path }) => `${method} ${path.replace("/v2/app/", "").replace(digest, "D").replace(digest.replace(":", "-"), "T")}`);

	it("is not asked for unless somebody wants to know", async () => {
		await started(true);
		const card = await clientWith().client.inspectImage(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(card.attached, undefined);
		assert.deepEqual(extra(), []);
	});

	it("is nothing of an image without signatures, by three requests", async () => {
		await started(true);
		assert.deepEqual(await attached(), { signature: "none", attestation: "none" });
		assert.deepEqual([...extra()].sort(), ["GET referrers/D", "HEAD manifests/T.att", "HEAD manifests/T.sig"]);
	});

	it("is found under cosign's tags", async () => {
		await started(true);
		registry.put("app", `${digest.replace(":", "-")}.sig`, OTHER);
		assert.deepEqual(await attached(), { signature: "found", attestation: "none" });
		registry.put("app", `${digest.replace(":", "-")}.att`, OTHER);
		assert.deepEqual(await attached(), { signature: "found", attestation: "found" });
	});

	for (const [type, annotations, expected] of [
		[NOTATION, {}, { signature: "found", attestation: "none" }],
		["application/vnd.dev.cosign.artifact.sig.v1+json", {}, { signature: "found", attestation: "none" }],
		[BUNDLE, { "dev.sigstore.bundle.content": "message-signature" }, { signature: "found", attestation: "none" }],
		[
			BUNDLE,
			{ "dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1" },
			{ signature: "found", attestation: "none" },
		],
		[
			BUNDLE,
			{ "dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": "https://slsa.dev/provenance/v1" },
			{ signature: "none", attestation: "found" },
		],
		["application/vnd.in-toto+json", {}, { signature: "none", attestation: "found" }],
		["application/spdx+json", {}, { signature: "none", attestation: "found" }],
		["application/vnd.example.icon", {}, { signature: "none", attestation: "none" }],
	] as const)
		it(`is found among what refers to the image, by its type: ${[type, ...Object.values(annotations)].join(" ")}`, async () => {
			await started(true);
			registry.put("app", "any", referrer(digest, type, annotations));
			assert.deepEqual(await attached(), expected);
		});

	it("is looked for under the tag that stands in where a registry knows no referrers", async () => {
		await started(false);
		assert.deepEqual(await attached(), { signature: "none", attestation: "unknown" }, "one question is left out");
		assert.deepEqual([...extra()].sort(), ["GET manifests/T", "GET referrers/D", "HEAD manifests/T.sig"]);
		const entry = { mediaType: OCI_MANIFEST, digest: OTHER.digest, size: OTHER.bytes.length, artifactType: NOTATION };
		registry.put("app", digest.replace(":", "-"), content({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] }, OCI_INDEX));
		assert.deepEqual(await attached(), { signature: "found", attestation: "unknown" });
	});

	it("is found in the index, where BuildKit keeps it", async () => {
		await started(true);
		registry.add("app", "1", { platforms: ["linux/amd64"] });
		assert.deepEqual(await attached(), { signature: "none", attestation: "found" });
	});

	it("stays unknown where the registry refuses, contradicts itself or closes the door; the card is there", async () => {
		await started(true);
		for (const status of [401, 403, 429, 500, 301]) {
			registry.fault = ({ path }) => (/referrers|sha256-/.test(path) ? { kind: "answer", status } : undefined);
			assert.deepEqual(await attached(), { signature: "unknown", attestation: "unknown" }, String(status));
		}
		for (const body of ["<html>", "[]", "{}", '{"manifests": 7}', '{"manifests": [7]}']) {
			registry.fault = ({ path }) => (path.includes("referrers") ? { kind: "answer", status: 200, body } : undefined);
			assert.equal((await attached())?.attestation, "unknown", body);
		}
		registry.fault = ({ path }) => (/referrers|sha256-/.test(path) ? { kind: "reset" } : undefined);
		assert.deepEqual(await attached(), { signature: "unknown", attestation: "unknown" });
		registry.fault = ({ path }) =>
			path.includes("referrers")
				? { kind: "answer", status: 200, headers: { link: '</v2/app/referrers/next>; rel="next"' }, body: '{"manifests": []}' }
				: undefined;
		assert.deepEqual(await attached(), { signature: "unknown", attestation: "unknown" }, "the list goes on");
	});

	it("is not taken for missing because a mirror does not have it", async () => {
		await started(true);
		const { top } = registry.add("library/app", "1");
		const { client } = clientWith({ mirrors: [`http://${registry.host}`] });
		const ask = async (): Promise<unknown> => (await client.inspectImage("app:1", { signal: NEVER, attached: true })).attached;
		assert.deepEqual(await ask(), { signature: "unknown", attestation: "unknown" });
		registry.put("library/app", `${top.digest.replace(":", "-")}.sig`, OTHER);
		assert.deepEqual(await ask(), { signature: "found", attestation: "unknown" });
	});

	it("ends with who cancels", async () => {
		await started(true);
		const controller = new AbortController();
		registry.fault = ({ path }) => {
			if (!path.includes("referrers")) return undefined;
			controller.abort();
			return { kind: "silence" };
		};
		await cancelled(attached({}, controller.signal));
	});
});
