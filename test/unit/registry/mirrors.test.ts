import assert from "node:assert/strict";
import { parseReference } from "../../../server/core/image/reference.ts";
import { endpointsOf, mirrorEndpoint } from "../../../server/tools/registry/endpoints.ts";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER } from "../../support/registryClient.ts";

describe("mirrors of Docker Hub", () => {
	const open: TestRegistry[] = [];
	const start = async (): Promise<TestRegistry> => {
		const registry = await startRegistry();
		open.push(registry);
		return registry;
	};
	afterEach(async () => {
		await Promise.all(open.splice(0).map((registry) => registry.close()));
	});

	it("are asked first, and the answer says which one gave it", async () => {
		const mirror = await start();
		const { top } = mirror.add("library/node", "22-bookworm-slim");
		const { client } = clientWith({ mirrors: [`http://${mirror.host}/`] });
		for (const reference of ["node:22-bookworm-slim", "docker.io/library/node:22-bookworm-slim", "index.docker.io/node:22-bookworm-slim"]) {
			const answer = await client.resolveDigest(reference, { signal: NEVER });
			assert.deepEqual([answer.digest, answer.registryHost], [top.digest, mirror.host]);
		}
		assert.equal(mirror.requests.length, 1, "three names, one image");
	});

	it("are asked one after the other, whatever is wrong with one", async () => {
		const [broken, empty, full] = [await start(), await start(), await start()];
		const { top } = full.add("library/node", "22");
		for (const fault of ["reset", "status", "lie"] as const) {
			broken.fault = ({ method }) => {
				if (fault === "reset") return { kind: "reset" };
				if (fault === "status" || method === "HEAD") return { kind: "answer", status: 500 };
				return { kind: "answer", status: 200, body: "lies" };
			};
			const { client, lines } = clientWith({ mirrors: [`http://${broken.host}`, `http://${empty.host}`, `http://${full.host}`] });
			const card = await client.inspectImage("node:22", { signal: NEVER });
			assert.deepEqual([card.image.digest, card.registryHost], [top.digest, full.host]);
			assert.equal(lines.filter((line) => line.startsWith("mirror ")).length, 2);
		}
	});

	it("have no part in other registries", async () => {
		const [mirror, registry] = [await start(), await start()];
		registry.add("app", "1");
		const { client } = clientWith({ mirrors: [`http://${mirror.host}`] });
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(mirror.requests.length, 0);
	});

	it("can have a path, and get no login of Docker Hub's", async () => {
		const mirror = await start();
		mirror.fault = () => ({ kind: "answer", status: 401, headers: { "www-authenticate": 'Basic realm="x"' } });
		const asked: string[] = [];
		const controller = new AbortController();
		const { client } = clientWith({
			mirrors: [`http://${mirror.host}/hub/`],
			credentials: async (registry) => {
				asked.push(registry);
				// Docker Hub itself is not to be asked.
				controller.abort();
				return {};
			},
		});
		await cancelled(client.resolveDigest("node:22", { signal: controller.signal }));
		assert.deepEqual(
			mirror.requests.map(({ path }) => path),
			["/hub/v2/library/node/manifests/22"],
		);
		assert.deepEqual(asked, [mirror.host]);
	});

	it("are http and https addresses, without user names", () => {
		assert.deepEqual(mirrorEndpoint("https://mirror.example"), {
			host: "mirror.example",
			prefix: "",
			scheme: "https",
			login: "mirror.example",
		});
		assert.equal(mirrorEndpoint("mirror.example:8443/hub/")?.host, "mirror.example:8443");
		assert.equal(mirrorEndpoint("mirror.example:8443/hub/")?.prefix, "/hub");
		for (const address of ["", " ", "ftp://x", "https://u:p@x", "https://x/?a=b", "https://x/#y", "https://", "http://["])
			assert.equal(mirrorEndpoint(address), undefined, address);
		const { lines } = clientWith({ mirrors: ["https://user:hunter2@x", "  "] });
		assert.ok(lines.length === 2 && lines.every((line) => !line.includes("hunter2")));
	});

	it("stand before Docker Hub's own host", () => {
		const reference = parseReference("node:22");
		const mirror = mirrorEndpoint("https://m.example");
		assert.ok(reference && mirror);
		assert.deepEqual(
			endpointsOf(reference, [mirror]).map(({ host, scheme, login }) => [host, scheme, login]),
			[
				["m.example", "https", "m.example"],
				["registry-1.docker.io", "https", "docker.io"],
			],
		);
	});

	it("do not change how registries on this computer and elsewhere are asked", () => {
		for (const [text, scheme] of [
			["localhost:5000/a", "local"],
			["localhost/a", "local"],
			["127.0.0.1:5000/a", "local"],
			["[::1]:5000/a", "local"],
			["192.168.1.5:5000/a", "https"],
			["ghcr.io/a/b", "https"],
		] as const) {
			const reference = parseReference(text);
			assert.ok(reference, text);
			assert.equal(endpointsOf(reference, [])[0]?.scheme, scheme, text);
		}
	});
});
