import assert from "node:assert/strict";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { clientWith, NEVER, toolError } from "../../support/registryClient.ts";
import { content, OCI_INDEX, sha256 } from "../../support/registryContent.ts";

describe("image card", () => {
	let registry: TestRegistry;
	beforeEach(async () => {
		registry = await startRegistry();
	});
	afterEach(() => registry.close());

	it("says platforms, creation, size, user and labels", async () => {
		const labels = { "org.opencontainers.image.source": "https://example.test/app" };
		const { top, children } = registry.add("app", "1", { platforms: ["linux/arm64/v8", "linux/amd64"], user: "65532", labels });
		const reference = `${registry.host}/app:1`;
		const card = await clientWith().client.inspectImage(reference, { signal: NEVER });
		assert.equal(card.image.reference, reference);
		assert.equal(card.image.digest, top.digest);
		assert.equal(card.image.platform, "linux/amd64");
		assert.deepEqual(
			card.platforms,
			[...children].map(([platform, { digest }]) => ({ platform, digest })),
			"the attestation is no platform",
		);
		assert.deepEqual(card.image.repositoryDigests, [`${registry.host}/app@${top.digest}`]);
		assert.equal(card.size, 1234);
		assert.equal(card.image.created, "2026-05-04T03:02:01.000Z");
		assert.equal(card.image.config.user, "65532");
		assert.deepEqual(card.image.config.labels, labels);
		assert.deepEqual(card.image.config.exposedPorts, ["80/tcp"]);
		assert.deepEqual(
			card.image.layers.map(({ createdBy }) => createdBy),
			["base", "RUN app"],
		);
	});

	it("is of the platform that was asked for, variants included", async () => {
		registry.add("app", "1", { platforms: ["linux/amd64", "linux/arm/v6", "linux/arm/v7"], docker: true });
		const { client } = clientWith();
		const platformOf = async (platform: string): Promise<string | undefined> =>
			(await client.inspectImage(`${registry.host}/app:1`, { signal: NEVER, platform })).image.platform;
		assert.equal(await platformOf("linux/arm/v7"), "linux/arm/v7");
		assert.equal(await platformOf("linux/arm"), "linux/arm/v6");
		const error = await toolError("notFound", platformOf("windows/amd64"));
		assert.equal(error.message, `${registry.host}/app:1 has no image for windows/amd64`);
		assert.equal(error.hint, "It has linux/amd64, linux/arm/v6, linux/arm/v7.");
	});

	it("takes the first platform where the usual one is missing, and an image without an index", async () => {
		registry.add("arm", "1", { platforms: ["linux/arm64"] });
		const single = registry.add("single", "1", { created: "1970-01-01T00:00:00Z" });
		const { client } = clientWith();
		assert.equal((await client.inspectImage(`${registry.host}/arm:1`, { signal: NEVER })).image.platform, "linux/arm64");
		const card = await client.inspectImage(`${registry.host}/single:1`, { signal: NEVER });
		assert.deepEqual(card.platforms, [{ platform: "linux/amd64", digest: single.top.digest }]);
		assert.equal(card.image.created, undefined, "1970 says nothing");
	});

	it("asks for nothing again but the tag", async () => {
		registry.add("app", "1", { platforms: ["linux/amd64"] });
		let now = 1_000_000;
		const { client } = clientWith({ now: () => now });
		await client.inspectImage(`${registry.host}/app:1`, { signal: NEVER });
		assert.deepEqual(
			registry.requests.map(({ method, path }) => `${method} ${path.split("/")[3]}`),
			["HEAD manifests", "GET manifests", "GET manifests", "GET blobs"],
		);
		now += 3_600_000;
		await client.inspectImage(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(registry.requests.length, 5);
	});

	it("follows a blob to another host without the login", async () => {
		const elsewhere = await startRegistry();
		elsewhere.add("app", "1");
		registry.add("app", "1");
		registry.fault = ({ path }) =>
			path.includes("/blobs/") ? { kind: "answer", status: 307, headers: { location: `http://${elsewhere.host}${path}` } } : undefined;
		const card = await clientWith().client.inspectImage(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(card.image.platform, "linux/amd64");
		assert.equal(elsewhere.requests.length, 1);
		await elsewhere.close();
	});

	it("refuses a part that does not have its digest", async () => {
		for (const part of ["/blobs/", "/manifests/sha256:"]) {
			registry.add("app", "1", { platforms: ["linux/amd64"] });
			registry.fault = ({ path, method }) =>
				path.includes(part) && method === "GET" ? { kind: "answer", status: 200, body: '{"os":"evil"}' } : undefined;
			const error = await toolError("badOutput", clientWith().client.inspectImage(`${registry.host}/app:1`, { signal: NEVER }));
			assert.match(error.message, /no image of a kind|does not have its digest/);
		}
	});

	it("refuses documents that are not what they should be", async () => {
		for (const document of [
			{ manifests: 7 },
			{ manifests: [7] },
			{ manifests: [{ digest: "x", platform: { os: "linux", architecture: "amd64" } }] },
		]) {
			registry.put("odd", "1", content(document, OCI_INDEX));
			const error = await toolError("badOutput", clientWith().client.inspectImage(`${registry.host}/odd:1`, { signal: NEVER }));
			assert.equal(error.message, `${registry.host} answers something that is no image`);
			assert.match(error.detail ?? "", /\$\.manifests/);
		}
		registry.put("empty", "1", content({ manifests: [] }, OCI_INDEX));
		await toolError("notFound", clientWith().client.inspectImage(`${registry.host}/empty:1`, { signal: NEVER }));
		const lost = { config: { digest: sha256("gone") }, layers: [] };
		registry.put("lost", "1", content({ manifests: [], ...lost }, "application/vnd.oci.image.manifest.v1+json"));
		await toolError("notFound", clientWith().client.inspectImage(`${registry.host}/lost:1`, { signal: NEVER }));
	});
});

describe("tags of a repository", () => {
	let registry: TestRegistry;
	beforeEach(async () => {
		registry = await startRegistry();
	});
	afterEach(() => registry.close());

	const tags = async () => await clientWith().client.listTags(`${registry.host}/app`, { signal: NEVER });

	it("are listed over pages, whatever host the next one is said to be on", async () => {
		registry.fault = ({ query }) => {
			const last = query.get("last");
			const next = last === null ? "b" : last === "b" ? "d" : undefined;
			const headers: Record<string, string> =
				next === undefined ? {} : { link: `<http://10.0.0.1/v2/x/tags/list?last=${next}&n=2>; rel="next"` };
			const names = last === null ? ["a", "b"] : last === "b" ? ["c", "d"] : ["e"];
			return { kind: "answer", status: 200, headers, body: JSON.stringify({ name: "app", tags: names }) };
		};
		assert.deepEqual(await tags(), { tags: ["a", "b", "c", "d", "e"], complete: true, registryHost: registry.host });
	});

	it("are cut where a registry has no end of them", async () => {
		let page = 0;
		registry.fault = () => {
			page++;
			const names = Array.from({ length: 1000 }, (_, index) => `t${page}-${index}`);
			return {
				kind: "answer",
				status: 200,
				headers: { link: `</v2/app/tags/list?last=${page}>; rel="next"` },
				body: JSON.stringify({ tags: names }),
			};
		};
		const list = await tags();
		assert.equal(list.tags.length, 20_000);
		assert.equal(list.complete, false);
	});

	it("end where a page brings nothing new", async () => {
		registry.fault = () => ({
			kind: "answer",
			status: 200,
			headers: { link: '</v2/app/tags/list?last=a>; rel="next"' },
			body: '{"tags":["a"]}',
		});
		assert.deepEqual((await tags()).tags, ["a"]);
		assert.equal(registry.requests.length, 2);
	});

	it("are not sent again where they have an ETag and did not change", async () => {
		await registry.close();
		registry = await startRegistry({ etags: true });
		registry.add("app", "a");
		const statuses: string[] = [];
		const { client, lines } = clientWith();
		const list = async (): Promise<readonly string[]> => {
			lines.length = 0;
			const { tags: found } = await client.listTags(`${registry.host}/app`, { signal: NEVER });
			statuses.push(lines.at(-1)?.slice(-3) ?? "");
			return found;
		};
		assert.deepEqual(await list(), ["a"]);
		assert.deepEqual(await list(), ["a"]);
		registry.add("app", "b");
		assert.deepEqual(await list(), ["a", "b"]);
		assert.deepEqual(await list(), ["a", "b"]);
		assert.deepEqual(statuses, ["200", "304", "200", "304"]);
		assert.equal(registry.requests.filter(({ ifNoneMatch }) => ifNoneMatch !== undefined).length, 3);
		registry.fault = () => ({ kind: "answer", status: 304 });
		await toolError("badOutput", clientWith().client.listTags(`${registry.host}/app`, { signal: NEVER }));
	});

	it("have ETags that are sent back only if they are some", async () => {
		for (const etag of ["x", '"a" "b"', `"${"x".repeat(1000)}"`, '"\u00fc"']) {
			registry.fault = () => ({ kind: "answer", status: 200, headers: { etag }, body: '{"tags":["a"]}' });
			const { client } = clientWith();
			for (let turn = 0; turn < 2; turn++) await client.listTags(`${registry.host}/app`, { signal: NEVER });
		}
		assert.deepEqual(
			registry.requests.filter(({ ifNoneMatch }) => ifNoneMatch !== undefined),
			[],
		);
	});

	it("may be none, and are no list of other things", async () => {
		registry.fault = () => ({ kind: "answer", status: 200, body: '{"tags":null}' });
		assert.deepEqual((await tags()).tags, []);
		registry.fault = () => ({ kind: "answer", status: 200, body: '{"tags":["ok",7,"no/tag","<b>"]}' });
		assert.deepEqual((await tags()).tags, ["ok"]);
		registry.fault = () => ({ kind: "answer", status: 200, body: "[" });
		await toolError("badOutput", tags());
		registry.fault = () => ({ kind: "answer", status: 404 });
		await toolError("notFound", tags());
	});
});
