/**
 * Writes every file that is made from a declaration: rule pages, settings, command line, schemas, the tables in the README.
 *
 *   npm run generate               writes them
 *   npm run generate -- --check    only says which ones are stale; exit code 1 if any is
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedFiles } from "./generated.ts";

/** Pages among the rules' own that people write. */
const WRITTEN: ReadonlySet<string> = new Set(["decisions.md"]);

const check = process.argv.includes("--check");
const files = generatedFiles();
const stale: string[] = [];
for (const [path, text] of files) {
	if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
	stale.push(path);
	if (check) continue;
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
}
for (const name of existsSync("docs/rules") ? readdirSync("docs/rules") : []) {
	if (files.has(`docs/rules/${name}`) || WRITTEN.has(name)) continue;
	stale.push(`docs/rules/${name} (no such rule)`);
	if (!check) rmSync(`docs/rules/${name}`);
}
for (const path of stale) console.log(`${check ? "stale" : "written"}: ${path}`);
if (check && stale.length > 0) {
	console.log('Run "npm run generate".');
	process.exitCode = 1;
}
