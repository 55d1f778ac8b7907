// npm start [-- FOLDER] [--no-editor]
//
// Installs, builds, prints what the command line finds in FOLDER (the bundled examples without one), and opens it in VS Code
// with the extension loaded. Uses Node's own modules only and runs on Node 20.
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { ensureInstalled, ROOT, runNode } from "./setup.mjs";

const words = process.argv.slice(2);
const unknown = words.find((word) => word.startsWith("-") && word !== "--no-editor");
if (unknown !== undefined) fail(`There is no option ${unknown}. Usage: npm start -- [FOLDER] [--no-editor]`);
const folder = resolve(process.env.INIT_CWD ?? process.cwd(), words.find((word) => !word.startsWith("-")) ?? join(ROOT, "examples"));
if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) fail(`There is no folder ${folder}`);

ensureInstalled();
const built = await runNode(["scripts/build.ts", "--development"]);
if (built !== 0) process.exit(built);

console.log(`\nWhat Hullguard finds in ${folder}:\n`);
const found = await runNode([join(ROOT, "dist", "cli.cjs"), "lint", "."], { cwd: folder });
// 0 and 1 say whether there are findings, 2 that some file could not be read or that there is none: the editor opens all the same.
if (found > 2) process.exit(found);
if (words.includes("--no-editor")) process.exit(found === 2 ? 2 : 0);

const code = findCode();
if (code !== undefined) {
	console.log(`\nOpening VS Code: ${code} is on the PATH. Its window stays when this command ends.`);
	// code.cmd is a script, which only a shell starts; nobody quotes for it.
	const shell = process.platform === "win32";
	const args = ["--new-window", `--extensionDevelopmentPath=${ROOT}`, folder].map((word) => (shell ? `"${word}"` : word));
	process.exit(spawnSync(shell ? `"${code}"` : code, args, { stdio: "inherit", shell }).status ?? 1);
}
console.log("\nNo `code` on the PATH.");
process.exit(await runNode(["scripts/openEditor.ts", folder]));

function fail(message) {
	console.error(message);
	process.exit(2);
}

function findCode() {
	const names = process.platform === "win32" ? ["code.cmd", "code-insiders.cmd"] : ["code", "code-insiders"];
	const candidates = (process.env.PATH ?? "")
		.split(delimiter)
		.flatMap((entry) => (entry === "" ? [] : names.map((name) => join(entry, name))));
	return candidates.find((path) => {
		try {
			accessSync(path, constants.X_OK);
			return statSync(path).isFile();
		} catch {
			return false;
		}
	});
}
