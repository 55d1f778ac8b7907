import assert from "node:assert/strict";
import { type ManyPins, manyPins } from "../../support/manyPins.ts";

describe("1,000 references of 200 images in 300 Dockerfiles", function () {
	this.timeout(60_000);
	let many: ManyPins;
	beforeEach(async () => {
		many = await manyPins();
	});
	afterEach(() => many.registry.close());

	it("are pinned with one request for each image, eight at a time, and with none when the answers are known", async () => {
		const { registry } = many;
		const client = many.newClient();
		const started = Date.now();
		const waiting: (() => void)[] = [];
		// Nobody is answered before eight ask.
		registry.fault = () => ({
			kind: "after",
			promise: new Promise<void>((resolve) => {
				waiting.push(resolve);
				if (waiting.length === 8) for (const release of waiting.splice(0)) release();
			}),
		});
		const { references, pinned, texts } = await many.plan(client, started);
		assert.deepEqual([references, pinned, texts.size], [1000, 1000, 300]);
		assert.equal(registry.requests.length, 200);
		assert.equal(new Set(registry.requests.map(({ path }) => path)).size, 200);
		assert.ok(registry.requests.every(({ method }) => method === "HEAD"));
		assert.equal(registry.mostAtOnce(), 8);
		const written = [...texts.values()].flatMap((text) => text.match(/\/team\/\S+@sha256:[0-9a-f]{64}/g) ?? []);
		assert.deepEqual([written.length, new Set(written).size], [1000, 200]);

		const again = await many.plan(client, started);
		assert.deepEqual([again.references, again.pinned], [1000, 1000]);
		assert.equal(registry.requests.length, 200, "no request more");
		await many.plan(client, Date.now() + 1);
		assert.equal(registry.requests.length, 400, "who wants newer answers asks once more for each");
	});

	it("are asked for once each where the registry wants a token for each repository", async () => {
		const { registry } = many;
		registry.fault = ({ path, authorization, host }) => {
			if (path === "/token") return { kind: "answer", status: 200, body: '{"token":"t"}' };
			if (authorization !== undefined) return undefined;
			const scope = /^\/v2\/(.+)\/manifests\//.exec(path)?.[1];
			const challenge = `Bearer realm="http://${host}/token",scope="repository:${scope}:pull"`;
			return { kind: "answer", status: 401, headers: { "www-authenticate": challenge } };
		};
		await many.plan(many.newClient(), Date.now());
		const tokens = registry.requests.filter(({ path }) => path === "/token");
		assert.equal(tokens.length, 20, "one for each repository");
		const answered = registry.requests.filter(({ path, authorization }) => path !== "/token" && authorization !== undefined);
		assert.equal(answered.length, 200);
		assert.ok(registry.mostAtOnce() <= 8);
	});
});
