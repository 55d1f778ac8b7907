// What `npm start` and `npm test` share. Uses Node's own modules only and runs on Node 20: it is what installs the rest.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, "node_modules", ".bin");

/** Node 24 of the devDependency `node`: every script runs on it, whatever the machine's own Node is. */
export const NODE = join(ROOT, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The environment in which scripts run: the project's programs come first. */
export const ENVIRONMENT = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}` };

/** Installs the packages when they are missing or older than the lock file. No package's install script runs but that of `node`. */
export function ensureInstalled() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	if (major < 20 || (major === 20 && minor < 19)) {
		console.error(`Node ${process.version} is too old: 20.19 or newer is needed.`);
		process.exit(2);
	}
	const marker = join(ROOT, "node_modules", ".package-lock.json");
	const current = existsSync(marker) && existsSync(NODE) && statSync(marker).mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs;
	if (current) return;
	console.log("Installing packages …");
	npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
	npm(["rebuild", "node"]);
}

/** Runs npm in the project and ends the process where that fails. */
export function npm(args, options = {}) {
	// npm is a script on Windows, which only a shell starts; the arguments are all ours.
	const result = spawnSync(process.platform === "win32" ? "npm.cmd" : "npm", args, {
		cwd: ROOT,
		stdio: "inherit",
		shell: process.platform === "win32",
		...options,
	});
	if (result.status !== 0) {
		console.error(`npm ${args.join(" ")} failed with ${result.status ?? result.signal ?? result.error?.message}`);
		process.exit(result.status ?? 1);
	}
}

/**
 * Runs a script of the project under Node 24; resolves to its exit code. Whoever wants to end it ends the script, which may
 * have something to clear away: this process waits for that.
 */
export function runNode(args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(NODE, args, { cwd: ROOT, env: ENVIRONMENT, stdio: "inherit", ...options });
		const forward = (signal) => child.kill(signal);
		for (const signal of SIGNALS) process.on(signal, forward);
		child.once("error", reject);
		child.once("exit", (code, signal) => {
			for (const name of SIGNALS) process.off(name, forward);
			resolve(code ?? (signal === "SIGINT" ? 130 : 143));
		});
	});
}
