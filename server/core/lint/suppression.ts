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
	readonly ids: readonly WrittenId[];
	/** Zero-based. */
	readonly line: number;
}

export interface WrittenId {
	readonly id: string;
	readonly span: Span;
}

/** Where a suppression counts: in the whole file, or between two zero-based lines, both included. */
export type SuppressionScope = { readonly kind: "file" } | { readonly kind: "lines"; readonly first: number; readonly last: number };

/** The words of a list that match a pattern (with the flag `g`); the list stands at `at` in the file. */
export function writtenIds(list: string, at: number, pattern: RegExp): readonly WrittenId[] {
	return [...list.matchAll(pattern)].map(({ 0: id, index }) => ({ id, span: { start: at + index, end: at + index + id.length } }));
}
