import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Problem } from "../../server/core/finding.ts";
import { hullguard } from "../support/commandLine.ts";
import { clientWith, NEVER, toolError } from "../support/registryClient.ts";
import { OCI_INDEX, OCI_MANIFEST, sha256 } from "../support/registryContent.ts";
import { needsCrane, needsVariables, requireAll } from "../support/requirements.ts";

const execute = promisify(execFile);
const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
/** Source: cosign, signature specification. */
const COSIGN_LAYER = "application/vnd.dev.cosign.simplesigning.v1+json";

async function crane(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
	return (await execute("crane", args, { env: { ...process.env, ...environment } })).stdout.trim();
}

/** `registry/repository:tag` of everything that a registry has. */
async function imagesOf(registry: string, environment: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
	const lists = (await crane(["catalog", registry], environment)).split("\n").map(async (repository) => {
		const tags = await crane(["ls", `${registry}/${repository}`], environment);
		return tags.split("\n").map((tag) => `${registry}/${repository}:${tag}`);
	});
	return (await Promise.all(lists)).flat().filter((reference) => /:[^/]+$/.test(reference));
}

describe("a real registry", function () {
	this.timeout(60_000);
	const registry = process.env["HULLGUARD_TEST_REGISTRY"] ?? "";
	before(function () {
		requireAll(this, [needsVariables("a registry with images", ["HULLGUARD_TEST_REGISTRY"]), needsCrane()]);
	});

	it("gives crane and us the same digest for each of its images", async () => {
		// Others may push and move their own images in the meantime.
		const references = (await imagesOf(registry)).filter((reference) => /\/(?:library|docker)\//.test(reference));
		assert.ok(references.length > 5, `only ${references.length} images`);
		const { client } = clientWith();
		for (const reference of references) {
			const { digest, registryHost } = await client.resolveDigest(reference, { signal: NEVER });
			assert.equal(digest, await crane(["digest", reference]), reference);
			assert.equal(registryHost, registry);
			assert.equal((await client.resolveDigest(`${reference}@${digest}`, { signal: NEVER })).digest, digest);
		}
	});

	it("gives crane and `hullguard image digest` the same digest, for names of Docker Hub, too, where the engine has it as a mirror", async () => {
		const references = (await imagesOf(registry)).filter((reference) => /\/(?:library|docker)\//.test(reference));
		for (const reference of references) {
			const { code, stdout, stderr } = await hullguard(["image", "digest", reference]);
			assert.deepEqual([code, stdout.trim()], [0, await crane(["digest", reference])], `${reference}: ${stderr}`);
		}
		const mirrors = await execute("docker", ["info", "--format", "{{json .RegistryConfig.Mirrors}}"]).catch(() => ({ stdout: "" }));
		if (!mirrors.stdout.includes(`://${registry}`)) return;
		const { stdout } = await hullguard(["image", "digest", "debian:12"]);
		assert.equal(stdout.trim(), await crane(["digest", `${registry}/library/debian:12`]));
	});

	it("gives crane and us the same digest of one platform", async () => {
		const reference = `${registry}/library/multi:1`;
		for (const platform of ["linux/amd64", "linux/arm64"]) {
			const { stdout, stderr } = await hullguard(["image", "digest", reference, "--platform", platform]);
			assert.equal(stdout.trim(), await crane(["digest", "--platform", platform, reference]), stderr);
		}
	});

	it("lists the tags that crane lists", async () => {
		const repository = `${registry}/library/debian`;
		const { tags, complete } = await clientWith().client.listTags(repository, { signal: NEVER });
		assert.deepEqual([...tags].sort(), (await crane(["ls", repository])).split("\n").sort());
		assert.ok(complete);
	});

	it("shows the configuration that crane shows", async () => {
		const reference = `${registry}/library/node:22-bookworm-slim`;
		const card = await clientWith().client.inspectImage(reference, { signal: NEVER });
		const config = JSON.parse(await crane(["config", "--platform", card.image.platform ?? "", reference]));
		assert.equal(card.image.config.user, config.config.User || undefined);
		assert.deepEqual(card.image.config.environment, config.config.Env);
		assert.deepEqual(
			card.image.layers.map(({ diffId }) => diffId),
			config.rootfs.diff_ids,
		);
		const manifest = JSON.parse(await crane(["manifest", "--platform", card.image.platform ?? "", reference]));
		assert.equal(
			card.size,
			manifest.layers.reduce((sum: number, { size }: { size: number }) => sum + size, 0),
		);
	});

	it("has signatures, and says so, under cosign's tag and under the one for referrers", async () => {
		const repository = `hullguard/signed-${randomUUID().slice(0, 8)}`;
		const reference = `${registry}/${repository}:1`;
		await crane(["copy", `${registry}/library/debian:12`, reference]);
		const digest = await crane(["digest", reference]);
		const config = { mediaType: OCI_CONFIG, ...(await smallBlob(reference)) };
		const attached = async (): Promise<unknown> =>
			(await clientWith().client.inspectImage(reference, { signal: NEVER, attached: true })).attached;
		const card = async (): Promise<string> => (await hullguard(["image", "inspect", reference])).stdout;
		assert.match(await card(), /^ {2}Signature {3}none found$/m);
		const signature = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [{ ...config, mediaType: COSIGN_LAYER }] };
		await put(`${repository}/manifests/${digest.replace(":", "-")}.sig`, signature);
		assert.match(await card(), /^ {2}Signature {3}found \(not verified\)$/m);
		const statement = { ...signature, artifactType: "application/vnd.in-toto+json", subject: { mediaType: OCI_MANIFEST, digest, size: 1 } };
		const isListed = await put(`${repository}/manifests/statement`, statement);
		if (!isListed) {
			const text = JSON.stringify(statement);
			const entry = { mediaType: OCI_MANIFEST, digest: sha256(text), size: text.length, artifactType: statement.artifactType };
			await put(`${repository}/manifests/${digest.replace(":", "-")}`, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] });
		}
		assert.deepEqual(await attached(), { signature: "found", attestation: "found" });
	});

	/** A blob that the image has. */
	async function smallBlob(reference: string): Promise<{ readonly digest: string; readonly size: number }> {
		const { config } = JSON.parse(await crane(["manifest", "--platform", "linux/amd64", reference])) as {
			readonly config: { readonly digest: string; readonly size: number };
		};
		return { digest: config.digest, size: config.size };
	}

	/** Pushes a manifest as it stands; gives whether the registry keeps a list of what refers to its subject. */
	async function put(path: string, manifest: Readonly<Record<string, unknown>> & { readonly mediaType: string }): Promise<boolean> {
		const headers = { "content-type": manifest.mediaType };
		const answer = await fetch(`http://${registry}/v2/${path}`, { method: "PUT", headers, body: JSON.stringify(manifest) });
		assert.equal(answer.status, 201, await answer.text());
		return answer.headers.has("oci-subject");
	}

	it("stands in for Docker Hub as a mirror", async () => {
		const { client } = clientWith({ mirrors: [`http://${registry}/`] });
		const answer = await client.resolveDigest("node:22-bookworm-slim", { signal: NEVER });
		assert.equal(answer.digest, await crane(["digest", `${registry}/library/node:22-bookworm-slim`]));
		assert.equal(answer.registryHost, registry);
	});

	it("does not have what it does not have", async () => {
		const { client } = clientWith();
		await toolError("notFound", client.resolveDigest(`${registry}/library/debian:no-such-tag`, { signal: NEVER }));
		await toolError("notFound", client.resolveDigest(`${registry}/no/such/repository:1`, { signal: NEVER }));
	});
});

describe("a real registry with TLS and a login", function () {
	this.timeout(60_000);
	const { HULLGUARD_TEST_TLS_REGISTRY: registry = "", HULLGUARD_TEST_TLS_AUTHORITY: authority = "" } = process.env;
	const { HULLGUARD_TEST_TLS_USER: user = "", HULLGUARD_TEST_TLS_PASSWORD: secret = "" } = process.env;
	let folder = "";
	before(function () {
		const names = ["HULLGUARD_TEST_TLS_REGISTRY", "HULLGUARD_TEST_TLS_AUTHORITY", "HULLGUARD_TEST_TLS_USER", "HULLGUARD_TEST_TLS_PASSWORD"];
		requireAll(this, [needsVariables("a registry with TLS and a login", names), needsCrane()]);
		folder = mkdtempSync(join(tmpdir(), "hullguard registry "));
	});
	after(() => {
		if (folder !== "") rmSync(folder, { recursive: true });
	});

	const configure = (config: unknown): void => writeFileSync(join(folder, "config.json"), JSON.stringify(config));
	const auth = (password: string): string => Buffer.from(`${user}:${password}`).toString("base64");
	const environment = (): Record<string, string> => ({ DOCKER_CONFIG: folder, SSL_CERT_FILE: authority });

	/** In a process of its own: Node reads NODE_EXTRA_CA_CERTS once, when it starts. */
	const resolved = async (
		references: readonly string[],
		more: Readonly<Record<string, string>>,
	): Promise<readonly (string | Problem)[]> => {
		const script = join(dirname(fileURLToPath(import.meta.url)), "registryInChild.ts");
		const env = { ...process.env, DOCKER_CONFIG: folder, ...more };
		const { stdout, stderr } = await execute(process.execPath, [script, ...references], { env });
		assert.ok(!`${stdout}${stderr}`.includes(secret) && !stderr.includes(auth(secret)), "the password was printed");
		return JSON.parse(stdout);
	};

	it("gives crane and us the same digests, with the login of Docker's configuration", async () => {
		configure({ auths: { [registry]: { auth: auth(secret) } } });
		const references = await imagesOf(registry, environment());
		assert.ok(references.length > 0);
		const digests = await Promise.all(references.map((reference) => crane(["digest", reference], environment())));
		assert.deepEqual(await resolved(references, { NODE_EXTRA_CA_CERTS: authority }), digests);
	});

	it("gives crane and `hullguard image digest` the same digests, with the login of podman's file, too", async () => {
		configure({ auths: { [registry]: { auth: auth(secret) } } });
		const references = await imagesOf(registry, environment());
		assert.ok(references.length > 0);
		const digests = await Promise.all(references.map((reference) => crane(["digest", reference], environment())));
		const podman = join(folder, "podman.json");
		writeFileSync(podman, JSON.stringify({ auths: { [registry]: { auth: auth(secret) } } }));
		for (const logins of [{}, { REGISTRY_AUTH_FILE: podman }]) {
			for (const [index, reference] of references.entries()) {
				const { code, stdout, stderr } = await hullguard(["image", "digest", reference], {
					environment: { DOCKER_CONFIG: folder, NODE_EXTRA_CA_CERTS: authority, ...logins },
				});
				assert.deepEqual([code, stdout.trim()], [0, digests[index]], `${reference}: ${stderr}`);
				assert.ok(!`${stdout}${stderr}`.includes(secret));
			}
			configure({});
		}
	});

	it("takes the login of a credential helper", async function () {
		if (process.platform === "win32") this.skip();
		const helper = join(folder, "docker-credential-test");
		writeFileSync(helper, `#!/bin/sh\nread server\n[ "$server" = "${registry}" ] && echo '{"Username":"${user}","Secret":"${secret}"}'\n`);
		chmodSync(helper, 0o755);
		configure({ credHelpers: { [registry]: "test" } });
		const [reference = ""] = await imagesOf(registry, { ...environment(), PATH: `${folder}${delimiter}${process.env["PATH"]}` });
		const more = { NODE_EXTRA_CA_CERTS: authority, PATH: `${folder}${delimiter}${process.env["PATH"]}` };
		const [digest] = await resolved([reference], more);
		assert.match(String(digest), /^sha256:/);
	});

	it("refuses a wrong login and none, and is not trusted without its authority", async () => {
		const reference = `${registry}/private/base:1`;
		configure({ auths: { [registry]: { auth: auth("wrong") } } });
		const [wrong] = (await resolved([reference], { NODE_EXTRA_CA_CERTS: authority })) as readonly Problem[];
		assert.equal(wrong?.kind, "denied");
		configure({});
		const [none] = (await resolved([reference], { NODE_EXTRA_CA_CERTS: authority })) as readonly Problem[];
		assert.equal(none?.kind, "denied");
		assert.match(none?.hint ?? "", new RegExp(`docker login ${registry}`));
		const [unknown] = (await resolved([reference], { NODE_EXTRA_CA_CERTS: "" })) as readonly Problem[];
		assert.match(unknown?.message ?? "", /comes from an authority that is not known here$/);
	});
});
