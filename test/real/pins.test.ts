import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freshnessOf, freshnessText } from "../../server/core/digest/freshness.ts";
import { parseReference } from "../../server/core/image/reference.ts";
import { cacheFolder } from "../../server/operations/cacheFolder.ts";
import { createImageStore, IMAGE_STORE } from "../../server/operations/imageStore.ts";
import { diskFiles } from "../../server/tools/files.ts";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { forgetImages, needsCrane, needsDocker, needsRegistry, requireAll, testRegistry } from "../support/requirements.ts";

const execute = promisify(execFile);
const DAY_MS = 86_400_000;

async function run(program: string, ...args: readonly string[]): Promise<string> {
	return (await execute(program, [...args], { encoding: "utf8" })).stdout.trim();
}

describe("the life of a pin", function () {
	this.timeout(180_000);
	const name = `hullguard/pins-${randomUUID().slice(0, 8)}`;
	const reference = `${testRegistry()}/${name}/base:1`;
	const built = `${name}/app:1`;
	let workspace: Workspace;
	let cache = "";

	before(async function () {
		requireAll(this, [needsDocker(), await needsRegistry(), needsCrane()]);
		workspace = temporaryWorkspace({
			"base/Dockerfile": "FROM scratch\nARG EDITION\nLABEL edition=${EDITION}\nCOPY base /base\n",
			"base/base": "base\n",
			"app/Dockerfile": `# the base moves\nFROM ${reference}\nCOPY app /app\nUSER 10001:10001\n`,
			"app/app": "app\n",
		});
		cache = mkdtempSync(join(tmpdir(), "hullguard cache "));
	});
	after(() => {
		workspace?.remove();
		if (cache !== "") rmSync(cache, { recursive: true });
		forgetImages(built, reference);
	});

	/** Pushes another image under the same tag. */
	const push = async (edition: string, daysOld: number): Promise<string> => {
		const epoch = Math.floor((Date.now() - daysOld * DAY_MS) / 1000);
		const args = ["--build-arg", `EDITION=${edition}`, "--build-arg", `SOURCE_DATE_EPOCH=${epoch}`, "--provenance=false", "--push"];
		await run("docker", "buildx", "build", ...args, "-t", reference, workspace.path("base"));
		return await run("crane", "digest", reference);
	};
	const environment = (): Record<string, string | undefined> => ({ ...process.env, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache });
	const pin = (...args: readonly string[]) =>
		hullguard(["pin", ...args, "app/Dockerfile"], { folder: workspace.folder, environment: environment() });
	const text = (): string => readFileSync(workspace.path("app/Dockerfile"), "utf8");
	/** What hints, lenses and views say of the pin, from what the last calls kept on disk. */
	const freshness = async (): Promise<string> => {
		const folder = cacheFolder(environment(), process.platform) ?? assert.fail("there is no cache folder");
		const store = createImageStore(join(folder, IMAGE_STORE), diskFiles, () => {});
		await store.load();
		const written = parseReference(/^FROM (\S+)/m.exec(text())?.[1] ?? "");
		assert.ok(written !== undefined);
		return freshnessText(freshnessOf(written, store.records(), new Date().toISOString().slice(0, 10)));
	};
	/** Builds what the Dockerfile says and gives the label that comes from its base. */
	const buildEdition = async (): Promise<string> => {
		await run("docker", "buildx", "build", "--load", "-t", built, workspace.path("app"));
		return await run("docker", "image", "inspect", "--format", '{{ index .Config.Labels "edition" }}', built);
	};

	it("is written, stays when its tag moves, is seen behind, is brought up to date, and each is what is built", async () => {
		const first = await push("first", 60);
		const unpinned = await pin("--check");
		assert.equal(unpinned.code, 1, unpinned.stderr);
		assert.equal((await pin()).code, 0);
		assert.match(text(), new RegExp(`^FROM ${reference}@${first}$`, "m"));
		assert.equal((await pin("--check", "--max-age", "14d")).code, 0);
		assert.equal(await freshness(), "pinned, current");
		assert.equal(await buildEdition(), "first");

		const second = await push("second", 40);
		assert.notEqual(second, first);
		assert.equal((await pin("--check")).code, 0, "it is still pinned");
		const behind = await pin("--check", "--max-age", "14d");
		assert.equal(behind.code, 1, behind.stderr);
		assert.match(behind.stdout, /40 days/);
		assert.equal(await freshness(), "digest 40 days behind tag");
		assert.equal((await pin("--check", "--max-age", "50d")).code, 0, "forty days are less than fifty");
		assert.match(text(), new RegExp(`@${first}$`, "m"), "checks write nothing");
		assert.equal(await buildEdition(), "first", "the tag has moved, the pin has not");

		assert.equal((await pin("--update")).code, 0);
		assert.match(text(), new RegExp(`^FROM ${reference}@${second}$`, "m"));
		assert.equal((await pin("--check", "--max-age", "0d")).code, 0);
		assert.equal(await freshness(), "pinned, current");
		assert.equal(await buildEdition(), "second");
	});
});
