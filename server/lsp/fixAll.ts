import { compatibleFixes, fixUntilStable } from "../core/lint/fix.ts";
import { applyEdits, type SpanEdit } from "../core/text.ts";
import type { DocumentLint } from "./linting.ts";

const known = new WeakMap<DocumentLint, readonly SpanEdit[]>();

/** Whether there is anything that a safe fix would change. */
export function hasSafeFixes({ findings }: DocumentLint): boolean {
	return compatibleFixes(findings, ["safe"]).length > 0;
}

/** What all safe fixes make of a document, as few edits as a common start and end allow. The file is linted again after each round. */
export function fixAllEdits(linted: DocumentLint): readonly SpanEdit[] {
	const before = known.get(linted);
	if (before !== undefined) return before;
	const edits = editsOf(linted);
	known.set(linted, edits);
	return edits;
}

function editsOf(linted: DocumentLint): readonly SpanEdit[] {
	const { text } = linted;
	const first = compatibleFixes(linted.findings, ["safe"]).flatMap(({ fix }) => fix.edits);
	const fixed = fixUntilStable(text, linted.relint, ["safe"]).text;
	if (fixed === applyEdits(text, first)) return first;
	let start = 0;
	while (start < text.length && start < fixed.length && text[start] === fixed[start]) start++;
	let end = text.length;
	let fixedEnd = fixed.length;
	while (end > start && fixedEnd > start && text[end - 1] === fixed[fixedEnd - 1]) {
		end--;
		fixedEnd--;
	}
	return start === end && start === fixedEnd ? [] : [{ span: { start, end }, newText: fixed.slice(start, fixedEnd) }];
}
