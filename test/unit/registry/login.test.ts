import assert from "node:assert/strict";
import { inspect } from "node:util";
import { identityToken, registryToken } from "../../../server/tools/credentials/credential.ts";
import { startRegistry, type TestRegistry, type TestRegistryOptions } from "../../support/registry.ts";
import { clientWith, NEVER, password, toolError } from "../../support/registryClient.ts";

const LOGIN = { user: "bench", password: "s3cr€t:with colon" };

describe("login at a registry", () => {
	const open: TestRegistry[] = [];
	const start = async (options: TestRegistryOptions): Promise<TestRegistry> => {
		const registry = await startRegistry(options);
		registry.add("app", "1");
		registry.add("other", "1");
		open.push(registry);
		return registry;
	};
	afterEach(async () => {
		await Promise.all(open.splice(0).map((registry) => registry.close()));
	});

	it("is sent as Basic where that is asked for, and at once the next time", async () => {
		const registry = await start({ auth: "basic", ...LOGIN });
		const { client } = clientWith({ login: password(LOGIN.user, LOGIN.password) });
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.deepEqual(
			registry.requests.map(({ authorization }) => authorization?.split(" ")[0]),
			[undefined, "Basic"],
		);
		await client.listTags(`${registry.host}/app`, { signal: NEVER });
		assert.equal(registry.requests.length, 3);
	});

	it("fetches an anonymous token for a scope, and one only for all who ask", async () => {
		const registry = await start({ auth: "bearer" });
		const { client } = clientWith();
		await Promise.all([
			client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }),
			client.listTags(`${registry.host}/app`, { signal: NEVER }),
		]);
		const tokens = registry.requests.filter(({ path }) => path === "/token");
		assert.equal(tokens.length, 1);
		assert.deepEqual(
			[...(tokens[0]?.query ?? [])],
			[
				["service", "test registry"],
				["scope", "repository:app:pull"],
			],
		);
		assert.equal(tokens[0]?.authorization, undefined);
		await client.resolveDigest(`${registry.host}/other:1`, { signal: NEVER });
		assert.equal(registry.requests.filter(({ path }) => path === "/token").length, 2, "another repository, another token");
	});

	it("takes the token that another request was given while this one was on its way", async () => {
		const registry = await start({ auth: "bearer" });
		let release = (): void => {};
		const promise = new Promise<void>((resolve) => {
			release = resolve;
		});
		const arrived = new Promise<void>((resolve) => {
			registry.fault = ({ path, authorization }) => {
				if (!path.endsWith("/tags/list") || authorization !== undefined) return undefined;
				resolve();
				return { kind: "after", promise };
			};
		});
		const { client } = clientWith();
		const tags = client.listTags(`${registry.host}/app`, { signal: NEVER });
		await arrived;
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		release();
		await tags;
		assert.equal(registry.requests.filter(({ path }) => path === "/token").length, 1);
	});

	it("that cannot be sent is said to be so", async () => {
		const registry = await start({ auth: "bearer" });
		const { client } = clientWith({ login: registryToken("a\nb: c") });
		const error = await toolError("badOutput", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(error.message, `The login for ${registry.host} has characters that cannot be sent`);
		registry.fault = ({ path }) => (path === "/token" ? { kind: "answer", status: 200, body: '{"token":"a\\nb: c"}' } : undefined);
		const token = await toolError("badOutput", clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(token.message, `${registry.host} answers without a token`);
	});

	it("fetches a token with user and password", async () => {
		const registry = await start({ auth: "bearer", ...LOGIN });
		const { client } = clientWith({ login: password(LOGIN.user, LOGIN.password) });
		const { digest } = await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.match(digest, /^sha256:/);
		const last = registry.requests.at(-1);
		assert.equal(last?.authorization, "Bearer token-1", "the password goes to the token service, the token to the registry");
	});

	it("fetches a token with an identity token, by POST", async () => {
		const registry = await start({ auth: "bearer", identityToken: "idtok&=1" });
		const { client } = clientWith({ login: identityToken("idtok&=1") });
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		const post = registry.requests.find(({ method }) => method === "POST");
		assert.deepEqual(Object.fromEntries(post?.form ?? []), {
			grant_type: "refresh_token",
			service: "test registry",
			client_id: "hullguard",
			scope: "repository:app:pull",
			refresh_token: "idtok&=1",
		});
		assert.equal(post?.authorization, undefined);
	});

	it("sends an access token as it is", async () => {
		const registry = await start({ auth: "bearer" });
		await clientWith().client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		const { client } = clientWith({ login: registryToken("token-1") });
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(registry.requests.at(-1)?.authorization, "Bearer token-1");
		assert.equal(registry.requests.filter(({ path }) => path === "/token").length, 1);
	});

	it("fetches a new token when the old one's time is over", async () => {
		const registry = await start({ auth: "bearer", tokenSeconds: 300 });
		let now = 1_000_000;
		const { client } = clientWith({ now: () => now });
		const ask = async (): Promise<number> => {
			await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER, notBefore: now });
			now += 1;
			return registry.requests.filter(({ path }) => path === "/token").length;
		};
		assert.equal(await ask(), 1);
		now += 289_000;
		assert.equal(await ask(), 1);
		now += 2000;
		assert.equal(await ask(), 2);
	});

	it("takes a minute where the token service names no time", async () => {
		const registry = await start({ auth: "bearer" });
		let now = 1_000_000;
		const { client } = clientWith({ now: () => now });
		for (const wait of [0, 49_000, 2000]) {
			now += wait;
			await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER, notBefore: now });
			now += 1;
		}
		assert.equal(registry.requests.filter(({ path }) => path === "/token").length, 2);
	});

	it("looks a login up once a minute, and again when it was refused", async () => {
		const registry = await start({ auth: "bearer", ...LOGIN });
		let lookups = 0;
		let secret = "wrong";
		const { client } = clientWith({
			credentials: async () => {
				lookups++;
				return { credential: password(LOGIN.user, secret) };
			},
		});
		const error = await toolError("denied", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(error.message, `${registry.host} refuses the stored login`);
		assert.match(error.hint ?? "", /docker login 127\.0\.0\.1:\d+/);
		secret = LOGIN.password;
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		await client.resolveDigest(`${registry.host}/other:1`, { signal: NEVER });
		assert.equal(lookups, 2);
	});

	it("is told why there is none", async () => {
		const registry = await start({ auth: "basic", ...LOGIN });
		const { client } = clientWith({ credentials: async () => ({ note: "docker-credential-x is not on the PATH" }) });
		const error = await toolError("denied", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
		assert.equal(error.message, `${registry.host}/app:1 does not exist on ${registry.host}, or needs a login`);
		assert.match(error.hint ?? "", /docker-credential-x is not on the PATH\.$/);
	});

	it("does not follow a redirect to another host", async () => {
		const elsewhere = await start({});
		const registry = await start({ auth: "bearer", ...LOGIN });
		registry.fault = ({ path, authorization }) =>
			path.startsWith("/v2/") && authorization !== undefined
				? { kind: "answer", status: 307, headers: { location: `http://${elsewhere.host}${path}` } }
				: undefined;
		const { client } = clientWith({ login: password(LOGIN.user, LOGIN.password) });
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.equal(elsewhere.requests.length, 1);
		assert.equal(elsewhere.requests[0]?.authorization, undefined);
	});

	it("is not given to a host that we were redirected to, even if it asks", async () => {
		for (const auth of ["basic", "bearer"] as const) {
			const elsewhere = await start({ auth, ...LOGIN });
			const registry = await start({});
			registry.fault = ({ path }) => ({ kind: "answer", status: 302, headers: { location: `http://${elsewhere.host}${path}` } });
			const { client } = clientWith({ login: password(LOGIN.user, LOGIN.password) });
			await toolError("denied", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
			assert.deepEqual(
				elsewhere.requests.map(({ path, authorization }) => [path, authorization]),
				[["/v2/app/manifests/1", undefined]],
			);
		}
	});

	it("stays within the same registry when it redirects", async () => {
		const registry = await start({ auth: "basic", ...LOGIN });
		registry.fault = ({ path, authorization }) =>
			path === "/v2/app/manifests/1" && authorization !== undefined
				? { kind: "answer", status: 308, headers: { location: "/v2/other/manifests/1" } }
				: undefined;
		const { client } = clientWith({ login: password(LOGIN.user, LOGIN.password) });
		await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER });
		assert.match(registry.requests.at(-1)?.authorization ?? "", /^Basic /);
	});

	it("is not sent to a token service in a private network", async () => {
		for (const realm of [
			"http://10.0.0.1/token",
			"https://169.254.169.254/token",
			"http://token.example/",
			"ftp://x/",
			"https://u:p@token.example/",
			"nonsense",
		]) {
			const registry = await start({ auth: "bearer", realm });
			const { client } = clientWith({ login: password(LOGIN.user, LOGIN.password) });
			const error = await toolError("badOutput", client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }));
			assert.match(error.message, /wants the login sent to|names no token service/, realm);
			assert.ok(!error.message.includes("u:p"), "a password of the address is repeated");
		}
	});

	it("never appears in errors, logs and printed objects", async () => {
		const secret = "pa55-W0RD-éé";
		const encoded = Buffer.from(`bench:${secret}`).toString("base64");
		const printed: string[] = [];
		const keep = (value: unknown): void => {
			printed.push(inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value) ?? "");
			if (value instanceof Error) printed.push(value.stack ?? "", JSON.stringify({ ...value }));
		};
		const logins = [password("bench", secret), identityToken(secret), registryToken(secret), registryToken(`${secret}\nx: y`)];
		for (const login of logins) {
			keep(login);
			for (const auth of ["basic", "bearer"] as const) {
				for (const fault of ["none", "echo", "reset", "token"] as const) {
					const registry = await start({ auth, user: "bench", password: "another", identityToken: "another" });
					registry.fault = (request) => {
						if (request.path === "/token" && fault === "token")
							return { kind: "answer", status: 200, body: JSON.stringify({ token: `${secret}\n` }) };
						if (request.authorization === undefined && request.form.size === 0) return undefined;
						const said = `${request.authorization ?? ""} ${request.form.get("refresh_token") ?? ""}`;
						if (fault === "reset") return { kind: "reset" };
						return fault === "none"
							? undefined
							: { kind: "answer", status: 400, body: JSON.stringify({ errors: [{ code: said, message: said }] }) };
					};
					const { client, lines } = clientWith({ login });
					keep(client);
					await client.resolveDigest(`${registry.host}/app:1`, { signal: NEVER }).then(keep, keep);
					keep(lines);
				}
			}
		}
		const text = printed.join("\n");
		for (const part of [secret, encoded, "pa55-W0RD"]) assert.ok(!text.includes(part), `${part} was printed`);
		assert.ok(text.includes("ToolError"), "the errors were looked at");
	});
});
