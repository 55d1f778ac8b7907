import type { SpanEdit } from "../text.ts";
import type { JsonArray, JsonMember, JsonNode, JsonObject } from "./tree.ts";

/** Data that becomes JSON. Members that are undefined are left out. */
export type JsonData = string | number | boolean | null | readonly JsonData[] | { readonly [key: string]: JsonData | undefined };

/** How a document is laid out. */
export interface JsonStyle {
	/** One level of indentation; undefined: everything on one line. */
	readonly indentation: string | undefined;
	/** Between a key and its value: `: `. */
	readonly colon: string;
	/** Between items on one line: `, `. */
	readonly comma: string;
	readonly lineBreak: "\n" | "\r\n";
}

/** The layout of new documents. */
export const NEW_STYLE: JsonStyle = { indentation: "  ", colon: ": ", comma: ", ", lineBreak: "\n" };

/** How the text around a node is laid out, as far as it shows; the rest as in {@link NEW_STYLE}. */
export function styleOf(text: string, root: JsonNode): JsonStyle {
	const all = [...containers(root)];
	const first = all.find((container) => container.kind === "object" && container.members.length > 0);
	const member = first?.kind === "object" ? first.members[0] : undefined;
	const inline = all.flatMap((container) => gaps(text, container).slice(1)).find((gap) => !gap.includes("\n"));
	const colon = member === undefined ? NEW_STYLE.colon : text.slice(member.key.span.end, member.value.span.start);
	return {
		indentation: indentationStep(text, all),
		colon,
		comma: inline === undefined ? (colon === ":" ? "," : NEW_STYLE.comma) : `,${inline}`,
		lineBreak: text.includes("\r\n") ? "\r\n" : "\n",
	};
}

/** Prints data; `base` is the indentation of the line on which it starts. */
export function printJson(data: JsonData, style: JsonStyle, base = ""): string {
	if (data === null || typeof data !== "object") return JSON.stringify(data);
	const items: string[] = [];
	const inner = base + (style.indentation ?? "");
	const list = Array.isArray(data);
	if (list) for (const element of data as readonly JsonData[]) items.push(printJson(element, style, inner));
	else
		for (const [key, value] of Object.entries(data)) {
			if (value !== undefined) items.push(JSON.stringify(key) + style.colon + printJson(value, style, inner));
		}
	const [open, close] = list ? ["[", "]"] : ["{", "}"];
	if (items.length === 0) return open + close;
	if (style.indentation === undefined) return open + items.join(style.comma) + close;
	const line = style.lineBreak + inner;
	return `${open}${line}${items.join(`,${line}`)}${style.lineBreak}${base}${close}`;
}

/** The edit that adds a member behind another one, in the layout of that one. */
export function insertMemberAfter(
	text: string,
	object: JsonObject,
	member: JsonMember,
	key: string,
	data: JsonData,
	style: JsonStyle,
): SpanEdit {
	const gap = gaps(text, object)[object.members.indexOf(member)] ?? "";
	const entry = `${JSON.stringify(key)}${style.colon}${printJson(data, style, baseOf(text, gap, member.key.span.start))}`;
	return insertion(member.value.span.end, separator(gap, style) + entry);
}

/** The edit that adds an element at the end of an array, in the layout of the last one. */
export function appendElement(text: string, array: JsonArray, data: JsonData, style: JsonStyle): SpanEdit {
	const last = array.elements[array.elements.length - 1];
	if (last === undefined) return fillArray(text, array, data, style);
	const gap = gaps(text, array)[array.elements.length - 1] ?? "";
	const oneLine = !text.slice(last.span.start, last.span.end).includes("\n");
	const itemStyle = oneLine ? { ...style, indentation: undefined } : style;
	const printed = printJson(data, itemStyle, baseOf(text, gap, last.span.start));
	return insertion(last.span.end, separator(gap, style) + printed);
}

/** A comma and the line break that items have here, or what stands between items on one line. */
function separator(gap: string, style: JsonStyle): string {
	return gap.includes("\n") ? `,${gap}` : style.comma;
}

function fillArray(text: string, array: JsonArray, data: JsonData, style: JsonStyle): SpanEdit {
	const base = lineIndentation(text, array.span.start);
	return { span: array.span, newText: printJson([data], style, base) };
}

function insertion(offset: number, newText: string): SpanEdit {
	return { span: { start: offset, end: offset }, newText };
}

/** The blanks in front of each item of a container. */
function gaps(text: string, container: JsonObject | JsonArray): readonly string[] {
	return startsOf(container).map((start) => {
		let from = start;
		while (isBlank(text[from - 1])) from--;
		return text.slice(from, start);
	});
}

function startsOf(container: JsonObject | JsonArray): readonly number[] {
	if (container.kind === "array") return container.elements.map((element) => element.span.start);
	return container.members.map((member) => member.key.span.start);
}

/** The indentation for what continues an item: its own, where it begins its line, else that of the line. */
function baseOf(text: string, gap: string, itemStart: number): string {
	const lineBreak = gap.lastIndexOf("\n");
	return lineBreak === -1 ? lineIndentation(text, itemStart) : gap.slice(lineBreak + 1);
}

function lineIndentation(text: string, offset: number): string {
	const start = text.lastIndexOf("\n", offset - 1) + 1;
	let end = start;
	while (text[end] === " " || text[end] === "\t") end++;
	return text.slice(start, end);
}

/** What the first item on a line of its own is indented by, compared with the line of its container. */
function indentationStep(text: string, all: readonly (JsonObject | JsonArray)[]): string | undefined {
	for (const container of all) {
		const gap = gaps(text, container)[0];
		if (gap === undefined || !gap.includes("\n")) continue;
		const outer = lineIndentation(text, container.span.start);
		const inner = gap.slice(gap.lastIndexOf("\n") + 1);
		return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : NEW_STYLE.indentation;
	}
	return undefined;
}

function* containers(node: JsonNode): Generator<JsonObject | JsonArray> {
	if (node.kind !== "object" && node.kind !== "array") return;
	yield node;
	const children = node.kind === "object" ? node.members.map((member) => member.value) : node.elements;
	for (const child of children) yield* containers(child);
}

function isBlank(character: string | undefined): boolean {
	return character === " " || character === "\n" || character === "\r" || character === "\t";
}
