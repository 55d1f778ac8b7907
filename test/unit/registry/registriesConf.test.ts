import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseReference } from "../../../server/core/image/reference.ts";
import { createRegistries } from "../../../server/operations/registries.ts";
import { ToolError } from "../../../server/tools/errors.ts";
import { endpointsOf } from "../../../server/tools/registry/endpoints.ts";
import { type RegistryEntry, readRegistriesConf, registriesConfPaths } from "../../../server/tools/registry/registriesConf.ts";
import { readTables } from "../../../server/tools/registry/tomlTables.ts";
import { fakeContext } from "../../support/fakeContext.ts";
import { startRegistry } from "../../support/registry.ts";
import { NEVER } from "../../support/registryClient.ts";

const CONF = `
# podman's
unqualified-search-registries = ["quay.io", # the first
  'docker.io']
short-name-mode = "enforcing"

[[registry]]
location = "docker.io" # the Hub
[[registry.mirror]]
location = 'mirror.example/hub'
[[registry.mirror]]
location = "plain.example:5000"
insecure = true
pull-from-mirror = "digest-only"

[[registry]]
prefix = "quay.io/acme"
location = "internal.example/quay/acme"

[[registry]]
prefix = "quay.io"
location = "quay.io"
mirror-by-digest-only = true
[[registry.mirror]]
location = "quay-mirror.example"

[[registry]]
prefix = "*.example.org"
location = "elsewhere.example"

[[registry]]
location = "bad.example"
blocked = true

[aliases]
"debian" = "docker.io/library/debian"
`;

function entriesOf(text: string): readonly RegistryEntry[] {
	return readRegistriesConf(text) ?? assert.fail("it is not understood");
}

function places(reference: string, text = CONF): readonly (readonly [string, string])[] {
	const parsed = parseReference(reference) ?? assert.fail(reference);
	return endpointsOf(parsed, [], entriesOf(text)).map(
		({ host, repository, scheme }) => [`${scheme}://${host}`, repository ?? parsed.repository] as const,
	);
}

describe("podman's registries.conf", () => {
	const DIGEST = `sha256:${"a".repeat(64)}`;

	it("names mirrors, which are asked first, and another place for a part of a registry", () => {
		assert.deepEqual(places("debian:12"), [
			["https://mirror.example", "hub/library/debian"],
			["https://registry-1.docker.io", "library/debian"],
		]);
		assert.deepEqual(places(`acme/app@${DIGEST}`), [
			["https://mirror.example", "hub/acme/app"],
			["local://plain.example:5000", "acme/app"],
			["https://registry-1.docker.io", "acme/app"],
		]);
		assert.deepEqual(places("quay.io/acme/app:1"), [["https://internal.example", "quay/acme/app"]]);
		assert.deepEqual(places("quay.io/acmes/app:1"), [["https://quay.io", "acmes/app"]], "a part of a name is no prefix");
		assert.deepEqual(places(`quay.io/other/app:1@${DIGEST}`), [
			["https://quay-mirror.example", "other/app"],
			["https://quay.io", "other/app"],
		]);
	});

	it("changes nothing for every other registry, for wildcards and for what is blocked", () => {
		for (const host of ["ghcr.io", "a.example.org", "bad.example"]) assert.deepEqual(places(`${host}/a/b:1`), [[`https://${host}`, "a/b"]]);
		assert.deepEqual(places("localhost:5000/a:1"), [["local://localhost:5000", "a"]]);
	});

	it("allows plain http where it calls a registry insecure", () => {
		assert.deepEqual(places("lab.example/a:1", '[[registry]]\nlocation="lab.example"\ninsecure=true\n'), [["local://lab.example", "a"]]);
	});

	it("counts for nothing where a part of it is not understood", () => {
		for (const line of [
			'location = "docker.io',
			"location = docker.io",
			'location = """docker.io"""',
			"mirror = { location = 'x' }",
			"a.b = 1",
			"[registry",
			"[[registry]",
			"[[registry]] more",
			"list = [1, 2",
			'location = "\\u0041"',
			"= 1",
			"just words",
		])
			assert.equal(readRegistriesConf(`[[registry]]\n${line}\n`), undefined, line);
	});

	it("is read in its usual forms, and in no time however strange it is", () => {
		assert.deepEqual(entriesOf("").length, 0);
		assert.deepEqual(
			[...(readTables("a = true # yes\r\n'b c' = 1_000\r\nd = [ [\"x]\"], ['#'] ]\r\n")?.[0]?.values ?? [])],
			[
				["a", true],
				["b c", "other"],
				["d", "other"],
			],
		);
		for (const text of ["[", '"', "=", "a=[", "\\", "[[registry]]\n"]) {
			const started = performance.now();
			readRegistriesConf(text.repeat(100_000));
			assert.ok(performance.now() - started < 2000, text);
		}
	});

	it("lies where the environment says, in the home folder or in /etc", () => {
		assert.deepEqual(registriesConfPaths({ CONTAINERS_REGISTRIES_CONF: "/x.conf" }, "/home/a", "linux"), ["/x.conf"]);
		assert.deepEqual(registriesConfPaths({}, "/home/a", "linux"), [
			"/home/a/.config/containers/registries.conf",
			"/etc/containers/registries.conf",
		]);
		assert.deepEqual(registriesConfPaths({}, "C:\\a", "win32"), []);
	});

	it("counts where no Docker engine answers, in trusted workspaces", async () => {
		const [mirror, registry] = [await startRegistry(), await startRegistry()];
		const folder = mkdtempSync(join(tmpdir(), "hullguard podman "));
		try {
			const path = join(folder, "registries.conf");
			writeFileSync(path, `[[registry]]\nlocation = "${registry.host}"\n[[registry.mirror]]\nlocation = "${mirror.host}/cache"\n`);
			const { digest } = mirror.add("cache/team/app", "1", { salt: "mirror" }).top;
			const other = registry.add("team/app", "1", { salt: "own" }).top.digest;
			const ask = async (trusted: boolean, engine: string | undefined): Promise<string> => {
				const registries = createRegistries({
					environment: { CONTAINERS_REGISTRIES_CONF: path, HOME: folder },
					homeFolder: folder,
					platform: "linux",
					runHelper: async () => assert.fail("there is no helper"),
				});
				const context = fakeContext(
					() => {
						if (engine === undefined) throw new ToolError("notFound", "docker was not found", { hint: "Install it." });
						return { stdout: engine };
					},
					{ trusted },
				);
				const client = await registries.client(context, { useCredentials: false, mirrors: [], workspaceFolders: [] });
				return (await client.resolveDigest(`${registry.host}/team/app:1`, { signal: NEVER })).digest;
			};
			assert.equal(await ask(true, undefined), digest);
			assert.equal(await ask(false, undefined), other);
			assert.equal(await ask(true, '"28.0.0"\n[]\n[]\n"linux"\n"x86_64"\n'), other);
		} finally {
			rmSync(folder, { recursive: true });
			await mirror.close();
			await registry.close();
		}
	});
});
