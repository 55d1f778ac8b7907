import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { LintSeverity } from "../finding.ts";
import { scopeBelow } from "../lint/suppressionScope.ts";
import { suppressionsOf } from "../lint/suppressions.ts";
import { type MappedText, sourceSpan } from "../mappedText.ts";
import { lineAt, type Span } from "../text.ts";
import type { CheckedScript } from "./scripts.ts";

/** Something that ShellCheck says of a script. Lines and columns are one-based and count characters, tabs as one. */
export interface ShellComment {
	/** `SC2086` */
	readonly code: string;
	readonly severity: LintSeverity;
	readonly message: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
}

/** A comment at its place in the Dockerfile. */
export interface PlacedComment {
	readonly comment: ShellComment;
	readonly span: Span;
}

/**
 * Codes that say nothing in a RUN (ShellCheck's wiki): files that are read from elsewhere are not there (1090, 1091), variables
 * may come from ENV, ARG and the base image (2154), and there is no first line that could name a shell (2148, 2187).
 */
export const MEANINGLESS_CODES: readonly string[] = ["SC1090", "SC1091", "SC2148", "SC2154", "SC2187"];

/** The page of a code in ShellCheck's wiki. */
export function shellCheckPage(code: string): string {
	return `https://www.shellcheck.net/wiki/${code}`;
}

/** The comments on a script that mean something in the Dockerfile, where they stand in it, without those that it silences. */
export function placedComments(
	file: Dockerfile,
	{ source, dialect }: CheckedScript,
	comments: readonly ShellComment[],
): readonly PlacedComment[] {
	// What `sh` lacks is only known where it is known what `sh` is.
	const meant = comments.filter(({ code }) => !MEANINGLESS_CODES.includes(code) && !(dialect === "sh" && code.startsWith("SC3")));
	if (meant.length === 0) return [];
	return meant
		.map((comment) => ({ comment, span: placeOf(source, comment) }))
		.filter(({ comment, span }) => !isSilenced(file, comment.code, lineAt(file.lineStarts, span.start)));
}

function placeOf(source: MappedText, { line, column, endLine, endColumn }: ShellComment): Span {
	const start = offsetOf(source.text, line, column);
	const end = Math.max(start, offsetOf(source.text, endLine, endColumn));
	// An empty place is the one character that stands there.
	return sourceSpan(source, start, end > start ? end : Math.min(start + 1, source.text.length));
}

/** Offset of a one-based place that counts characters; what lies behind the end of its line is that end. */
function offsetOf(text: string, line: number, column: number): number {
	let start = 0;
	for (let left = line - 1; left > 0; left--) {
		const next = text.indexOf("\n", start);
		if (next === -1) return text.length;
		start = next + 1;
	}
	const next = text.indexOf("\n", start);
	const end = next === -1 ? text.length : next;
	let at = start;
	for (let left = column - 1; left > 0 && at < end; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
	return Math.min(at, end);
}

/** `# shellcheck disable=SC2086` and `# hadolint ignore=SC2086`, above the instruction or above a line of it. */
function isSilenced(file: Dockerfile, code: string, line: number): boolean {
	for (const comment of file.comments) {
		const directive = /^shellcheck\s+disable=([\w,]+)/.exec(comment.text);
		if (directive === null || !(directive[1] ?? "").split(",").some((id) => id === code || id === "all")) continue;
		const scope = scopeBelow(file, comment);
		if (scope.kind === "file" || (scope.first <= line && line <= scope.last)) return true;
	}
	return suppressionsOf(file).some(
		({ tool, id, scope }) => tool === "hadolint" && id === code && (scope.kind === "file" || (scope.first <= line && line <= scope.last)),
	);
}
