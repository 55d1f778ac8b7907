/** Folders that hold what others wrote: a document in a dependency must not hide findings of the image. */
const FOREIGN = new Set(["node_modules", "vendor", "site-packages", ".venv", ".git"]);

/** Patterns of the files that {@link isVexFile} accepts, for file watchers and searches. */
export const VEX_FILE_PATTERNS: readonly string[] = ["**/*.openvex.json", "**/*.vex.json", "**/.vex/**/*.json"];

/**
 * Whether a file is a VEX document by its name: `*.openvex.json` (so `vex.openvex.json` too), `*.vex.json`, and each JSON file in
 * a folder `.vex`. The path is relative to the workspace folder, with either kind of slash. Files of dependencies are none.
 */
export function isVexFile(path: string): boolean {
	const segments = path.split(/[/\\]/);
	const name = (segments.pop() ?? "").toLowerCase();
	if (segments.some((segment) => FOREIGN.has(segment)) || !name.endsWith(".json")) return false;
	return name.endsWith(".openvex.json") || name.endsWith(".vex.json") || segments.includes(".vex");
}
