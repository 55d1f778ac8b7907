import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";

/** Where `@vscode/test-electron` keeps what it downloaded. */
const CACHE = resolve(".vscode-test");

/** A desktop VS Code with the reason for taking it, or the reason why there is none. */
export type Desktop = { readonly path: string; readonly why: string } | { readonly path: undefined; readonly why: string };

/** A desktop VS Code that an earlier run downloaded, else a fresh download. */
export async function findDesktop(): Promise<Desktop> {
	const cached = await cachedDesktop();
	if (cached !== undefined || !hasDisplay()) return cached ?? { path: undefined, why: "There is no display for a desktop VS Code." };
	try {
		return { path: await downloadAndUnzipVSCode({ cachePath: CACHE, timeout: 15_000 }), why: "it was just downloaded" };
	} catch (error) {
		return { path: undefined, why: `A desktop VS Code cannot be downloaded: ${error instanceof Error ? error.message : String(error)}` };
	}
}

/** The newest desktop VS Code that is there and that the extension runs in; undefined without one, or without a display for it. */
export async function cachedDesktop(): Promise<Desktop | undefined> {
	const version = existsSync(CACHE) && hasDisplay() ? newest(readdirSync(CACHE)) : undefined;
	if (version === undefined) return undefined;
	// A version that is there is not asked for.
	return { path: await downloadAndUnzipVSCode({ version, cachePath: CACHE }), why: `${version} is in .vscode-test` };
}

function newest(folders: readonly string[]): string | undefined {
	const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { vscode: string } };
	const versions = folders.flatMap((folder) => {
		const version = /^vscode-.+-(\d+\.\d+\.\d+)$/.exec(folder)?.[1];
		return version !== undefined && existsSync(join(CACHE, folder, "is-complete")) ? [version] : [];
	});
	return versions
		.filter((version) => compare(version, engines.vscode.slice(1)) >= 0)
		.sort(compare)
		.pop();
}

function compare(left: string, right: string): number {
	const [a, b] = [left, right].map((version) => version.split(".").map(Number));
	return (a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0) || (a?.[2] ?? 0) - (b?.[2] ?? 0);
}

function hasDisplay(): boolean {
	return process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}
