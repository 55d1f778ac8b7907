import { insertAt, insertBelowDirectives, linesOnTop, startOfLine } from "../dockerfile/edits/edit.ts";
import { instructionAt } from "../dockerfile/model/instructionAt.ts";
import { lineBelow } from "../dockerfile/model/instructionBelow.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { LintFinding } from "../finding.ts";
import { findRule } from "../rules/registry.ts";
import { lineAt, type SpanEdit } from "../text.ts";
import { suppressionsOf } from "./suppressions.ts";

/** The edits that silence a finding: where it stands, and its rule in the whole Dockerfile. */
export interface Silencing {
	readonly onLine: SpanEdit;
	readonly inFile: SpanEdit;
	/** In the whole Dockerfile, with the builder's own check that finds the same; undefined where there is none. */
	readonly forBuildKit: SpanEdit | undefined;
}

export function silencing(file: Dockerfile, finding: LintFinding): Silencing {
	return {
		onLine: ignoreOnLine(file, finding),
		inFile: ignoreInFile(file, finding.rule),
		forBuildKit: ignoreForBuildKit(file, finding.rule),
	};
}

/**
 * The edit that silences a rule where a finding stands: another id in the ignore comment that is there, else a comment on
 * the line above; inside an instruction of several lines, above the line of the finding. A comment above a directive would
 * make comments of all directives: there it is silenced in the file.
 */
function ignoreOnLine(file: Dockerfile, finding: LintFinding): SpanEdit {
	const target = lineToCommentAbove(file, finding.span.start);
	if (target < linesOnTop(file)) return ignoreInFile(file, finding.rule);
	const existing = suppressionsOf(file).find(
		(other) =>
			other.tool === "hullguard" &&
			other.scope.kind === "lines" &&
			other.id !== "*" &&
			(other.comment.line + 1 === target || lineBelow(file, other.comment) === target) &&
			other.until === undefined,
	);
	const last = existing?.comment.ids[existing.comment.ids.length - 1];
	if (last !== undefined) return insertAt(last.span.end, `, ${finding.rule}`);
	return commentOn(file, target, `hullguard-ignore ${finding.rule}`);
}

/** The edit that puts a comment above what stands at an offset; inside an instruction of several lines, above that line. */
export function commentAbove(file: Dockerfile, offset: number, text: string): SpanEdit {
	return commentOn(file, lineToCommentAbove(file, offset), text);
}

function commentOn(file: Dockerfile, line: number, text: string): SpanEdit {
	const start = startOfLine(file, line);
	const indentation = /^[\t ]*/.exec(file.text.slice(start, start + 200))?.[0] ?? "";
	return insertAt(start, `${indentation}# ${text}${file.lineBreak}`);
}

/** A comment inside a heredoc would be a part of its text. */
function lineToCommentAbove(file: Dockerfile, offset: number): number {
	const line = lineAt(file.lineStarts, offset);
	const instruction = instructionAt(file, line);
	const inHeredoc = instruction?.heredocs.some((heredoc) => heredoc.firstLine <= line) ?? false;
	const inside = instruction !== undefined && line > instruction.firstLine && !inHeredoc;
	return inside || instruction === undefined ? line : instruction.firstLine;
}

/** The edit that silences a rule in the whole file. */
function ignoreInFile(file: Dockerfile, rule: string): SpanEdit {
	const existing = suppressionsOf(file).find(
		(other) => other.tool === "hullguard" && other.scope.kind === "file" && other.id !== "*" && other.until === undefined,
	);
	const last = existing?.comment.ids[existing.comment.ids.length - 1];
	if (last !== undefined) return insertAt(last.span.end, `, ${rule}`);
	return insertBelowDirectives(file, `# hullguard-ignore-file ${rule}`);
}

/** The edit that skips the builder's check for a rule in the directive `check`, which silences the rule, too. */
function ignoreForBuildKit(file: Dockerfile, rule: string): SpanEdit | undefined {
	const check = findRule(rule)?.equivalents.find(({ tool, relation }) => tool === "buildkit" && relation === "same")?.id;
	if (check === undefined) return undefined;
	const directive = file.directives.find(({ name }) => name === "check");
	if (directive !== undefined) {
		const skip = /(?:^|;)\s*skip\s*=[^;]*/.exec(directive.value);
		const { start } = directive.valueSpan;
		return skip === null ? insertAt(start, `skip=${check};`) : insertAt(start + skip.index + skip[0].trimEnd().length, `,${check}`);
	}
	// Below a shebang it would be a comment.
	return file.text.startsWith("#!", startOfLine(file, 0)) ? undefined : insertBelowDirectives(file, `# check=skip=${check}`);
}
