/**
 * Measures how long `hullguard lint FILE` takes from nothing, beside a Node that does nothing.
 *
 *   node scripts/benchColdStart.ts
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds; each the median of its calls. */
export interface ColdStart {
	/** `node -e 0`. */
	readonly nodeMs: number;
	/** The first call of all: nothing is compiled yet. */
	readonly firstMs: number;
	/** Each call after it. */
	readonly lintMs: number;
}

/** What the command line may add to Node's own time. */
const GOAL_MS = 80;

/** Calls of the two kinds take turns, so that whatever else the machine does slows both. Needs `dist/`. @param rounds how many of each */
export function measureColdStart(rounds = 15): ColdStart {
	const cache = mkdtempSync(join(tmpdir(), "hullguard-bench-"));
	const lint = ["dist/cli.cjs", "lint", "--fail-on", "never", "examples/node-service/Dockerfile"];
	try {
		const firstMs = timeOf(lint, cache);
		const times = Array.from({ length: rounds }, () => ({ node: timeOf(["-e", "0"], cache), lint: timeOf(lint, cache) }));
		return { firstMs, nodeMs: median(times.map(({ node }) => node)), lintMs: median(times.map((time) => time.lint)) };
	} finally {
		rmSync(cache, { recursive: true, force: true });
	}
}

/** The line that the bench prints. */
export function coldStartText({ nodeMs, firstMs, lintMs }: ColdStart): string {
	const added = lintMs - nodeMs;
	return `cold start: hullguard lint FILE ${lintMs.toFixed(0)} ms (first call ${firstMs.toFixed(0)} ms), node -e 0 ${nodeMs.toFixed(0)} ms: ${added.toFixed(0)} ms more (goal ${GOAL_MS}), ${(lintMs / nodeMs).toFixed(1)} times Node`;
}

function timeOf(args: readonly string[], cache: string): number {
	const environment = { ...process.env, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, HOME: cache };
	const started = performance.now();
	const { status, stderr } = spawnSync(process.execPath, args, { env: environment, encoding: "utf8" });
	const ended = performance.now();
	if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
	return ended - started;
}

function median(times: readonly number[]): number {
	return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

if (import.meta.main) console.log(coldStartText(measureColdStart()));
