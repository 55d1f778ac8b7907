import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { needsNode20, node20, requireAll } from "../../support/requirements.ts";

const PROGRAM = `
import { createRunner } from "./server/tools/run.ts";

const grandchild = 'process.on("SIGTERM", () => {}); console.log("ready"); setTimeout(() => {}, 20000)';
const family = 'require("node:child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(grandchild) +
	'], { stdio: ["ignore", "inherit", "inherit"] }); process.on("SIGTERM", () => {}); setTimeout(() => {}, 20000)';
const runner = createRunner();
const base = { path: process.execPath, environment: process.env, signal: new AbortController().signal };
const command = (code) => ({ tool: "docker", args: ["-e", code], timeoutMs: 15000 });

async function main() {
	const plain = await runner.run(command('console.log("héllo")'), base);
	const controller = new AbortController();
	let at = 0;
	const error = await runner.run(command(family), {
		...base, signal: controller.signal, onLine() { at = performance.now(); controller.abort(); },
	}).catch((reason) => reason);
	const settled = performance.now() - at;
	const missing = await runner.run(command(""), { ...base, path: "/no/such/program" }).catch((reason) => reason);
	console.log(JSON.stringify({ version: process.version, plain: plain.stdout, cancelled: error.name, settled, missing: missing.kind }));
}
main();
`;

describe("runner on Node 20", () => {
	it("runs, cancels a grandchild within a second and reports a missing program, bundled as the command line is", async function () {
		requireAll(this, [needsNode20()]);
		const folder = mkdtempSync(join(tmpdir(), "hullguard-node20-"));
		try {
			const outfile = join(folder, "runner.cjs");
			const root = fileURLToPath(new URL("../../..", import.meta.url));
			await build({
				stdin: { contents: PROGRAM, resolveDir: root, loader: "ts" },
				bundle: true,
				platform: "node",
				format: "cjs",
				target: "node20",
				outfile,
				logLevel: "error",
			});
			const said = JSON.parse(execFileSync(node20() as string, [outfile], { encoding: "utf8" }));
			assert.match(said.version, /^v20\./);
			assert.equal(said.plain, "héllo\n");
			assert.equal(said.cancelled, "AbortError");
			assert.equal(said.missing, "notFound");
			assert.ok(said.settled < 1000, `settled after ${said.settled} ms`);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
