/**
 * Measures how fast a workspace is pinned: 1,000 references of 200 images in 300 Dockerfiles, against a registry in this process
 * that takes 10 ms for each answer.
 *
 *   node scripts/benchPins.ts
 */
import { setTimeout } from "node:timers/promises";
import { manyPins } from "../test/support/manyPins.ts";

/** Milliseconds, and what the registry saw. */
export interface PinTimes {
	readonly coldMs: number;
	readonly warmMs: number;
	/** Requests of the cold run. */
	readonly requests: number;
	readonly mostAtOnce: number;
}

const ANSWER_MS = 10;
const COLD_GOAL_MS = 5000;
const WARM_GOAL_MS = 1000;

/** The cold run asks for every image; the warm one finds every answer. */
export async function measurePins(): Promise<PinTimes> {
	const many = await manyPins();
	try {
		many.registry.fault = () => ({ kind: "after", promise: setTimeout(ANSWER_MS) });
		const client = many.newClient();
		const started = Date.now();
		const cold = await many.plan(client, started);
		const requests = many.registry.requests.length;
		const warm = await many.plan(client, started);
		if (cold.pinned !== cold.references || warm.pinned !== warm.references) throw new Error("not every reference was pinned");
		return { coldMs: cold.milliseconds, warmMs: warm.milliseconds, requests, mostAtOnce: many.registry.mostAtOnce() };
	} finally {
		await many.registry.close();
	}
}

/** The lines that the bench prints. */
export function pinTimesText({ coldMs, warmMs, requests, mostAtOnce }: PinTimes): string {
	const line = (what: string, measured: number, goal: number): string =>
		`${what.padEnd(72)}${`${measured.toFixed(0)} ms`.padStart(12)}${`${goal} ms`.padStart(12)}${measured > goal ? "  missed" : ""}`;
	return [
		line("pins, 1,000 references of 200 images in 300 files, nothing known", coldMs, COLD_GOAL_MS),
		`  requests: ${requests}, one for each image; at most ${mostAtOnce} at a time`,
		line("  every image known", warmMs, WARM_GOAL_MS),
	].join("\n");
}

if (import.meta.main) console.log(pinTimesText(await measurePins()));
