/**
 * Measures how much memory `hullguard lint` takes for many files, with every rule.
 *
 *   node scripts/benchMemory.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CorpusFile, corpusFiles } from "../test/support/corpus.ts";

/** What a process says at its end: the most memory that it had, in kB. */
const SAY_MEMORY = "data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))";

/** The most that the process had, in bytes. Needs `dist/`. */
export function measureMemory(files: readonly CorpusFile[]): number {
	const folder = mkdtempSync(join(tmpdir(), "hullguard-bench-"));
	try {
		files.forEach(({ text }, number) => {
			mkdirSync(join(folder, String(number)));
			writeFileSync(join(folder, String(number), "Dockerfile"), text);
		});
		const args = ["--import", SAY_MEMORY, "dist/cli.cjs", "lint", "--preset", "all", "--format", "json", "--fail-on", "never", folder];
		const environment = { ...process.env, XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, HOME: folder };
		const { status, stderr } = spawnSync(process.execPath, args, {
			env: environment,
			encoding: "utf8",
			stdio: ["ignore", "ignore", "pipe"],
		});
		if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
		return Number(stderr) * 1024;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

if (import.meta.main) console.log(`${(measureMemory(corpusFiles()) / 1e6).toFixed(0)} MB`);
