import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { ToolErrorKind } from "../../../server/tools/errors.ts";
import { type Fault, startRegistry, type TestRegistry } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER, toolError } from "../../support/registryClient.ts";
import { OCI_MANIFEST, sha256 } from "../../support/registryContent.ts";

describe("what a registry does not give", () => {
	let registry: TestRegistry;
	beforeEach(async () => {
		registry = await startRegistry();
		registry.add("app", "1");
	});
	afterEach(() => registry.close());

	const ask = (kind: ToolErrorKind, fault: Fault | undefined, options: Parameters<typeof clientWith>[0] = {}) => {
		registry.fault = () => fault;
		return toolError(kind, clientWith(options).client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
	};

	it("403: does not exist or needs a login", async () => {
		const error = await ask("denied", { kind: "answer", status: 403 });
		assert.equal(error.message, `${registry.host}/app:1 does not exist on ${registry.host}, or needs a login`);
		assert.equal(error.hint, `Check the name; if it is private, run \`docker login ${registry.host}\`.`);
	});

	it("401 without a challenge that can be met", async () => {
		for (const challenge of ["", "Negotiate", 'Basic realm="x"', "Bearer"]) {
			const kind = challenge === "Bearer" ? "badOutput" : "denied";
			await ask(kind, { kind: "answer", status: 401, headers: { "www-authenticate": challenge } });
		}
	});

	it("404: the tag is not there, with the registry's code", async () => {
		const { client } = clientWith();
		const error = await toolError("notFound", client.resolveDigest(`${registry.host}/app:none`, { signal: NEVER }));
		assert.equal(error.message, `${registry.host} has no ${registry.host}/app:none`);
		assert.equal(error.detail, `${registry.host}: HTTP 404, MANIFEST_UNKNOWN`);
	});

	it("429: says when to try again, and leaves the host alone until then", async () => {
		let now = Date.parse("2026-01-01T00:00:00Z");
		const { client } = clientWith({ now: () => now });
		const headers = { "retry-after": "45", "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600" };
		registry.fault = () => ({ kind: "answer", status: 429, headers });
		const attempt = () => toolError("rateLimited", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		const error = await attempt();
		assert.equal(error.message, `${registry.host} was asked too often; 100 requests in 6 hours are allowed`);
		assert.equal(error.hint, "Try again in 45 seconds.");
		assert.deepEqual(client.rateLimits(), [{ host: registry.host, limit: 100, remaining: 0, windowSeconds: 21600, retryAt: now + 45_000 }]);
		now += 44_000;
		assert.equal((await attempt()).hint, "Try again in 1 second.");
		assert.equal(registry.requests.length, 1, "asked again too early");
		now += 1000;
		registry.fault = () => undefined;
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
	});

	it("429 with a date, with nothing, and with a wait of days", async () => {
		const now = Date.parse("2026-01-01T00:00:00Z");
		const clock = { now: () => now };
		const date = await ask(
			"rateLimited",
			{ kind: "answer", status: 429, headers: { "retry-after": "Thu, 01 Jan 2026 00:10:00 GMT" } },
			clock,
		);
		assert.equal(date.hint, "Try again in 10 minutes.");
		const nothing = await ask("rateLimited", { kind: "answer", status: 429 }, clock);
		assert.equal(nothing.hint, "Try again later.");
		const { client } = clientWith(clock);
		registry.fault = () => ({ kind: "answer", status: 429, headers: { "retry-after": "999999" } });
		await toolError("rateLimited", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(client.rateLimits()[0]?.retryAt, now + 60_000, "a login may help earlier than the host says");
	});

	it("500 and 503: trouble of its own", async () => {
		for (const status of [500, 503]) {
			const error = await ask("failed", { kind: "answer", status, body: "oops" });
			assert.equal(error.message, `${registry.host} has trouble of its own (HTTP ${status})`);
		}
	});

	it("no answer in time", async () => {
		const error = await ask("timedOut", { kind: "silence" }, { timeoutMs: 60 });
		assert.equal(error.message, `${registry.host} did not answer within 0.06 seconds`);
	});

	it("a connection that is closed", async () => {
		const error = await ask("unreachable", { kind: "reset" });
		assert.equal(error.message, `${registry.host} closed the connection without an answer`);
	});

	it("nobody there", async () => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const address = server.address();
		const port = typeof address === "object" ? address?.port : 0;
		await new Promise((resolve) => server.close(resolve));
		const error = await toolError("unreachable", clientWith().client.resolveDigest(`localhost:${port}/app:1`, { signal: NEVER }));
		assert.equal(error.message, `localhost:${port} refuses the connection`);
	});

	it("a name that leads nowhere", async () => {
		const error = await toolError("unreachable", clientWith().client.resolveDigest("registry.invalid/app:1", { signal: NEVER }));
		assert.equal(error.message, "The name registry.invalid leads nowhere, or this computer is offline");
	});

	it("a port that no host has, and texts that are no reference", async () => {
		await toolError("invalid", clientWith().client.resolveDigest("localhost:99999/app:1", { signal: NEVER }));
		for (const text of ["UPPER/Case", "a b", "", "scratch", "app:1@sha256:12"])
			await toolError("invalid", clientWith().client.resolveDigest(text, { signal: NEVER }));
	});

	it("a proxy's page in place of an answer", async () => {
		const error = await ask("badOutput", { kind: "answer", status: 200, headers: { "content-type": "text/html" }, body: "<html>login" });
		assert.match(error.message, /cannot be believed: what it answers is not JSON$/);
	});

	it("something else than an image, and an image in the old format", async () => {
		for (const [type, body] of [
			["application/vnd.docker.distribution.manifest.v1+prettyjws", '{"schemaVersion":1}'],
			["application/json", "[]"],
			["application/json", "null"],
		] as const) {
			const error = await ask("badOutput", { kind: "answer", status: 200, headers: { "content-type": type }, body });
			assert.match(error.message, /is no image of a kind that is in use$/);
		}
	});

	it("content that does not have the digest that the registry names", async () => {
		registry.fault = ({ method }) =>
			method === "HEAD"
				? { kind: "answer", status: 404 }
				: {
						kind: "answer",
						status: 200,
						headers: { "content-type": OCI_MANIFEST, "docker-content-digest": sha256("something else") },
						body: "{}",
					};
		const error = await toolError("badOutput", clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.match(error.message, /the content does not have its digest$/);
	});

	it("another digest than the one that was asked for", async () => {
		const asked = sha256("what we want");
		const { top } = registry.add("app", "1");
		registry.fault = () => ({
			kind: "answer",
			status: 200,
			headers: { "content-type": OCI_MANIFEST, "docker-content-digest": top.digest },
			body: top.bytes,
		});
		await toolError("badOutput", clientWith().client.resolveDigest(`${registry.host}/app@${asked}`, { signal: NEVER }));
	});

	it("a manifest without end, and one that announces a gigabyte", async () => {
		registry.fault = ({ method }) => (method === "HEAD" ? { kind: "answer", status: 404 } : { kind: "endless" });
		const endless = await toolError("badOutput", clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(endless.message, `${registry.host} sends more than 4 MiB`);
		const headers = { "content-type": OCI_MANIFEST, "content-length": "1000000000", "docker-content-digest": sha256("x") };
		await ask("badOutput", { kind: "answer", status: 200, headers });
	});

	it("nothing that goes on without end is read to where it would fill the memory", async () => {
		const ends: readonly (readonly [what: string, part: string, ask: (host: string) => Promise<unknown>])[] = [
			["manifest", "/manifests/", (host) => clientWith().client.resolveDigest(`${host}/app:1`, { signal: NEVER })],
			["index", "/manifests/sha256:", (host) => clientWith().client.inspectImage(`${host}/app:1`, { signal: NEVER })],
			["configuration", "/blobs/", (host) => clientWith().client.inspectImage(`${host}/app:1`, { signal: NEVER })],
			["tags", "/tags/", (host) => clientWith().client.listTags(`${host}/app`, { signal: NEVER })],
			["token", "/token", (host) => clientWith().client.resolveDigest(`${host}/app:1`, { signal: NEVER })],
		];
		for (const [what, part, request] of ends) {
			const lying = await startRegistry({ auth: what === "token" ? "bearer" : "none" });
			try {
				lying.add("app", "1");
				const bytes = new Promise<number>((resolve) => {
					lying.fault = ({ method, path }) => {
						if (!path.includes(part)) return undefined;
						return method === "HEAD" ? { kind: "answer", status: 404 } : { kind: "endless", closed: resolve };
					};
				});
				await toolError("badOutput", request(lying.host));
				const most = what === "token" ? 64 * 1024 : 4 * 1024 * 1024;
				// What the system keeps for a connection comes on top.
				assert.ok((await bytes) < most + 12 * 1024 * 1024, what);
			} finally {
				await lying.close();
			}
		}
	});

	it("an error page without end", async () => {
		registry.fault = ({ method }) => ({ kind: "answer", status: 404, ...(method === "GET" ? { body: Buffer.alloc(5_000_000, "x") } : {}) });
		await toolError("notFound", clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
	});

	it("a redirect loop", async () => {
		registry.fault = ({ path }) => ({ kind: "answer", status: 302, headers: { location: path } });
		const error = await toolError("badOutput", clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(error.message, `${registry.host} redirects without end`);
		assert.equal(registry.requests.length, 6);
	});

	it("redirects into a private network, to other kinds of addresses, with a password", async () => {
		for (const location of [
			"http://10.1.2.3/",
			"https://169.254.169.254/latest",
			"file:///etc/passwd",
			"https://u:p@x.example/",
			"https://",
		]) {
			const error = await ask("badOutput", { kind: "answer", status: 302, headers: { location } });
			assert.match(error.message, /sends us to/, location);
		}
	});

	it("a token of another kind, too long a token, a token service in trouble", async () => {
		for (const [kind, fault] of [
			["badOutput", { kind: "answer", status: 200, body: "{}" }],
			["badOutput", { kind: "answer", status: 200, body: "no JSON" }],
			["badOutput", { kind: "answer", status: 200, body: JSON.stringify({ token: "x".repeat(70_000) }) }],
			["badOutput", { kind: "answer", status: 302, headers: { location: "https://10.0.0.1/" } }],
			["rateLimited", { kind: "answer", status: 429, headers: { "retry-after": "5" } }],
			["failed", { kind: "answer", status: 502 }],
			["denied", { kind: "answer", status: 403 }],
		] as const) {
			const service = await startRegistry({ auth: "bearer" });
			service.fault = ({ path }) => (path === "/token" ? fault : undefined);
			await toolError(kind, clientWith().client.resolveDigest(`${service.host}/app:1`, { signal: NEVER })).finally(() => service.close());
		}
	});

	it("is no error when somebody cancels", async () => {
		const controller = new AbortController();
		registry.fault = () => {
			controller.abort(new Error("closed"));
			return { kind: "silence" };
		};
		await cancelled(clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: controller.signal }));
	});
});
