import assert from "node:assert/strict";
import { fileDigest } from "../../../server/tools/registry/fileDigest.ts";
import { testCertificate, trustTestAuthority } from "../../support/certificates.ts";
import { startRegistry, type TestRegistry, type TestRegistryOptions } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER, password, toolError } from "../../support/registryClient.ts";
import { sha256 } from "../../support/registryContent.ts";

describe("TLS", () => {
	const open: TestRegistry[] = [];
	const start = async (options: TestRegistryOptions = { tls: testCertificate("localhost") }): Promise<TestRegistry> => {
		const registry = await startRegistry(options);
		registry.add("app", "1");
		open.push(registry);
		return registry;
	};
	afterEach(async () => {
		await Promise.all(open.splice(0).map((registry) => registry.close()));
	});
	const resolve = async (registry: TestRegistry, options: Parameters<typeof clientWith>[0] = {}) =>
		await clientWith(options).client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });

	it("with a certificate of an unknown authority is refused, without a try over plain http", async () => {
		const registry = await start();
		const error = await toolError("unreachable", resolve(registry));
		assert.equal(error.message, `The certificate of ${registry.host} comes from an authority that is not known here`);
		assert.match(error.hint ?? "", /NODE_EXTRA_CA_CERTS/);
		assert.equal(registry.requests.length, 0);
	});

	describe("of a known authority", () => {
		let forget = (): void => {};
		before(() => {
			forget = trustTestAuthority();
		});
		after(() => forget());

		it("serves registries on this computer, logins included", async () => {
			for (const auth of ["none", "basic", "bearer"] as const) {
				const registry = await start({ tls: testCertificate("localhost"), auth, user: "u", password: "p" });
				const { digest } = await resolve(registry, { login: password("u", "p") });
				assert.match(digest, /^sha256:/);
			}
		});

		it("for another host name, or out of date, is refused with its own words", async () => {
			const elsewhere = await start({ tls: testCertificate("elsewhere") });
			assert.match((await toolError("unreachable", resolve(elsewhere))).message, /is for another host$/);
			const expired = await start({ tls: testCertificate("expired") });
			assert.match((await toolError("unreachable", resolve(expired))).message, /is out of date or not yet valid$/);
		});

		it("is missed where https is needed and only http is spoken", async () => {
			const plain = await start({});
			const error = await toolError("unreachable", fileDigest(`https://localhost:${plain.port}/tool`, { signal: NEVER }));
			assert.equal(error.message, `localhost:${plain.port} does not speak TLS`);
		});

		it("is not left for http by a redirect or a token service", async () => {
			const plain = await start({});
			const registry = await start();
			registry.fault = ({ path }) => ({ kind: "answer", status: 302, headers: { location: `http://localhost:${plain.port}${path}` } });
			assert.match((await toolError("badOutput", resolve(registry))).message, /which is not https$/);
			const lured = await start({ tls: testCertificate("localhost"), auth: "bearer", realm: `http://localhost:${plain.port}/token` });
			await toolError("badOutput", resolve(lured, { login: password("u", "p") }));
			assert.equal(plain.requests.length, 0);
		});

		it("lets plain http on this computer be found again when it has changed", async () => {
			const plain = await start({});
			const { client } = clientWith({ now: () => 1 });
			await client.resolveDigest(`localhost:${plain.port}/app:1`, { signal: NEVER });
			plain.fault = () => ({ kind: "answer", status: 400 });
			await toolError("badOutput", client.resolveDigest(`localhost:${plain.port}/app:1`, { signal: NEVER, notBefore: 2 }));
			plain.fault = () => undefined;
			await client.resolveDigest(`localhost:${plain.port}/app:1`, { signal: NEVER, notBefore: 2 });
		});

		describe("digest of a file", () => {
			const bytes = Buffer.from("#!/bin/sh\necho tool\n".repeat(20_000));
			const serve = async (headers: Record<string, string> = {}, status = 200): Promise<string> => {
				const server = await start();
				server.fault = () => ({ kind: "answer", status, headers, body: bytes });
				return `https://${server.host}/releases/tool.sh?signature=hidden`;
			};

			it("is that of the bytes", async () => {
				assert.equal(await fileDigest(await serve(), { signal: NEVER }), sha256(bytes));
			});

			it("is found behind redirects over https", async () => {
				const server = await start();
				server.fault = ({ path }) =>
					path === "/a" ? { kind: "answer", status: 302, headers: { location: "/b" } } : { kind: "answer", status: 200, body: bytes };
				assert.equal(await fileDigest(`https://${server.host}/a`, { signal: NEVER }), sha256(bytes));
			});

			it("is not taken of http, of something too long, of what is compressed on the way", async () => {
				for (const address of ["http://example.com/x", "ftp://example.com/x", "https://u:p@example.com/x", "x", ""])
					await toolError("invalid", fileDigest(address, { signal: NEVER }));
				await toolError("badOutput", fileDigest(await serve(), { signal: NEVER, maximumBytes: 1000 }));
				await toolError("badOutput", fileDigest(await serve({ "content-length": String(10 ** 9) }), { signal: NEVER }));
				const compressed = await toolError("failed", fileDigest(await serve({ "content-encoding": "gzip" }), { signal: NEVER }));
				assert.match(compressed.message, /compresses tool\.sh on the way/);
				const endless = await start();
				endless.fault = () => ({ kind: "endless" });
				await toolError("badOutput", fileDigest(`https://${endless.host}/`, { signal: NEVER, maximumBytes: 1_000_000 }));
			});

			it("says what is wrong, without the query of the address", async () => {
				for (const [status, kind] of [
					[401, "denied"],
					[403, "denied"],
					[404, "notFound"],
					[429, "rateLimited"],
					[500, "failed"],
				] as const) {
					const error = await toolError(kind, fileDigest(await serve({}, status), { signal: NEVER }));
					assert.ok(!`${error.message}${error.hint}${error.detail}`.includes("hidden"));
				}
				const silent = await start();
				silent.fault = () => ({ kind: "silence" });
				await toolError("timedOut", fileDigest(`https://${silent.host}/`, { signal: NEVER, timeoutMs: 60 }));
				const controller = new AbortController();
				silent.fault = () => {
					controller.abort();
					return { kind: "silence" };
				};
				await cancelled(fileDigest(`https://${silent.host}/`, { signal: controller.signal }));
			});
		});
	});
});
