import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Credential } from "../../../server/tools/credentials/credential.ts";
import { dockerCredentials } from "../../../server/tools/credentials/dockerCredentials.ts";
import { helperRunner } from "../../../server/tools/credentials/helper.ts";
import { createRunner } from "../../../server/tools/run.ts";
import { cancelled, NEVER } from "../../support/registryClient.ts";

/** What a login would send. */
function shown(credential: Credential | undefined): string | undefined {
	switch (credential?.kind) {
		case "password":
			return Buffer.from(credential.basic().slice("Basic ".length), "base64").toString("utf8");
		case "identityToken":
			return `identity ${credential.token()}`;
		case "registryToken":
			return credential.bearer();
		default:
			return undefined;
	}
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("logins of Docker's configuration", () => {
	let folder: string;
	let bin: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "hullguard credentials "));
		bin = join(folder, "bin");
		mkdirSync(bin);
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	interface Setting {
		readonly config?: unknown;
		readonly environment?: Readonly<Record<string, string>>;
		readonly path?: string;
		readonly workspaceFolders?: readonly string[];
		readonly helperTimeoutMs?: number;
	}
	const answerFor = async (registry: string, setting: Setting = {}, signal: AbortSignal = NEVER) => {
		const { config, environment = {}, path = `${bin}:${process.env["PATH"]}`, workspaceFolders = [], helperTimeoutMs } = setting;
		if (config !== undefined) writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
		const all = { PATH: path, DOCKER_CONFIG: folder, XDG_CONFIG_HOME: "", ...environment };
		const source = dockerCredentials({
			environment: all,
			homeFolder: join(folder, "home"),
			workspaceFolders,
			platform: process.platform,
			run: helperRunner(createRunner(), all),
			...(helperTimeoutMs === undefined ? {} : { helperTimeoutMs }),
		});
		const { credential, note } = await source(registry, signal);
		return { login: shown(credential), note };
	};
	/** Writes a helper: a shell script that notes what it was given. */
	const helper = (name: string, script: string, where: string = bin): string => {
		const path = join(where, `docker-credential-${name}`);
		writeFileSync(path, `#!/bin/sh\nread key\necho "$# $1 $key" >> "${folder}/calls"\n${script}\n`);
		chmodSync(path, 0o755);
		return path;
	};
	const calls = (): string => readFileSync(join(folder, "calls"), "utf8");

	it("are found by host and by address, in every form", async () => {
		const config = {
			auths: {
				"ghcr.io": { auth: base64("me:pass:word") },
				"https://registry.example/v2/": { username: "u", password: "p" },
				"localhost:5000": { auth: base64("local:5000") },
				"https://index.docker.io/v1/": { auth: base64("hub:secret\0\0") },
				"acr.example": { auth: base64("00000000:"), identitytoken: "idt" },
				"tok.example": { registrytoken: "abc" },
				"azure.example": { username: "<token>", password: "refresh" },
				"empty.example": {},
				"broken.example": { auth: "no colon" },
			},
		};
		const login = async (registry: string) => (await answerFor(registry, { config })).login;
		assert.equal(await login("ghcr.io"), "me:pass:word");
		assert.equal(await login("registry.example"), "u:p");
		assert.equal(await login("localhost:5000"), "local:5000");
		assert.equal(await login("localhost:5001"), undefined);
		assert.equal(await login("docker.io"), "hub:secret");
		assert.equal(await login("acr.example"), "identity idt");
		assert.equal(await login("tok.example"), "Bearer abc");
		assert.equal(await login("azure.example"), "identity refresh");
		for (const registry of ["empty.example", "broken.example", "other.example", "example", "io"])
			assert.equal(await login(registry), undefined);
	});

	it("prefer the exact key to another one of the same host", async () => {
		const config = { auths: { "https://ghcr.io/other": { auth: base64("a:1") }, "ghcr.io": { auth: base64("b:2") } } };
		assert.equal((await answerFor("ghcr.io", { config })).login, "b:2");
	});

	it("come from DOCKER_AUTH_CONFIG first, and from the file for what it does not have", async () => {
		const config = { auths: { "ghcr.io": { auth: base64("file:1") }, "quay.io": { auth: base64("file:2") } } };
		const environment = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "ghcr.io": { auth: base64("environment:1") } } }) };
		assert.equal((await answerFor("ghcr.io", { config, environment })).login, "environment:1");
		assert.equal((await answerFor("quay.io", { config, environment })).login, "file:2");
	});

	it("come from the home folder without DOCKER_CONFIG", async () => {
		mkdirSync(join(folder, "home/.docker"), { recursive: true });
		writeFileSync(join(folder, "home/.docker/config.json"), JSON.stringify({ auths: { "ghcr.io": { auth: base64("home:1") } } }));
		assert.equal((await answerFor("ghcr.io", { environment: { DOCKER_CONFIG: "" } })).login, "home:1");
	});

	it("come from podman's files where Docker has none, the one that is named first", async () => {
		const write = (name: string, registries: Readonly<Record<string, string>>): string => {
			const path = join(folder, name);
			mkdirSync(dirname(path), { recursive: true });
			const auths = Object.fromEntries(Object.entries(registries).map(([host, login]) => [host, { auth: base64(login) }]));
			writeFileSync(path, JSON.stringify({ auths }));
			return path;
		};
		const config = { auths: { "quay.io": { auth: base64("docker:1") } } };
		write("run/containers/auth.json", { "quay.io": "runtime:1", "ghcr.io": "runtime:2", "registry.example": "runtime:3" });
		write("home/.config/containers/auth.json", { "ghcr.io": "home:1", "harbor.example": "home:2", "docker.io": "home:3" });
		write("xdg/containers/auth.json", { "harbor.example": "xdg:1" });
		const named = write("named.json", { "quay.io": "named:1" });
		const environment = { XDG_RUNTIME_DIR: join(folder, "run"), XDG_CONFIG_HOME: "" };
		const login = async (registry: string, more: Readonly<Record<string, string>> = {}) =>
			(await answerFor(registry, { config, environment: { ...environment, ...more } })).login;
		assert.equal(await login("quay.io"), "docker:1");
		assert.equal(await login("ghcr.io"), "runtime:2");
		assert.equal(await login("harbor.example"), "home:2");
		assert.equal(await login("docker.io"), "home:3");
		assert.equal(await login("other.example"), undefined);
		assert.equal(await login("harbor.example", { XDG_CONFIG_HOME: join(folder, "xdg") }), "xdg:1");
		assert.equal(await login("quay.io", { REGISTRY_AUTH_FILE: named }), "named:1");
		assert.equal(await login("registry.example", { REGISTRY_AUTH_FILE: named }), "runtime:3");
		assert.equal(await login("registry.example", { XDG_RUNTIME_DIR: "" }), undefined);
	});

	it("are none, with a note that repeats nothing, where the file cannot be read", async () => {
		assert.deepEqual(await answerFor("ghcr.io"), { login: undefined, note: undefined });
		for (const config of ['{"auths": {"ghcr.io": {"auth": "c2VjcmV0"', "[]", '"c2VjcmV0"']) {
			const { login, note } = await answerFor("ghcr.io", { config });
			assert.equal(login, undefined);
			assert.match(note ?? "", /config\.json is not /);
			assert.ok(!note?.includes("c2VjcmV0"));
		}
		rmSync(join(folder, "config.json"));
		mkdirSync(join(folder, "config.json"));
		assert.match((await answerFor("ghcr.io")).note ?? "", /cannot be read \(EISDIR\)$/);
		const odd = { auths: 7, credHelpers: ["x"], credsStore: 5 };
		rmSync(join(folder, "config.json"), { recursive: true });
		assert.deepEqual(await answerFor("ghcr.io", { config: odd }), { login: undefined, note: undefined });
	});

	describe("by helper", () => {
		before(function () {
			if (process.platform === "win32") this.skip();
		});

		it("come from the one named for the host, else from the one for all, else from the file", async () => {
			helper("one", `echo '{"ServerURL":"x","Username":"one","Secret":"1"}'`);
			helper("all", `echo '{"ServerURL":"x","Username":"all","Secret":"2"}'`);
			helper("none", `echo 'credentials not found in native keychain'; exit 1`);
			const auths = { "ghcr.io": { auth: base64("file:3") }, "quay.io": {}, "gcr.io": { auth: base64("file:4") } };
			const config = { auths, credHelpers: { "ghcr.io": "one", "gcr.io": "none" }, credsStore: "all" };
			assert.deepEqual(await answerFor("ghcr.io", { config }), { login: "one:1", note: undefined });
			assert.deepEqual(await answerFor("quay.io", { config }), { login: "all:2", note: undefined });
			assert.deepEqual(await answerFor("gcr.io", { config }), { login: "file:4", note: undefined });
			await answerFor("docker.io", { config });
			assert.equal(calls(), "1 get ghcr.io\n1 get quay.io\n1 get gcr.io\n1 get https://index.docker.io/v1/\n");
		});

		it("may be an identity token", async () => {
			helper("x", `echo '{"ServerURL":"x","Username":"<token>","Secret":"idt"}'`);
			assert.equal((await answerFor("ghcr.io", { config: { credsStore: "x" } })).login, "identity idt");
		});

		it("are none, with a note that repeats nothing, where the helper fails", async () => {
			for (const [script, said] of [
				["echo 'the s3cret is'; exit 3", "docker-credential-bad ended with exit code 3"],
				["echo 's3cret'", "docker-credential-bad printed something that is not JSON"],
				[`echo '["s3cret"]'`, "docker-credential-bad printed no user name and secret"],
				["echo null", "docker-credential-bad printed no user name and secret"],
			] as const) {
				helper("bad", script);
				const answer = await answerFor("ghcr.io", { config: { credsStore: "bad" } });
				assert.deepEqual(answer, { login: undefined, note: said });
			}
			assert.deepEqual(await answerFor("ghcr.io", { config: { credsStore: "gone" } }), {
				login: undefined,
				note: "docker-credential-gone, which the Docker configuration names, is not on the PATH",
			});
		});

		it("are given up when the helper takes too long, and its processes end", async () => {
			helper("slow", "exec sleep 30");
			const started = performance.now();
			const { note } = await answerFor("ghcr.io", { config: { credsStore: "slow" }, helperTimeoutMs: 200 });
			assert.match(note ?? "", /took longer than 0\.2 seconds$/);
			assert.ok(performance.now() - started < 5000);
		});

		it("are given up when somebody cancels", async () => {
			helper("slow", "exec sleep 30");
			const controller = new AbortController();
			const pending = answerFor("ghcr.io", { config: { credsStore: "slow" } }, controller.signal);
			setImmediate(() => controller.abort());
			await cancelled(pending);
		});

		it("are never looked for by a name that leads elsewhere", async () => {
			helper("evil", "echo '{}'", folder);
			for (const name of ["../evil", "../../bin/x", "a b", "a;b", "$(x)", "é"]) {
				const { note } = await answerFor("ghcr.io", { config: { credsStore: name } });
				assert.equal(note, "The Docker configuration names a credential helper that cannot exist", name);
			}
		});

		it("never run from the workspace, a relative folder, or a link into the workspace", async () => {
			const workspace = join(folder, "workspace");
			mkdirSync(join(workspace, "tools"), { recursive: true });
			helper("own", `echo '{"Username":"evil","Secret":"1"}'`, join(workspace, "tools"));
			symlinkSync(join(workspace, "tools/docker-credential-own"), join(bin, "docker-credential-own"));
			symlinkSync(join(workspace, "tools"), join(folder, "linked"));
			const before = process.cwd();
			process.chdir(workspace);
			try {
				for (const path of [join(workspace, "tools"), "tools", ".", "", bin, join(folder, "linked")]) {
					const { login, note } = await answerFor("ghcr.io", { config: { credsStore: "own" }, path, workspaceFolders: [workspace] });
					assert.equal(login, undefined, path);
					assert.match(note ?? "", /is not on the PATH$/, path);
				}
			} finally {
				process.chdir(before);
			}
			const outside = await answerFor("ghcr.io", { config: { credsStore: "own" }, workspaceFolders: [] });
			assert.equal(outside.login, "evil:1", "the helper works where it may run");
		});
	});
});
