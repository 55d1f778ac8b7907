import type { CodeAction } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { EditFix } from "../core/finding.ts";
import type { Refactoring } from "../core/refactor/refactoring.ts";
import { refactoringsAt } from "../core/refactor/refactorings.ts";
import type { Range } from "../core/text.ts";
import { spanOf } from "../core/text.ts";
import { SOURCE } from "./convert.ts";
import { dockerfileOf } from "./parsed.ts";

/** The kinds of refactorings, as the server declares them. */
export const REFACTORING_KINDS: readonly string[] = ["extract", "inline", "rewrite"].map((kind) => `refactor.${kind}.${SOURCE}`);

/** Whether somebody asks for refactorings, be it among others; undefined asks for all. */
function wantsRefactorings(only: readonly string[] | undefined): boolean {
	return only === undefined || REFACTORING_KINDS.some((kind) => only.some((each) => includesKind(each, kind)));
}

/** Whether a kind of actions is another one, or holds it: `refactor` holds `refactor.rewrite.hullguard`. */
export function includesKind(outer: string, kind: string): boolean {
	return outer === "" || kind === outer || kind.startsWith(`${outer}.`);
}

/**
 * The refactorings of a Dockerfile for a selection, of the kinds that are asked for, without those that do what a fix of the same
 * menu does; `actionOf` makes an action of one.
 */
export function refactoringActions(
	document: TextDocument,
	range: Range,
	only: readonly string[] | undefined,
	fixes: readonly EditFix[],
	actionOf: (refactoring: EditFix, kind: string) => CodeAction,
): readonly CodeAction[] {
	const file = dockerfileOf(document);
	if (file === undefined || !wantsRefactorings(only)) return [];
	const offered = new Set(fixes.map(({ edits }) => JSON.stringify(edits)));
	return refactoringsAt(file, spanOf(file.text, file.lineStarts, range))
		.filter(({ edits }) => !offered.has(JSON.stringify(edits)))
		.map((refactoring) => [asFix(refactoring), `${refactoring.kind}.${SOURCE}`] as const)
		.filter(([, kind]) => only === undefined || only.some((each) => includesKind(each, kind)))
		.map(([fix, kind]) => actionOf(fix, kind));
}

/** One with a note is looked at before it is applied. */
function asFix({ title, edits, note }: Refactoring): EditFix {
	return note === undefined ? { title, safety: "safe", edits } : { title, safety: "review", edits, note };
}
