import type { Problem } from "../finding.ts";
import { parseJson } from "../json/parse.ts";
import { type JsonObject, memberOf } from "../json/tree.ts";
import { appendElement, insertMemberAfter, type JsonData, type JsonStyle, NEW_STYLE, printJson, styleOf } from "../json/write.ts";
import type { SpanEdit } from "../text.ts";
import { CONTEXT, readVexDocument, type VexDocument } from "./document.ts";
import { present } from "./fields.ts";
import { inheritedTime, isStated, timeForStatement, updateTime } from "./history.ts";
import type { NewStatement, VexStatement } from "./statement.ts";

/** What a new document says about itself. */
export interface NewDocument {
	/** IRI of the document; the same through all its versions. */
	readonly id: string;
	/** `Name <address>`. */
	readonly author: string;
	/** What wrote it: `hullguard/0.1.0`. */
	readonly tooling?: string;
}

/** The text of a document with one statement. `now` is RFC 3339, in UTC. */
export function newDocument(document: NewDocument, statement: NewStatement, now: string): string {
	const data: JsonData = {
		"@context": CONTEXT,
		"@id": document.id,
		author: document.author,
		timestamp: now,
		version: 1,
		tooling: document.tooling,
		statements: [statementData(statement, now)],
	};
	return printJson(data, NEW_STYLE) + NEW_STYLE.lineBreak;
}

/**
 * The edits that add a statement to a document. Nothing else changes but what an update asks for: the version goes up by one,
 * `last_updated` is set, and statements without a time of their own get the one they had so far. No edits if the document
 * already says so. A document that scanners refuse, or of version 0.0.1, is not touched: a Problem says why.
 */
export function addStatement(
	text: string,
	statement: NewStatement,
	now: string,
): { readonly edits: readonly SpanEdit[] } | { readonly problem: Problem } {
	const { document, problems } = readVexDocument(text);
	const parsed = parseJson(text);
	if (document === undefined || "fault" in parsed || parsed.root.kind !== "object") {
		const [first] = problems.filter((problem) => problem.severity === "error").concat(problems);
		return { problem: first ?? { kind: "invalid", message: "This is not an OpenVEX document" } };
	}
	if (document.specification !== "0.2.0") {
		const message = "The document is one of OpenVEX 0.0.1, which is read, but not written";
		return { problem: { kind: "invalid", message, hint: "Choose another file for new statements" } };
	}
	if (isStated(document, statement)) return { edits: [] };
	return { edits: editsFor(text, parsed.root, document, statement, now) };
}

function editsFor(text: string, root: JsonObject, document: VexDocument, statement: NewStatement, now: string): readonly SpanEdit[] {
	const style = styleOf(text, root);
	const time = timeForStatement(document, statement, now);
	return mergeInsertions([
		...setMember(text, root, style, "version", (document.version ?? 0) + 1, ["timestamp", "author", "@id"]),
		...setMember(text, root, style, "last_updated", updateTime(document, time), ["timestamp", "author", "@id"]),
		...datingEdits(text, root, document, style),
		...statementEdits(text, root, style, statementData(statement, time)),
	]);
}

/** Replaces the value of a member, or adds the member behind the first of some others that is there. */
function setMember(
	text: string,
	root: JsonObject,
	style: JsonStyle,
	key: string,
	value: string | number,
	neighbours: readonly string[],
): readonly SpanEdit[] {
	const member = memberOf(root, key);
	if (member !== undefined) return [{ span: member.value.span, newText: JSON.stringify(value) }];
	const neighbour = [...neighbours, "@context"].map((name) => memberOf(root, name)).find((found) => found !== undefined);
	return neighbour === undefined ? [] : [insertMemberAfter(text, root, neighbour, key, value, style)];
}

/** Writes down the time that undated statements have had through the document, which would otherwise seem to change with it. */
function datingEdits(text: string, root: JsonObject, document: VexDocument, style: JsonStyle): readonly SpanEdit[] {
	const list = memberOf(root, "statements")?.value;
	if (list?.kind !== "array") return [];
	const byIndex = new Map(document.statements.map((statement) => [statement.index, statement]));
	return list.elements.flatMap((element, index) => {
		if (element.kind !== "object" || present(element, "timestamp") !== undefined) return [];
		const time = inheritedTime(document, byIndex.get(index));
		if (time === undefined) return [];
		return setMember(text, element, style, "timestamp", time, ["vulnerability", "@id", "status", "products"]);
	});
}

function statementEdits(text: string, root: JsonObject, style: JsonStyle, data: JsonData): readonly SpanEdit[] {
	const member = memberOf(root, "statements");
	if (member?.value.kind === "array") return [appendElement(text, member.value, data, style)];
	if (member !== undefined) return [{ span: member.value.span, newText: printJson([data], style, style.indentation ?? "") }];
	const last = root.members[root.members.length - 1];
	return last === undefined ? [] : [insertMemberAfter(text, root, last, "statements", [data], style)];
}

/** Insertions at one place become one edit, so that editors cannot swap them. */
function mergeInsertions(edits: readonly SpanEdit[]): readonly SpanEdit[] {
	const merged = new Map<string, SpanEdit>();
	for (const edit of edits) {
		const key = `${edit.span.start} ${edit.span.end}`;
		const before = merged.get(key);
		merged.set(key, before === undefined ? edit : { span: edit.span, newText: before.newText + edit.newText });
	}
	return [...merged.values()];
}

/** What a statement says, of a decision or as read from a document. */
type StatementTexts = Pick<VexStatement, "status"> & Partial<Pick<VexStatement, "justification" | "impact" | "action" | "notes">>;

/** A statement as OpenVEX 0.2.0 writes it; `timestamp` is RFC 3339. */
export function statementData(
	statement: Omit<NewStatement, "decision"> & { readonly decision: StatementTexts },
	timestamp: string,
): JsonData {
	const { vulnerability, aliases, products, decision } = statement;
	return {
		vulnerability: { name: vulnerability, aliases: aliases.length === 0 ? undefined : aliases },
		timestamp,
		products: products.map(({ id, subcomponents }) => ({
			"@id": id,
			subcomponents: subcomponents.length === 0 ? undefined : subcomponents.map((each) => ({ "@id": each })),
		})),
		status: decision.status,
		status_notes: decision.notes,
		justification: decision.justification,
		impact_statement: decision.impact,
		action_statement: decision.action,
	};
}
