import { instructionAt } from "../dockerfile/instructionAt.ts";
import type { Dockerfile } from "../dockerfile/model.ts";
import type { Comment } from "../dockerfile/structure.ts";
import { remembered } from "../memo.ts";
import type { PeerTool } from "../rules/rule.ts";
import type { Span } from "../text.ts";

/** One id in a comment or directive that silences findings. */
export interface Suppression {
	/** Our own form, or the tool whose form it is. */
	readonly tool: "hullguard" | PeerTool;
	/** A rule of ours, `*`, or a peer's id. */
	readonly id: string;
	readonly idSpan: Span;
	readonly scope: SuppressionScope;
	/** `2027-01-31`: the last day on which it counts. */
	readonly until: string | undefined;
	readonly reason: string | undefined;
	/** The comment or directive that holds it, and all ids in it. */
	readonly comment: SuppressionComment;
}

export interface SuppressionComment {
	readonly span: Span;
	readonly ids: readonly { readonly id: string; readonly span: Span }[];
	/** Whether nothing else stands in it, so that it can go with its last id. */
	readonly removable: boolean;
	/** Zero-based. */
	readonly line: number;
}

/** Where a suppression counts: in the whole file, in a stage, or between two zero-based lines, both included. */
export type SuppressionScope = { readonly kind: "file" } | { readonly kind: "lines"; readonly first: number; readonly last: number };

/** Reads every suppression in a file, ours and those of other tools. */
export const suppressionsOf = remembered(readSuppressions);

function readSuppressions(file: Dockerfile): readonly Suppression[] {
	const found: Suppression[] = [];
	for (const comment of file.comments) found.push(...fromComment(file, comment));
	const check = file.directives.find((directive) => directive.name === "check");
	if (check !== undefined) {
		const comment = { span: check.span, line: check.line };
		found.push(...checkSkips(check.value, check.valueSpan.start, comment, { kind: "file" }));
	}
	return found;
}

interface Place {
	readonly span: Span;
	readonly line: number;
}

/** How every comment that silences something begins. */
const FOR_A_TOOL = /^(?:hullguard-ignore|hadolint|check|bridgecrew|trivy|tfsec|nosem|kics-scan|tally)/;

function fromComment(file: Dockerfile, comment: Comment): readonly Suppression[] {
	const { text, textSpan } = comment;
	if (!FOR_A_TOOL.test(text)) return [];
	const start = textSpan.start;
	const own = /^hullguard-ignore(-file)?(?=\s|$)/.exec(text);
	if (own !== null) {
		const scope: SuppressionScope = own[1] === undefined ? scopeBelow(file, comment) : { kind: "file" };
		return ownSuppressions(text, own[0].length, comment, scope);
	}
	const hadolint = /^hadolint\s+(global\s+)?ignore\s*=\s*/.exec(text);
	if (hadolint !== null) {
		const scope: SuppressionScope = hadolint[1] === undefined ? scopeBelow(file, comment) : { kind: "file" };
		return idList("hadolint", text, hadolint[0].length, /[^\s,#]+/g, comment, scope);
	}
	const check = /^check\s*=\s*/.exec(text);
	if (check !== null) return checkSkips(text.slice(check[0].length), start + check[0].length, comment, scopeBelow(file, comment));
	const checkov = /^(?:checkov|bridgecrew):skip=([A-Z0-9_]+)(?::(.*))?/.exec(text);
	if (checkov !== null)
		return [single("checkov", checkov[1] as string, start + text.indexOf("=") + 1, checkov[2], comment, { kind: "file" })];
	const trivy = /^(?:trivy|tfsec):ignore:(?:AVD-)?([A-Za-z0-9-]+)/.exec(text);
	if (trivy !== null)
		return [
			single(
				"trivy",
				normalTrivyId(trivy[1] as string),
				start + text.indexOf("ignore:") + 7,
				undefined,
				comment,
				scopeBelow(file, comment),
			),
		];
	const semgrep = /^nosem(?:grep)?:\s*/.exec(text);
	if (semgrep !== null)
		return idList("semgrep", text, semgrep[0].length, /[^\s,]+/g, comment, scopeBelow(file, comment)).map((entry) => ({
			...entry,
			id: entry.id.split(".").pop() ?? entry.id,
		}));
	const kics = /^kics-scan\s+(?:disable|ignore-line|ignore-block)\s*=?\s*/.exec(text);
	if (kics !== null)
		return idList(
			"kics",
			text,
			kics[0].length,
			/[0-9a-f-]{8,}/g,
			comment,
			/disable/.test(text) ? { kind: "file" } : scopeBelow(file, comment),
		);
	const tally = /^tally\s+(global\s+)?ignore\s*=\s*/.exec(text);
	if (tally !== null)
		return idList(
			"tally",
			text,
			tally[0].length,
			/[^\s,;#]+/g,
			comment,
			tally[1] === undefined ? scopeBelow(file, comment) : { kind: "file" },
		);
	return [];
}

/** `DS002`, `AVD-DS-0002` and `DS-0002` are one id. */
function normalTrivyId(id: string): string {
	const match = /^DS-?0*(\d+)$/i.exec(id);
	return match === null ? id : `DS-${(match[1] as string).padStart(4, "0")}`;
}

/** The lines that a comment stands for: the next line of the RUN that it stands in, else the instruction below it. */
export function scopeBelow(file: Dockerfile, comment: Comment): SuppressionScope {
	const line = linesBelow(file).get(comment.line) ?? comment.line + 1;
	const instruction = instructionAt(file, line);
	if (instruction === undefined) return { kind: "lines", first: line, last: line };
	if (instruction.firstLine > comment.line) return { kind: "lines", first: instruction.firstLine, last: instruction.lastLine };
	return { kind: "lines", first: line, last: line };
}

/** The first line below each comment that is none, by the line of the comment: the comments of a block share it. */
const linesBelow = remembered((file: Dockerfile): ReadonlyMap<number, number> => {
	const below = new Map<number, number>();
	for (const comment of file.comments.toReversed()) below.set(comment.line, below.get(comment.line + 1) ?? comment.line + 1);
	return below;
});

function ownSuppressions(
	text: string,
	from: number,
	place: Place & { readonly textSpan: Span },
	scope: SuppressionScope,
): readonly Suppression[] {
	const until = /\suntil=(\d{4}-\d{2}-\d{2})(?=\s|$)/.exec(text)?.[1];
	const reason = /\sreason=(?:"([^"]*)"|(\S+))/.exec(text);
	const list = text.slice(from).replace(/\s(?:until|reason)=.*$/su, "");
	const ids = [...list.matchAll(/[^\s,]+/g)].map((match) => ({
		id: match[0],
		span: spanAt(place.textSpan.start + from + match.index, match[0].length),
	}));
	const comment: SuppressionComment = { span: place.span, ids, removable: true, line: place.line };
	return ids.map(({ id, span }) => ({ tool: "hullguard", id, idSpan: span, scope, until, reason: reason?.[1] ?? reason?.[2], comment }));
}

function idList(
	tool: PeerTool,
	text: string,
	from: number,
	pattern: RegExp,
	place: Place & { readonly textSpan: Span },
	scope: SuppressionScope,
): readonly Suppression[] {
	const list = text.slice(from).replace(/[#;].*$/su, "");
	const reason = /(?:[#;]\s*)(.+)$/su.exec(text.slice(from))?.[1];
	const ids = [...list.matchAll(pattern)].map((match) => ({
		id: match[0],
		span: spanAt(place.textSpan.start + from + match.index, match[0].length),
	}));
	const comment: SuppressionComment = { span: place.span, ids, removable: reason === undefined, line: place.line };
	return ids.map(({ id, span }) => ({ tool, id, idSpan: span, scope, until: undefined, reason, comment }));
}

function single(tool: PeerTool, id: string, at: number, reason: string | undefined, place: Place, scope: SuppressionScope): Suppression {
	const idSpan = spanAt(at, id.length);
	return {
		tool,
		id,
		idSpan,
		scope,
		until: undefined,
		reason,
		comment: { span: place.span, ids: [{ id, span: idSpan }], removable: true, line: place.line },
	};
}

/** `skip=A,B;error=true` of BuildKit's `check` directive, at `at` in the file. */
function checkSkips(value: string, at: number, place: Place, scope: SuppressionScope): readonly Suppression[] {
	const skip = /(?:^|;)\s*skip\s*=\s*([^;]*)/.exec(value);
	if (skip === null) return [];
	const from = at + skip.index + skip[0].length - (skip[1] as string).length;
	const ids = [...(skip[1] as string).matchAll(/[^\s,]+/g)].map((match) => ({
		id: match[0],
		span: spanAt(from + match.index, match[0].length),
	}));
	const comment: SuppressionComment = { span: place.span, ids, removable: !value.includes(";"), line: place.line };
	return ids.map(({ id, span }) => ({
		tool: "buildkit" as const,
		id: id === "all" ? "*" : id,
		idSpan: span,
		scope,
		until: undefined,
		reason: undefined,
		comment,
	}));
}

function spanAt(start: number, length: number): Span {
	return { start, end: start + length };
}
