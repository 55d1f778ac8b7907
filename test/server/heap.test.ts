import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLIENT = new URL("../support/languageClient.ts", import.meta.url).href;
const FOLDER = fileURLToPath(new URL("../../", import.meta.url));

describe("the heap of a language server", () => {
	it("is limited as soon as it has linted", () => {
		const script = `
			import { cachedDataVersionTag } from "node:v8";
			import { startLanguageClient } from ${JSON.stringify(CLIENT)};
			const client = await startLanguageClient();
			await client.open("file:///project/Dockerfile", "FROM debian\\n");
			const before = cachedDataVersionTag();
			await client.pull("file:///project/Dockerfile");
			console.log(before === cachedDataVersionTag() ? "V8's own" : "limited");
			await client.stop();
		`;
		const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: FOLDER, encoding: "utf8" });
		assert.equal(stderr, "");
		assert.equal(stdout.trim(), "limited");
	}).timeout(30_000);
});
