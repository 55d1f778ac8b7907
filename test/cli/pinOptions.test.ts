import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

const OLD = `sha256:${"a".repeat(64)}`;

describe("hullguard pin, all files and options", () => {
	let workspace: Workspace;
	let registry: TestRegistry;
	let digest: string;
	let base: string;
	beforeEach(async () => {
		registry = await startRegistry();
		digest = registry.add("base", "1", { platforms: ["linux/amd64", "linux/arm64"] }).top.digest;
		base = `${registry.host}/base:1`;
		workspace = temporaryWorkspace({
			Dockerfile: `ARG BASE=${base}\nFROM $BASE\n`,
			"compose.yaml": `services:\n  db:\n    image: ${base}\n`,
			".github/workflows/ci.yml": `jobs:\n  a:\n    container: ${base}\n`,
			"k8s/pod.yaml": `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ${base}@${OLD}\n`,
			"k8s/values.yaml": `image: ${base}\n`,
		});
	});
	afterEach(async () => {
		workspace.remove();
		await registry.close();
	});
	const pin = (...args: readonly string[]) => hullguard(["pin", ...args], { folder: workspace.folder });
	const read = (path: string): string => readFileSync(workspace.path(path), "utf8");

	it("pins what Dockerfiles, Compose, workflows and manifests name, and asks once", async () => {
		const { code, stdout } = await pin();
		assert.equal(code, 0);
		assert.match(stdout, /4 images in 4 files: 3 pinned, 1 up to date\.\n$/);
		for (const path of ["Dockerfile", "compose.yaml", ".github/workflows/ci.yml"])
			assert.ok(read(path).includes(`${base}@${digest}`), path);
		assert.equal(read("k8s/values.yaml"), `image: ${base}\n`);
		assert.equal(registry.requests.filter(({ path }) => path.includes("/manifests/")).length, 1);
	});

	it("--check needs no registry to say what is not pinned", async () => {
		const { code, stdout } = await pin("--check");
		assert.equal(code, 1);
		assert.match(stdout, /^Dockerfile:1:10: .*base:1 is not pinned$/m);
		assert.match(stdout, /4 images in 4 files: 3 not pinned, 1 up to date; nothing written\.\n$/);
		assert.deepEqual(registry.requests, []);
		assert.equal((await pin("--check", "k8s")).code, 0);
	});

	it("--check --max-age says how far a pin is behind its tag", async () => {
		const old = await pin("--check", "--max-age", "14d", "k8s");
		assert.match(old.stdout, /is behind its tag by \d+ days/);
		assert.equal(old.code, 1);
		assert.equal((await pin("--check", "--max-age", "99999", "k8s")).code, 0);
		assert.equal((await pin("--check", "--max-age", "soon")).code, 2);
	});

	it("--check --update fails on every pin that is behind", async () => assert.equal((await pin("--check", "--update", "k8s")).code, 1));

	it("--platform pins that platform's manifest", async () => {
		await pin("--platform", "linux/arm64", "compose.yaml");
		assert.match(read("compose.yaml"), /@sha256:[0-9a-f]{64}\n$/);
		assert.ok(!read("compose.yaml").includes(digest));
		const missing = await pin("--platform", "linux/s390x", "Dockerfile");
		assert.equal(missing.code, 2);
		assert.match(missing.stderr, /There is: linux\/amd64, linux\/arm64/);
	});

	it("a pin of one platform is up to date, and --update keeps its platform", async () => {
		await pin("--platform", "linux/arm64", "compose.yaml");
		const before = read("compose.yaml");
		const checked = await pin("--check", "--update", "compose.yaml");
		assert.equal(checked.code, 0);
		assert.match(checked.stdout, /base:1 is up to date for linux\/arm64 only sha256:/);
		assert.equal((await pin("--check", "--max-age", "1d", "compose.yaml")).code, 0);
		const { children, top } = registry.add("base", "1", { platforms: ["linux/amd64", "linux/arm64"], salt: "new" });
		assert.equal((await pin("--check", "--update", "compose.yaml")).code, 1);
		const json = JSON.parse((await pin("--update", "--format", "json", "compose.yaml")).stdout) as {
			files: { images: { state: string; platform: string }[] }[];
		};
		assert.deepEqual([json.files[0]?.images[0]?.state, json.files[0]?.images[0]?.platform], ["updated", "linux/arm64"]);
		assert.equal(read("compose.yaml"), before.replace(/sha256:\w+/, children.get("linux/arm64")?.digest ?? ""));
		workspace.write("compose.yaml", before.replace(/@sha256:\w+/, ""));
		await pin("compose.yaml");
		assert.ok(read("compose.yaml").includes(top.digest));
	});

	it("an image that the build passes is no edit: text, JSON and build-args say what to pass, and --check lets it be", async () => {
		workspace.write("ci/Dockerfile", `# Set by CI\nARG BASE=${base}\nFROM $BASE\n`);
		workspace.write("app/Dockerfile", "ARG BASE\nFROM $BASE AS a\nFROM $BASE\nARG OTHER\n");
		const before = read("ci/Dockerfile");
		const { code, stdout } = await pin("ci", "app");
		assert.equal(code, 0);
		assert.match(stdout, new RegExp(`^ci/Dockerfile:2:10: .*base:1 comes with the build: pass --build-arg BASE=${base}@${digest}$`, "m"));
		assert.match(stdout, /^app\/Dockerfile:2:6: \$BASE comes with the build: pass BASE with a digest$/m);
		assert.match(stdout, /\n2 images in 2 files: 2 passed by the build\.\n$/);
		assert.equal(read("ci/Dockerfile"), before);
		const checked = await pin("--check", "ci", "app");
		assert.equal(checked.code, 0);
		assert.match(checked.stdout, /base:1 comes with the build: pass BASE with a digest$/m);
		const { files } = JSON.parse((await pin("--format", "json", "ci", "app")).stdout) as { files: { images: object[] }[] };
		assert.deepEqual(
			files.flatMap(({ images }) => images).map((image) => ({ ...image, range: 0 })),
			[
				{ reference: "$BASE", range: 0, state: "passed", argument: "BASE" },
				{
					reference: base,
					range: 0,
					state: "passed",
					argument: "BASE",
					digest,
					registryHost: registry.host,
					buildArgument: `BASE=${base}@${digest}`,
				},
			],
		);
		assert.equal((await pin("--format", "build-args", "ci", "app")).stdout, `--build-arg BASE=${base}@${digest}\n`);
		await pin("--list", "list.md", "ci");
		assert.ok(!read("list.md").includes(digest), "nothing of it is pinned here");
	});

	it("what builds pass is read from Compose and Bake files of the call, and from --build-arg", async () => {
		workspace.write("app/Dockerfile", "ARG BASE\nFROM $BASE\n");
		workspace.write("web/Dockerfile", `ARG VERSION\nFROM ${registry.host}/base:$VERSION\n`);
		workspace.write("docker-bake.hcl", `target "app" {\n  context = "app"\n  args = { BASE = "${base}" }\n}\n`);
		workspace.write("web/compose.yaml", 'services:\n  web:\n    build:\n      context: .\n      args: { VERSION: "1" }\n');
		const files = ["app", "web", "docker-bake.hcl"];
		const { stdout } = await pin("--diff", "--format", "build-args", ...files);
		assert.deepEqual(stdout.trim().split("\n").sort(), [`--build-arg BASE=${base}@${digest}`, `--build-arg VERSION=1@${digest}`]);
		const written = await pin(...files);
		assert.match(written.stdout, /3 images in 3 files: 1 pinned, 2 passed by the build\.\n$/);
		assert.ok(read("docker-bake.hcl").includes(`"${base}@${digest}"`));
		const said = await pin("--format", "build-args", "--build-arg", `BASE=${base}`, "app");
		assert.equal(said.stdout, `--build-arg BASE=${base}@${digest}\n`);
		assert.equal((await pin("--build-arg", "BASE", "app")).code, 2);
	});

	it("--format build-args is for who hands images to a build", async () => {
		assert.equal((await pin("--diff", "--format", "build-args", "Dockerfile")).stdout, `--build-arg BASE=${base}@${digest}\n`);
	});

	it("--format sarif has what is not pinned, with its place", async () => {
		const log = JSON.parse((await pin("--check", "--update", "--format", "sarif")).stdout) as {
			runs: { results: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }[] }[];
		};
		const results = log.runs[0]?.results ?? [];
		assert.deepEqual(results.map(({ ruleId }) => ruleId).sort(), [
			"base-image-digest-missing",
			"base-image-digest-missing",
			"base-image-digest-missing",
			"base-image-digest-outdated",
		]);
		assert.equal(results.at(-1)?.locations[0]?.physicalLocation.region.startLine, 5);
	});

	for (const name of ["BASE_IMAGE_DIGESTS.md", "digests.json"])
		it(`--list writes ${name}, keeps when an image was first pinned, and --check compares it`, async () => {
			await pin("--list", name);
			assert.ok(read(name).includes(digest) && read(name).includes("compose.yaml:3"));
			const today = new Date().toISOString().slice(0, 10);
			workspace.write(name, read(name).replaceAll(today, "2020-02-02"));
			assert.equal((await pin("--check", "--list", name)).code, 0);
			await pin("--list", name);
			assert.ok(read(name).includes("2020-02-02"));
			workspace.write("new/Dockerfile", `FROM ${base}@${digest}\n`);
			const stale = await pin("--check", "--list", name);
			assert.equal(stale.code, 1);
			assert.match(stale.stderr, /is not up to date/);
		});
});
