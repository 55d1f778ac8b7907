import { revealsSyntax } from "../dockerfile/model/hiddenSyntax.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import { templateMark } from "../dockerfile/model/template.ts";
import { joinedEdits, type Span } from "../text.ts";
import { extractBaseImage, inlineBaseImage } from "./baseImageArgument.ts";
import { mergeRuns } from "./mergeRuns.ts";
import { sortPackages } from "./packageList.ts";
import type { Refactorer, Refactoring } from "./refactoring.ts";
import { rewriteHeredoc } from "./rewriteHeredoc.ts";
import { repairsAsRefactorings } from "./ruleRepairs.ts";
import { splitNode } from "./splitNode.ts";
import { splitProgram } from "./splitProgram.ts";
import { splitPython } from "./splitPython.ts";

const REFACTORERS: readonly Refactorer[] = [
	mergeRuns,
	rewriteHeredoc,
	sortPackages,
	extractBaseImage,
	inlineBaseImage,
	splitProgram,
	splitNode,
	splitPython,
	repairsAsRefactorings,
];

/** All refactorings for a selection, in the order of the menu; none in a file that is a template, or that BuildKit refuses. */
export function refactoringsAt(file: Dockerfile, at: Span): readonly Refactoring[] {
	if (file.errors.length > 0 || templateMark(file) !== undefined) return [];
	return REFACTORERS.flatMap((refactor) => refactor(file, at))
		.map((refactoring) => ({ ...refactoring, edits: joinedEdits(refactoring.edits) }))
		.filter(({ edits }) => !revealsSyntax(file, edits));
}
