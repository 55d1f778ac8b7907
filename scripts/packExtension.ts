import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Every file in the archive gets this date, 2000-01-01: the same sources give the same bytes. */
const SOURCE_DATE_EPOCH = "946684800";

/** Packs the extension as it was built last into `path`, and gives its absolute path. Throws if vsce refuses. */
export function packExtension(path = ".cache/hullguard.vsix"): string {
	const absolute = resolve(path);
	mkdirSync(dirname(absolute), { recursive: true });
	execFileSync(process.execPath, ["node_modules/@vscode/vsce/vsce", "package", "--no-dependencies", "--out", absolute], {
		// The archive keeps local times.
		env: { ...process.env, SOURCE_DATE_EPOCH, TZ: "UTC" },
		stdio: ["ignore", "ignore", "inherit"],
	});
	return absolute;
}
