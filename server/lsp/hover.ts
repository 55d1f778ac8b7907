import { type Hover, MarkupKind, type Position } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type ImageUse, imageUsesOf } from "../core/dockerfile/variables/imageUses.ts";
import type { LintFinding } from "../core/finding.ts";
import { ruleCard } from "../core/report/rulePage.ts";
import { findRule } from "../core/rules/registry.ts";
import { offsetAt, type Range, rangeOf, type Span } from "../core/text.ts";
import type { Linting } from "./linting.ts";
import { dockerfileOf } from "./parsed.ts";

/** A card about an image, from what is known without asking anybody; Markdown. */
export type ImageCard = (use: ImageUse, at: Range) => string;

/** The card of what stands at a place: `before`, if there is any, the image that a reference names, and the rules that found something there. */
export async function hoverAt(
	linting: Linting,
	document: TextDocument,
	position: Position,
	before: string | undefined,
	imageCard: ImageCard,
): Promise<Hover | undefined> {
	// Without linting there are still images.
	const linted = await linting.of(document);
	const file = dockerfileOf(document);
	const read = file ?? linted;
	if (read === undefined) return undefined;
	const offset = offsetAt(read.text, read.lineStarts, position);
	const at = (span: Span): boolean => span.start <= offset && offset <= span.end;
	const use = file === undefined ? undefined : imageUsesOf(file).find((candidate) => at(candidate.span));
	const here = (linted?.findings ?? []).filter((finding) => at(finding.span));
	const cards = [
		before,
		...(use === undefined ? [] : [imageCard(use, rangeOf(read.lineStarts, use.span))]),
		...uniqueRules(here).map(cardOf),
	].filter((card) => card !== undefined);
	if (cards.length === 0) return undefined;
	const span = use?.span ?? here[0]?.span;
	return {
		contents: { kind: MarkupKind.Markdown, value: cards.join("\n\n---\n\n") },
		...(span === undefined ? {} : { range: rangeOf(read.lineStarts, span) }),
	};
}

function uniqueRules(findings: readonly LintFinding[]): readonly LintFinding[] {
	return findings.filter((finding, index) => findings.findIndex((other) => other.rule === finding.rule) === index);
}

function cardOf(finding: LintFinding): string | undefined {
	const rule = findRule(finding.rule);
	return rule === undefined ? undefined : ruleCard(rule);
}
