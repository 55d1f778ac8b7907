import type { EditFix } from "../../finding.ts";
import { fileNameOf } from "../../otherFile.ts";
import { isIgnored, parseIgnoreFile } from "./ignoreFile.ts";

/** As far as somebody has looked: without a text there is none, or nobody knows; without a path nobody could change it. */
export interface KnownIgnoreFile {
	readonly kind: "present" | "absent" | "unknown";
	readonly text?: string;
	readonly path?: string;
}

/**
 * The fix that leaves paths out of the build context, or takes them back in, with lines at the end of the ignore file. Undefined where
 * there is no file to change, or where the lines would not do it.
 */
export function ignoreFileFix(ignoreFile: KnownIgnoreFile, what: "leave out" | "take in", paths: readonly string[]): EditFix | undefined {
	const { text, path } = ignoreFile;
	if (text === undefined || path === undefined || paths.length === 0) return undefined;
	const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
	const lead = text === "" || text.endsWith("\n") ? "" : lineBreak;
	const newText = lead + paths.map((name) => `${what === "take in" ? "!" : ""}${name}${lineBreak}`).join("");
	const after = parseIgnoreFile(text + newText);
	if (paths.some((name) => !isPlain(name) || isIgnored(after, name) !== (what === "leave out"))) return undefined;
	const file = fileNameOf(path);
	const named = paths.length === 1 && (paths[0] ?? "").length <= 40 ? paths[0] : `${paths.length} paths`;
	return {
		title: what === "leave out" ? `Add ${named} to ${file}` : `Take ${named} back in, in ${file}`,
		safety: "review",
		edits: [],
		otherFile: { path, text, edits: [{ span: { start: text.length, end: text.length }, newText }] },
	};
}

/** Whether a path means itself in an ignore file: no sign of a pattern, no blanks. */
function isPlain(path: string): boolean {
	return path.split("/").every((part) => /^[\w.][\w.-]*$/.test(part) && part !== "." && part !== "..");
}
