// npm start [-- FOLDER] [-- --no-editor]
//
// Installs, builds, prints what the command line finds in FOLDER (the bundled examples without one), and opens it in VS Code
// with the extension loaded. Uses Node's own modules only and runs on Node 20.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { ENVIRONMENT, ensureInstalled, ROOT, runNode } from "./setup.mjs";

const words = process.argv.slice(2);
const folder = resolve(process.env.INIT_CWD ?? process.cwd(), words.find((word) => !word.startsWith("-")) ?? join(ROOT, "examples"));
if (!existsSync(folder)) {
	console.error(`There is no folder ${folder}`);
	process.exit(2);
}

ensureInstalled();
if ((await runNode(["scripts/build.ts", "--development"])) !== 0) process.exit(1);

console.log(`\nWhat Hullguard finds in ${folder}:\n`);
const code = await runNode(["dist/cli.cjs", "lint", "."], { cwd: folder });
if (code === 2) process.exit(2);
if (words.includes("--no-editor")) process.exit(0);

const onPath = findCode();
if (onPath !== undefined) {
	console.log(`\nOpening VS Code: ${onPath} is on the PATH.`);
	const child = spawn(onPath, ["--new-window", `--extensionDevelopmentPath=${ROOT}`, folder], {
		stdio: "inherit",
		shell: process.platform === "win32",
	});
	child.once("exit", (status) => process.exit(status ?? 0));
} else {
	console.log("\nNo `code` on the PATH.");
	process.exit(await runNode(["scripts/openEditor.ts", folder], { env: ENVIRONMENT }));
}

function findCode() {
	const names = process.platform === "win32" ? ["code.cmd", "code-insiders.cmd"] : ["code", "code-insiders"];
	for (const entry of (process.env.PATH ?? "").split(delimiter)) {
		if (entry === "" || !existsSync(entry)) continue;
		const found = names.find((name) => readdirSync(entry).includes(name));
		if (found !== undefined) return join(entry, found);
	}
	return undefined;
}
