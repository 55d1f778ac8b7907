import assert from "node:assert/strict";
import { credentialOf, identityToken } from "../../../server/tools/credentials/credential.ts";
import { proxiesOf } from "../../../server/tools/registry/proxies.ts";
import { testCertificate, trustTestAuthority } from "../../support/certificates.ts";
import { HOSTED, type Hosted } from "../../support/hostedRegistries.ts";
import { startProxy, type TestProxy } from "../../support/proxy.ts";
import { type Fault, startRegistry, type TestRegistry, type TestRegistryOptions } from "../../support/registry.ts";
import { clientWith, NEVER, toolError } from "../../support/registryClient.ts";
import { DOCKER_LIST, DOCKER_MANIFEST } from "../../support/registryContent.ts";

describe("hosted registries, played as they are documented", () => {
	const open: { close(): Promise<void> }[] = [];
	let forget = (): void => {};
	before(() => {
		forget = trustTestAuthority();
	});
	after(() => forget());
	afterEach(async () => {
		await Promise.all(open.splice(0).map((server) => server.close()));
	});
	const play = async (options: TestRegistryOptions = {}): Promise<{ readonly registry: TestRegistry; readonly proxy: TestProxy }> => {
		const registry = await startRegistry({ tls: testCertificate("hosted"), ...options });
		const proxy = await startProxy(() => registry.port);
		open.push(registry, proxy);
		return { registry, proxy };
	};
	const clientFor = (proxy: TestProxy, options: Parameters<typeof clientWith>[0] = {}) =>
		clientWith({ proxies: proxiesOf({ HTTPS_PROXY: proxy.address }), ...options });
	const credentialFor = (login: Hosted["login"]) =>
		typeof login === "object"
			? identityToken(login.identityToken)
			: credentialOf(login?.split(":")[0] ?? "", login?.slice(login.indexOf(":") + 1) ?? "");

	for (const { name, reference, host, repository, options = {}, login, loginName = host, docker = false, fault } of HOSTED) {
		it(`${name}: digest, card and tags`, async () => {
			const { registry, proxy } = await play(options);
			const tag = reference.slice(reference.lastIndexOf(":") + 1);
			const image = registry.add(repository, tag, { platforms: ["linux/amd64", "linux/arm64"], user: "app", docker });
			if (fault !== undefined) registry.fault = fault;
			const asked = new Set<string>();
			const { client, lines } = clientFor(proxy, {
				credentials: async (registryName) => {
					asked.add(registryName);
					const credential = registryName === loginName ? credentialFor(login) : undefined;
					return credential === undefined ? {} : { credential };
				},
			});

			const answer = await client.resolveDigest(reference, { signal: NEVER });
			assert.equal(answer.digest, image.top.digest);
			assert.equal(answer.registryHost, host);
			const card = await client.inspectImage(reference, { signal: NEVER, platform: "linux/arm64" });
			assert.equal(card.image.config.user, "app");
			assert.equal(card.mediaType, docker ? DOCKER_LIST : image.top.mediaType);
			assert.deepEqual((await client.listTags(reference, { signal: NEVER })).tags, [tag]);
			const pinned = await client.resolveDigest(`${reference}@${answer.digest}`, { signal: NEVER });
			assert.equal(pinned.digest, answer.digest);

			const { realm, service = "", blobHost, auth = "none" } = options;
			const hosts = new Set([host, ...(realm === undefined ? [] : [new URL(realm).host]), ...(blobHost === undefined ? [] : [blobHost])]);
			assert.deepEqual(new Set(registry.requests.map((request) => request.host)), hosts);
			const [first] = registry.requests;
			assert.deepEqual([first?.method, first?.path], ["HEAD", `/v2/${repository}/manifests/${tag}`]);
			const tokens = registry.requests.filter(({ path }) => realm !== undefined && path === new URL(realm).pathname);
			assert.equal(tokens.length, auth === "bearer" ? 1 : 0, "one token for all of it");
			for (const { method, query, form } of tokens) {
				const fields = method === "POST" ? form : query;
				assert.deepEqual([fields.get("service") ?? "", fields.get("scope")], [service, `repository:${repository}:pull`]);
			}
			for (const request of registry.requests)
				if (request.host === blobHost) assert.equal(request.authorization, undefined, "the login stays with the registry");
			assert.deepEqual([...asked], auth === "none" ? [] : [loginName]);
			if (typeof login === "string") assert.ok(!lines.join("\n").includes(login.slice(login.indexOf(":") + 1)), "the log has the password");
		});
	}

	it("name one image without an index in Docker's form", async () => {
		const { registry, proxy } = await play();
		const { digest } = registry.add("old/app", "1", { docker: true }).top;
		const answer = await clientFor(proxy).client.resolveDigest("mcr.microsoft.com/old/app:1", { signal: NEVER });
		assert.deepEqual([answer.digest, answer.mediaType], [digest, DOCKER_MANIFEST]);
	});

	/** What each answers for an image that is not there, or not for us. */
	const missing: readonly (readonly [name: string, reference: string, fault: Fault, kind: "denied" | "notFound", hint: RegExp])[] = [
		[
			"Docker Hub",
			"acme/missing:1",
			{ kind: "answer", status: 401, headers: { "www-authenticate": 'Bearer realm="https://auth.docker.io/token"' } },
			"denied",
			/`docker login`/,
		],
		["GitHub", "ghcr.io/acme/missing:1", { kind: "answer", status: 403 }, "denied", /`docker login ghcr\.io`/],
		["Quay", "quay.io/acme/missing:1", { kind: "answer", status: 401 }, "denied", /`docker login quay\.io`/],
		["Microsoft", "mcr.microsoft.com/missing:1", { kind: "answer", status: 404 }, "notFound", /spelling/],
		["Google", "europe-docker.pkg.dev/p/r/missing:1", { kind: "answer", status: 403 }, "denied", /`docker login europe-docker\.pkg\.dev`/],
		[
			"Amazon",
			"123456789012.dkr.ecr.eu-west-1.amazonaws.com/missing:1",
			{ kind: "answer", status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' },
			"notFound",
			/spelling/,
		],
	];
	for (const [name, reference, fault, kind, hint] of missing)
		it(`${name} says that an image is missing or private: so do we`, async () => {
			const { registry, proxy } = await play();
			registry.fault = ({ path }) => (path.startsWith("/v2/") ? fault : { kind: "answer", status: 200, body: '{"token":"t"}' });
			const error = await toolError(kind, clientFor(proxy).client.resolveDigest(reference, { signal: NEVER }));
			assert.match(error.hint ?? "", hint);
		});

	it("Docker Hub says how much is left, and when to come again", async () => {
		const { registry, proxy } = await play();
		registry.add("library/debian", "12");
		const { client } = clientFor(proxy, { now: () => 1_000_000 });
		const quantities = { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600", "docker-ratelimit-source": "192.0.2.1" };
		registry.fault = () => ({ kind: "answer", status: 429, headers: { ...quantities, "retry-after": "30" } });
		const error = await toolError("rateLimited", client.resolveDigest("debian:12", { signal: NEVER }));
		assert.match(error.hint ?? "", /Try again in 30 seconds; Docker Hub allows more with a login/);
		assert.deepEqual(client.rateLimits(), [
			{ host: "registry-1.docker.io", limit: 100, remaining: 0, windowSeconds: 21600, retryAt: 1_030_000 },
		]);
		await toolError("rateLimited", client.resolveDigest("debian:11", { signal: NEVER }));
		assert.equal(registry.requests.length, 1, "it is left alone until then");
	});
});
