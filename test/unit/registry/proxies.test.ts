import assert from "node:assert/strict";
import { fileDigest } from "../../../server/tools/registry/fileDigest.ts";
import { proxiesOf } from "../../../server/tools/registry/proxies.ts";
import { testCertificate, trustTestAuthority } from "../../support/certificates.ts";
import { startProxy, type TestProxy } from "../../support/proxy.ts";
import { startRegistry, type TestRegistry, type TestRegistryOptions } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER, password, toolError } from "../../support/registryClient.ts";
import { sha256 } from "../../support/registryContent.ts";

describe("the proxy for an address", () => {
	const proxyOf = (address: string, environment: Readonly<Record<string, string>>, wish = {}) =>
		proxiesOf(environment, wish).proxyFor(new URL(address))?.href;

	it("is that of its scheme, in either case, and none without one", () => {
		const environment = { HTTPS_PROXY: "http://secure:3128", http_proxy: "plain:8080" };
		assert.equal(proxyOf("https://ghcr.io/v2/", environment), "http://secure:3128/");
		assert.equal(proxyOf("http://ghcr.io/v2/", environment), "http://plain:8080/");
		assert.equal(proxyOf("https://ghcr.io/", { https_proxy: "small:1", HTTPS_PROXY: "great:1" }), "http://small:1/");
		assert.equal(proxyOf("https://ghcr.io/", {}), undefined);
		assert.equal(proxyOf("https://ghcr.io/", { HTTPS_PROXY: "" }), undefined);
	});

	it("is never asked for addresses of this computer", () => {
		for (const host of ["localhost:5000", "127.0.0.1", "[::1]:5000", "registry.localhost"])
			assert.equal(proxyOf(`https://${host}/`, { HTTPS_PROXY: "http://p:1" }), undefined, host);
	});

	it("is not asked for what NO_PROXY names", () => {
		const asked = (address: string, exceptions: string): boolean =>
			proxyOf(address, { HTTPS_PROXY: "http://p:1", NO_PROXY: exceptions }) !== undefined;
		for (const [address, exceptions, expected] of [
			["https://ghcr.io/", "", true],
			["https://ghcr.io/", "*", false],
			["https://ghcr.io/", "quay.io, GHCR.io", false],
			["https://ghcr.io/", "ghcr.io:443", false],
			["https://ghcr.io/", "ghcr.io:8443", true],
			["https://ghcr.io:8443/", "ghcr.io:8443", false],
			["https://a.example.com/", "example.com", false],
			["https://a.example.com/", ".example.com", false],
			["https://a.example.com/", "*.example.com", false],
			["https://example.com/", ".example.com", true],
			["https://badexample.com/", "example.com", true],
			["https://10.1.2.3/", "10.0.0.0/8", false],
			["https://11.1.2.3/", "10.0.0.0/8", true],
			["https://[fd00::1]/", "fd00::/8", false],
			["https://[fd00::1]/", "fd00::1", false],
			["https://10.1.2.3/", "10.0.0.0/nonsense", true],
		] as const)
			assert.equal(asked(address, exceptions), expected, `${address} with ${exceptions}`);
	});

	it("is the editor's where that says something", () => {
		const environment = { HTTPS_PROXY: "http://environment:1", NO_PROXY: "ghcr.io" };
		assert.equal(proxyOf("https://quay.io/", environment, { proxy: "http://editor:2" }), "http://editor:2/");
		assert.equal(proxyOf("https://ghcr.io/", environment, { proxy: "http://editor:2" }), undefined);
		assert.equal(proxyOf("https://ghcr.io/", environment, { without: ["quay.io"] }), "http://environment:1/");
		assert.equal(proxyOf("https://quay.io/", environment, { off: true }), undefined);
	});

	it("must be an http address; what is written is not repeated", async () => {
		for (const address of ["socks5://user:hunter2@p:1", "http://user:hunter2@:x"]) {
			const error = await toolError("invalid", (async () => proxiesOf({ HTTPS_PROXY: address }).proxyFor(new URL("https://ghcr.io/")))());
			assert.ok(!`${error.message}${error.hint}${error.detail}`.includes("hunter2"));
		}
	});
});

describe("a registry behind a proxy", () => {
	const open: { close(): Promise<void> }[] = [];
	let forget = (): void => {};
	before(() => {
		forget = trustTestAuthority();
	});
	after(() => forget());
	afterEach(async () => {
		await Promise.all(open.splice(0).map((server) => server.close()));
	});
	const start = async (options: TestRegistryOptions, login?: string): Promise<{ registry: TestRegistry; proxy: TestProxy }> => {
		const registry = await startRegistry(options);
		registry.add("app", "1", { platforms: ["linux/amd64"] });
		const proxy = await startProxy(() => registry.port, login);
		open.push(registry, proxy);
		return { registry, proxy };
	};
	const ask = (proxy: string, options: Parameters<typeof clientWith>[0] = {}) =>
		clientWith({ proxies: proxiesOf({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy }), ...options });
	const HOSTED = { tls: testCertificate("hosted") };

	it("is asked through a tunnel, which one connection opens for all", async () => {
		const { registry, proxy } = await start({ ...HOSTED, auth: "bearer", user: "u", password: "p", realm: "https://gitlab.com/jwt/auth" });
		const { client } = ask(proxy.address, { login: password("u", "p") });
		const { platforms } = await client.inspectImage("registry.gitlab.com/app:1", { signal: NEVER });
		assert.deepEqual(
			platforms.map((entry) => entry.platform),
			["linux/amd64"],
		);
		assert.deepEqual(proxy.requests, ["CONNECT registry.gitlab.com:443", "CONNECT gitlab.com:443"]);
		assert.deepEqual(proxy.logins, [undefined, undefined]);
		assert.ok(registry.requests.length >= 5);
	});

	it("is asked with the proxy's login, which goes to nobody else and is never logged", async () => {
		const { registry, proxy } = await start(HOSTED, "me:hunter 2");
		const { client, lines } = ask(proxy.address.replace("//", "//me:hunter%202@"));
		await client.resolveDigest("registry.example.com/app:1", { signal: NEVER });
		assert.deepEqual(proxy.requests, ["CONNECT registry.example.com:443"]);
		assert.ok(registry.requests.every(({ authorization }) => authorization === undefined));
		assert.ok(!lines.join().includes("hunter"));
	});

	it("may speak http where a mirror does: then the proxy sees the request", async () => {
		const { proxy } = await start({});
		const { client } = ask(proxy.address, { mirrors: ["http://mirror.example"] });
		await toolError("notFound", client.resolveDigest("app:1", { signal: NEVER })).catch(() => undefined);
		assert.equal(proxy.requests[0], "HEAD http://mirror.example/v2/library/app/manifests/1");
	});

	it("gives a file to be counted through the tunnel, too", async () => {
		const { registry, proxy } = await start(HOSTED);
		registry.fault = () => ({ kind: "answer", status: 200, body: "content" });
		const proxies = proxiesOf({ HTTPS_PROXY: proxy.address });
		assert.equal(await fileDigest("https://registry.example.com/tool.sh", { signal: NEVER, proxies }), sha256("content"));
		assert.deepEqual(proxy.requests, ["CONNECT registry.example.com:443"]);
	});

	it("is checked by its certificate as ever", async () => {
		const { proxy } = await start({ tls: testCertificate("elsewhere") });
		const { client } = ask(proxy.address);
		const error = await toolError("unreachable", client.resolveDigest("registry.example.com/app:1", { signal: NEVER }));
		assert.match(error.message, /is for another host$/);
	});

	it("cannot be asked where the proxy wants a login, refuses, or is not there: each is said", async () => {
		const { proxy } = await start(HOSTED, "me:right");
		const login = await toolError(
			"denied",
			ask(proxy.address.replace("//", "//me:hunter2@")).client.resolveDigest("ghcr.io/app:1", { signal: NEVER }),
		);
		assert.match(login.message, /^The proxy 127\.0\.0\.1:\d+ wants a login$/);
		assert.ok(!`${login.message}${login.hint}${login.detail}`.includes("hunter2"));
		proxy.refusal = 403;
		const refused = await toolError("unreachable", ask(proxy.address).client.resolveDigest("ghcr.io/app:1", { signal: NEVER }));
		assert.match(refused.message, /does not open the way to ghcr\.io/);
		await proxy.close();
		const gone = await toolError("unreachable", ask(proxy.address).client.resolveDigest("ghcr.io/app:1", { signal: NEVER }));
		assert.match(gone.message, /^The proxy 127\.0\.0\.1:\d+, which stands before ghcr\.io(:443)?, does not answer$/);
		open.splice(open.indexOf(proxy), 1);
	});

	it("is left when somebody cancels or it takes too long", async () => {
		const { registry, proxy } = await start(HOSTED);
		const controller = new AbortController();
		registry.fault = () => {
			controller.abort();
			return { kind: "silence" };
		};
		await cancelled(ask(proxy.address).client.resolveDigest("ghcr.io/app:1", { signal: controller.signal }));
		registry.fault = () => ({ kind: "silence" });
		await toolError("timedOut", ask(proxy.address, { timeoutMs: 500 }).client.resolveDigest("ghcr.io/app:1", { signal: NEVER }));
	});

	it("is refused where it lies, through a tunnel, too", async () => {
		const { registry, proxy } = await start(HOSTED);
		registry.fault = ({ method }) => (method === "HEAD" ? { kind: "answer", status: 405 } : { kind: "endless" });
		const error = await toolError("badOutput", ask(proxy.address).client.resolveDigest("ghcr.io/app:1", { signal: NEVER }));
		assert.match(error.message, /sends more than 4 MiB$/);
	});
});
