import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MODULE = new URL("../../../server/operations/heapLimits.ts", import.meta.url).href;
const FOLDER = fileURLToPath(new URL("../../../", import.meta.url));

/** Makes and forgets 1 GB in a process of its own: bytes of the space for new objects then, and whether V8's flags are the first ones again. */
function afterWork(limited: boolean): { readonly newObjects: number; readonly sameFlags: boolean } {
	const script = `
		import { cachedDataVersionTag, getHeapSpaceStatistics } from "node:v8";
		import { limitHeap } from ${JSON.stringify(MODULE)};
		const tag = cachedDataVersionTag();
		const kept = [];
		for (let round = 0; round < 2000; round++) {
			kept[round % 60] = Array.from({ length: 5000 }, (_, index) => ({ index, text: String(index) }));
			if (${limited}) limitHeap();
		}
		const newObjects = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size;
		process.on("exit", () => console.log(JSON.stringify({ newObjects, sameFlags: cachedDataVersionTag() === tag })));
	`;
	const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: FOLDER, encoding: "utf8" });
	assert.equal(stderr, "");
	return JSON.parse(stdout) as ReturnType<typeof afterWork>;
}

describe("the heap's limits", () => {
	it("keep the space for new objects small, and leave V8's flags as they were", () => {
		const limited = afterWork(true);
		assert.ok(limited.newObjects < 40e6, `${limited.newObjects} bytes`);
		assert.ok(limited.sameFlags);
		assert.ok(afterWork(false).newObjects > limited.newObjects);
	}).timeout(30_000);
});
