import assert from "node:assert/strict";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER } from "../../support/registryClient.ts";
import { DOCKER_LIST, OCI_INDEX, OCI_MANIFEST } from "../../support/registryContent.ts";

describe("digest of a reference", () => {
	let registry: TestRegistry;
	beforeEach(async () => {
		registry = await startRegistry();
	});
	afterEach(() => registry.close());

	const methods = (): readonly string[] => registry.requests.map(({ method, path }) => `${method} ${path}`);

	it("is that of the index, by one HEAD", async () => {
		const { top } = registry.add("acme/app", "1", { platforms: ["linux/amd64", "linux/arm64"] });
		const { client } = clientWith({ now: () => 1234 });
		const answer = await client.resolveDigest(`${registry.host}/acme/app:1`, { signal: NEVER });
		assert.deepEqual(answer, { digest: top.digest, mediaType: OCI_INDEX, registryHost: registry.host, askedAt: 1234 });
		assert.deepEqual(methods(), ["HEAD /v2/acme/app/manifests/1"]);
		for (const type of [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, "application/vnd.docker.distribution.manifest.v2+json"])
			assert.ok(registry.requests[0]?.accept?.includes(type), type);
	});

	it("takes `latest` where no tag is written, and an image without an index", async () => {
		const { top } = registry.add("app", "latest");
		const answer = await clientWith().client.resolveDigest(`${registry.host}/app`, { signal: NEVER });
		assert.equal(answer.digest, top.digest);
		assert.equal(answer.mediaType, OCI_MANIFEST);
	});

	it("is counted from the bytes where HEAD does not name it", async () => {
		const { top } = registry.add("app", "1", { platforms: ["linux/amd64"], docker: true });
		registry.fault = ({ method }) => {
			const headers = { "content-type": DOCKER_LIST };
			return { kind: "answer", status: 200, headers, ...(method === "GET" ? { body: top.bytes } : {}) };
		};
		const answer = await clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(answer.digest, top.digest);
		assert.deepEqual(methods(), ["HEAD /v2/app/manifests/1", "GET /v2/app/manifests/1"]);
	});

	it("is found where HEAD is not allowed", async () => {
		const { top } = registry.add("app", "1");
		registry.fault = ({ method }) => (method === "HEAD" ? { kind: "answer", status: 405 } : undefined);
		const answer = await clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(answer.digest, top.digest);
	});

	it("asks for the digest, not for the tag, where the reference has one", async () => {
		const { top } = registry.add("app", "1");
		registry.add("app", "2", { salt: "moved" });
		await clientWith().client.resolveDigest(`${registry.host}/app:2@${top.digest}`, { signal: NEVER });
		assert.deepEqual(methods(), [`HEAD /v2/app/manifests/${top.digest}`]);
	});

	it("asks once for those who ask at the same time, and from the cache within a minute", async () => {
		registry.add("app", "1");
		let now = 1_000_000;
		const { client } = clientWith({ now: () => now });
		const reference = `${registry.host}/app:1`;
		await Promise.all([1, 2, 3].map(() => client.resolveDigest(reference, { signal: NEVER })));
		now += 59_000;
		await client.resolveDigest(reference, { signal: NEVER });
		assert.equal(registry.requests.length, 1);
		now += 2000;
		await client.resolveDigest(reference, { signal: NEVER });
		assert.equal(registry.requests.length, 2);
		now += 1;
		await client.resolveDigest(reference, { signal: NEVER, notBefore: now });
		assert.equal(registry.requests.length, 3);
	});

	it("never asks again for a digest", async () => {
		const { top } = registry.add("app", "1");
		let now = 1_000_000;
		const { client } = clientWith({ now: () => now });
		for (let times = 0; times < 3; times++) {
			await client.resolveDigest(`${registry.host}/app@${top.digest}`, { signal: NEVER, notBefore: now });
			now += 10_000_000;
		}
		assert.equal(registry.requests.length, 1);
	});

	it("keeps an answer for who waits while another one cancels", async () => {
		registry.add("app", "1");
		let release = (): void => {};
		const promise = new Promise<void>((resolve) => {
			release = resolve;
		});
		const arrived = new Promise<void>((resolve) => {
			registry.fault = () => {
				resolve();
				return { kind: "after", promise };
			};
		});
		const { client } = clientWith();
		const impatient = new AbortController();
		const first = client.resolveDigest(`${registry.host}/app:1`, { signal: impatient.signal });
		const second = client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		await arrived;
		impatient.abort("no reason of the right kind");
		await cancelled(first);
		release();
		assert.match((await second).digest, /^sha256:/);
		assert.equal(registry.requests.length, 1);
	});

	it("ends the request when nobody waits for it, and starts a new one for who comes then", async () => {
		registry.add("app", "1");
		let closed = (): void => {};
		const ended = new Promise<void>((resolve) => {
			closed = resolve;
		});
		const arrived = new Promise<void>((resolve) => {
			registry.fault = () => {
				resolve();
				return { kind: "silence", closed };
			};
		});
		const { client } = clientWith();
		const controller = new AbortController();
		const pending = client.resolveDigest(`${registry.host}/app:1`, { signal: controller.signal });
		await arrived;
		controller.abort();
		registry.fault = () => undefined;
		const next = client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		await cancelled(pending);
		assert.match((await next).digest, /^sha256:/);
		await ended;
		await cancelled(client.resolveDigest(`${registry.host}/app:2`, { signal: controller.signal }));
	});

	it("tries once whether a port of this computer speaks TLS, however many ask at the same time", async () => {
		for (let index = 0; index < 30; index++) registry.add(`app${index}`, "1", { salt: String(index) });
		const { client } = clientWith();
		const controller = new AbortController();
		const left = cancelled(client.resolveDigest(`${registry.host}/app29:1`, { signal: controller.signal }));
		const references = Array.from({ length: 29 }, (_, index) => `${registry.host}/app${index}:1`);
		const pending = Promise.all(references.map((reference) => client.resolveDigest(reference, { signal: NEVER })));
		controller.abort();
		await left;
		assert.equal((await pending).length, 29);
		assert.ok(registry.notHttp() <= 2, `${registry.notHttp()} tries`);
	});

	it("keeps to eight requests at a time for one host, or to another limit", async () => {
		for (const [mostPerHost, limit] of [
			[undefined, 8],
			[3, 3],
		] as const) {
			for (let index = 0; index < 30; index++) registry.add(`app${index}`, "1", { salt: String(index) });
			const { client } = clientWith(mostPerHost === undefined ? {} : { mostPerHost });
			await client.resolveDigest(`${registry.host}/app0:1`, { signal: NEVER });
			let arrivals = 0;
			let release = (): void => {};
			const promise = new Promise<void>((resolve) => {
				release = resolve;
			});
			const full = new Promise<void>((resolve) => {
				registry.fault = () => {
					if (++arrivals === limit) resolve();
					return { kind: "after", promise };
				};
			});
			const references = Array.from({ length: 29 }, (_, index) => `${registry.host}/app${index + 1}:1`);
			const pending = Promise.all(references.map((reference) => client.resolveDigest(reference, { signal: NEVER })));
			await full;
			// Those that wait have had every chance to come.
			for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
			assert.equal(arrivals, limit);
			release();
			assert.equal(new Set((await pending).map(({ digest }) => digest)).size, 29);
			assert.equal(arrivals, 29);
		}
	});
});
