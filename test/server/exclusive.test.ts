import assert from "node:assert/strict";
import { createExclusive, type Waiter } from "../../server/lsp/exclusive.ts";
import { isCancellation } from "../../server/tools/errors.ts";

interface Somebody extends Waiter {
	readonly leave: () => void;
	readonly steps: string[];
}

function somebody(): Somebody {
	const controller = new AbortController();
	const steps: string[] = [];
	return { signal: controller.signal, leave: () => controller.abort(), steps, progress: (message) => steps.push(message) };
}

/** Work that ends when it is told to, or when nobody waits any more. */
function work(): { readonly start: (shared: Waiter) => Promise<string>; readonly end: (result: string) => void; readonly runs: Waiter[] } {
	const runs: Waiter[] = [];
	let end: (result: string) => void = () => {};
	const start = (shared: Waiter): Promise<string> => {
		runs.push(shared);
		return new Promise((resolve, reject) => {
			end = resolve;
			shared.signal.addEventListener("abort", () => setTimeout(() => reject(new DOMException("ended", "AbortError")), 5));
		});
	};
	return { start, end: (result) => end(result), runs };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

async function cancelled(promise: Promise<unknown>): Promise<void> {
	await assert.rejects(promise, isCancellation);
}

describe("shared work", () => {
	it("is done once for all who join, and each is told the step", async () => {
		const { run } = createExclusive();
		const { start, end, runs } = work();
		const [a, b] = [somebody(), somebody()];
		const first = run("scan", "join", a, start);
		await turn();
		runs[0]?.progress("Looking");
		const second = run("scan", "join", b, start);
		await turn();
		runs[0]?.progress("Scanning");
		end("report");
		assert.deepEqual([await first, await second, runs.length], ["report", "report", 1]);
		assert.deepEqual(
			[a.steps, b.steps],
			[
				["Looking", "Scanning"],
				["Looking", "Scanning"],
			],
		);
	});

	it("goes on for the others when one walks away, and ends with the last", async () => {
		const { run } = createExclusive();
		const { start, runs } = work();
		const [a, b] = [somebody(), somebody()];
		const first = run("scan", "join", a, start);
		const second = run("scan", "join", b, start);
		await turn();
		a.leave();
		await cancelled(first);
		assert.equal(runs[0]?.signal.aborted, false);
		b.leave();
		assert.equal(runs[0]?.signal.aborted, true);
		await cancelled(second);
	});

	it("is not joined once it was cancelled: it starts again when the old one is gone", async () => {
		const { run } = createExclusive();
		const { start, end, runs } = work();
		const a = somebody();
		const first = run("scan", "join", a, start);
		await turn();
		a.leave();
		const second = run("scan", "join", somebody(), start);
		await cancelled(first);
		while (runs.length < 2) await turn();
		end("report");
		assert.equal(await second, "report");
	});

	it("is replaced by the newest, one at a time", async () => {
		const { run } = createExclusive();
		const { start, end, runs } = work();
		const first = run("build", "replace", somebody(), start);
		await turn();
		const second = run("build", "replace", somebody(), start);
		await cancelled(first);
		while (runs.length < 2) await turn();
		assert.deepEqual(
			runs.map(({ signal }) => signal.aborted),
			[true, false],
		);
		end("image");
		assert.equal(await second, "image");
	});

	it("never starts for somebody who has already gone, and fails for all alike", async () => {
		const { run } = createExclusive();
		const gone = somebody();
		gone.leave();
		let started = false;
		const start = async (): Promise<void> => {
			started = true;
		};
		await cancelled(run("scan", "join", gone, start));
		assert.equal(started, false);
		const fail = (): Promise<never> => Promise.reject(new Error("no"));
		await assert.rejects(run("scan", "join", somebody(), fail), /no/);
		assert.equal(await run("scan", "join", somebody(), async () => "again"), "again");
	});
});
