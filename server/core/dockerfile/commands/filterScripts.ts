import { ownValue } from "../../ownValue.ts";

/** Whether the script of a filter only changes text, or may do what fails: end with a status of its own, write a file, run a program. */
export function mayFailByScript(program: string | undefined, script: string): boolean {
	const mayFail = ownValue(SCRIPTS, program);
	return mayFail !== undefined && (script.length > LONGEST || mayFail(script));
}

/** Characters beyond which nobody reads a script. */
const LONGEST = 2000;

const SCRIPTS: Readonly<Record<string, (script: string) => boolean>> = { sed: sedMayFail, awk: awkMayFail };

/** Addresses, and substitutions with their harmless flags. */
const SED_PATTERNS = /\/(?:\\.|[^\\/])*\/|[sy]([^\w\s\\])(?:\\.|(?!\1)[^\\])*\1(?:\\.|(?!\1)[^\\])*\1[gpiIMm\d]*/gs;
/** Text that is put in, labels, comments. */
const SED_TEXTS = /[aic](?:\\|[ \t]).*|[:btT][ \t]*\w*|#.*/g;

/** `q1`, `w FILE` and `s/…/…/w FILE`, `e` and `s/…/…/e`. */
function sedMayFail(script: string): boolean {
	return /[wWe]|[qQ][ \t]*[1-9]/.test(script.replace(SED_PATTERNS, "").replace(SED_TEXTS, ""));
}

/** Patterns, where no division can stand. */
const AWK_PATTERNS = /(^|[~({,;!&|\n][ \t]*)\/(?:\\.|[^\\/\n])*\//g;

/** `exit 1`, `system("…")`, `getline < FILE`, `print > FILE`, `print | "…"`. */
function awkMayFail(script: string): boolean {
	const code = script.replace(/"(?:\\.|[^"\\])*"/gs, '""').replace(AWK_PATTERNS, "$1");
	return /\bexit\s*(?:[^\s;}0]|0\d)|\bsystem\s*\(|\bgetline\b|[>|]\s*""|\|&|\bprintf?\b[^;}\n()]*>/.test(code);
}
