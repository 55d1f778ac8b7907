import { sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { powershellArguments } from "../commands/powershellWords.ts";
import type { Step } from "../model/model.ts";
import { fileName, powershellDownloads } from "./powershellDownloads.ts";
import { powershellTexts } from "./powershellTexts.ts";

/** A digest of a downloaded file that PowerShell computes and compares. */
export interface PowershellHash {
	/** `Get-FileHash`. */
	readonly span: Span;
	/** In lower case: `md5`, `sha1`. */
	readonly algorithm: string;
}

/** Of the calls of one RUN; nobody looks at more. */
const MOST_CALLS = 200;
const CALL = /Get-FileHash(?=\s)/gi;
const ALGORITHM = /\s-a(?:l\w*)?\s+['"]?(\w+)/i;
const OPERATOR = "-[ci]?(?:eq|ne|like|notlike|match|notmatch)";
/** What calls a digest's `ToLower()`, or takes it out of what Get-FileHash returns. */
const MEMBERS = "(?:\\.\\w+(?:\\(\\))?){0,5}";
const COMPARED_BEHIND = new RegExp(`^\\)\\.Hash${MEMBERS}[\\s)]{0,20}${OPERATOR}\\s`, "i");
const COMPARED_BEFORE = new RegExp(`\\s${OPERATOR}\\s{1,5}\\($`, "i");
const ASSIGNED = /\$(\w+)\s{0,5}=\s{0,5}\(?$/;

/** The comparisons of a RUN's own downloads; SHA-256 is what Get-FileHash computes without being told. */
export function powershellHashes(step: Step): readonly PowershellHash[] {
	const names = powershellDownloads(step).map(({ name }) => name);
	if (names.length === 0) return [];
	return powershellTexts(step).flatMap((mapped) =>
		[...mapped.text.matchAll(CALL)].slice(0, MOST_CALLS).flatMap(({ 0: call, index }): readonly PowershellHash[] => {
			const { text } = mapped;
			const { words, end } = powershellArguments(text, index + call.length);
			if (!words.some((word) => names.includes(fileName(word.text))) || !isCompared(text, index, end)) return [];
			const algorithm = ALGORITHM.exec(text.slice(index, end))?.[1]?.toLowerCase() ?? "sha256";
			return [{ span: sourceSpan(mapped, index, index + call.length), algorithm }];
		}),
	);
}

/** Whether a script compares the digest that a call computes, at once or by the name of the variable that takes it. */
function isCompared(text: string, start: number, end: number): boolean {
	const before = text.slice(Math.max(0, start - 100), start);
	const behind = text.slice(end);
	if (COMPARED_BEHIND.test(behind) || (COMPARED_BEFORE.test(before) && /^\)\.Hash\b/i.test(behind))) return true;
	const variable = ASSIGNED.exec(before)?.[1];
	if (variable === undefined) return false;
	const name = `\\$${variable}\\b`;
	return new RegExp(`${name}${MEMBERS}[\\s)]{0,20}${OPERATOR}\\s|\\s${OPERATOR}\\s{1,5}\\(?${name}`, "i").test(behind);
}
