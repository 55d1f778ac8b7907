import { parseJson } from "../json/parse.ts";
import type { JsonNode } from "../json/tree.ts";
import { dockerfileIn, type GivenArgument, type GivenBuild, type GivenTarget, targetNamed } from "./givenBuild.ts";
import { type BakeValue, hclBlocks } from "./hcl.ts";
import { mentionAt } from "./mention.ts";

/** The attributes of a target, by name. */
export type BakeAttributes = ReadonlyMap<string, BakeValue>;

/** Targets that inherit from each other, beyond which nobody looks. */
const DEEPEST = 50;

/**
 * The builds of a Bake file in HCL or JSON, what a target inherits included (buildx, "Bake file reference"). Paths are taken to
 * start from the file's folder, where people run it.
 */
export function bakeBuilds(text: string): readonly GivenBuild[] {
	const targets = bakeTargets(text);
	const known = new Map<string, BakeAttributes | undefined>();
	return [...targets].map(([name, own]) => buildOf(text, name, own, inherited(name, targets, known, 0)));
}

/** A value of `dockerfile-inline`, and the stages that the targets with it build: the one that has it, and those that inherit it. */
export interface InlineValue {
	readonly value: BakeValue;
	readonly targets: readonly GivenTarget[];
}

/** The Dockerfiles that stand in a Bake file, as they are written there. */
export function inlineValues(text: string): readonly InlineValue[] {
	const targets = bakeTargets(text);
	const known = new Map<string, BakeAttributes | undefined>();
	const found = new Map<BakeValue, GivenTarget[]>();
	for (const [name, own] of targets) {
		const attributes = inherited(name, targets, known, 0);
		const value = (attributes ?? own).get("dockerfile-inline");
		if (value === undefined) continue;
		found.set(value, [...(found.get(value) ?? []), attributes === undefined ? "unknown" : stageOf(attributes)]);
	}
	return [...found].map(([value, stages]) => ({ value, targets: stages }));
}

/** The targets of a Bake file by name, each as it is written: without what it inherits. */
export function bakeTargets(text: string): ReadonlyMap<string, BakeAttributes> {
	return bakeBlocks(text, "target");
}

/** The variables of a Bake file by name. */
export function bakeVariables(text: string): ReadonlyMap<string, BakeAttributes> {
	return bakeBlocks(text, "variable");
}

function bakeBlocks(text: string, wanted: "target" | "variable"): ReadonlyMap<string, BakeAttributes> {
	const blocks = new Map<string, BakeAttributes>();
	if (isJsonBake(text)) {
		const parsed = parseJson(text);
		const root = "fault" in parsed ? undefined : valueOf(parsed.root, text);
		const all = root?.kind === "map" ? root.entries.get(wanted) : undefined;
		if (all?.kind === "map") for (const [name, value] of all.entries) if (value.kind === "map") blocks.set(name, value.entries);
		return blocks;
	}
	for (const { type, label, attributes } of hclBlocks(text) ?? []) {
		// What is written in two blocks is one target.
		if (type === wanted) blocks.set(label, merged(blocks.get(label) ?? new Map(), attributes));
	}
	return blocks;
}

/** Whether a Bake file is in JSON: no HCL begins with a bracket. */
function isJsonBake(text: string): boolean {
	return text.trimStart().startsWith("{");
}

function valueOf(node: JsonNode, text: string): BakeValue {
	switch (node.kind) {
		case "object":
			return { kind: "map", entries: new Map(node.members.map(({ key, value }) => [key.value, valueOf(value, text)])) };
		case "array":
			return { kind: "list", items: node.elements.map((element) => valueOf(element, text)) };
		case "string": {
			const span = { start: node.span.start + 1, end: node.span.end - 1 };
			const isPlain = text.slice(span.start, span.end) === node.value && !/[$%]\{/.test(node.value);
			return isPlain
				? { kind: "text", value: node.value, span }
				: { kind: "unknown", written: JSON.stringify(node.value), span: node.span };
		}
		default:
			return { kind: "unknown", written: text.slice(node.span.start, node.span.end), span: node.span };
	}
}

/** @param attributes what the target has with what it inherits; undefined where nobody knows */
function buildOf(text: string, name: string, own: BakeAttributes, attributes: BakeAttributes | undefined): GivenBuild {
	// What is inherited from a target that nobody knows could be anything: only what stands here is seen.
	const args = (attributes ?? own).get("args");
	const given = args?.kind === "map" ? [...args.entries].flatMap(([key, value]) => argumentOf(text, name, key, value)) : [];
	if (attributes === undefined) return { dockerfile: undefined, arguments: given, contexts: undefined, target: "unknown", cacheTo: [] };
	const textOf = (key: string, usual: string): string | undefined => {
		const value = attributes.get(key);
		return value === undefined ? usual : value.kind === "text" ? value.value : undefined;
	};
	const isInline = attributes.has("dockerfile-inline");
	const contexts = attributes.get("contexts") ?? { kind: "map", entries: new Map() };
	return {
		dockerfile: isInline ? undefined : dockerfileIn(textOf("context", "."), textOf("dockerfile", "Dockerfile")),
		arguments: given,
		contexts: contexts.kind === "map" ? new Set(contexts.entries.keys()) : undefined,
		target: stageOf(attributes),
		cacheTo: entriesOf(attributes.get("cache-to")),
	};
}

function stageOf(attributes: BakeAttributes): GivenTarget {
	const value = attributes.get("target");
	return value === undefined ? "last" : value.kind === "text" ? targetNamed(value.value) : "unknown";
}

/** `["type=gha,mode=max"]`, and `[{ type = "gha", mode = "max" }]` in the same form. */
function entriesOf(value: BakeValue | undefined): readonly string[] {
	const items = value?.kind === "list" ? value.items : [];
	return items.map((item) =>
		item.kind === "map" ? [...item.entries].map(([key, field]) => `${key}=${writtenIn(field)}`).join(",") : writtenIn(item),
	);
}

function writtenIn(value: BakeValue): string {
	return value.kind === "text" ? value.value : value.kind === "unknown" ? value.written.replace(/^"|"$/g, "") : "";
}

function argumentOf(text: string, target: string, name: string, value: BakeValue): readonly GivenArgument[] {
	if (value.kind !== "text") return [];
	const { span } = value;
	const mention = mentionAt(text.slice(span.start, span.end), span.start, `target ${target}`);
	return [{ name, value: value.value, mention }];
}

/** What a target has, its own before what it inherits, later parents before earlier ones; undefined where a parent is not known. Each is worked out once. */
function inherited(
	name: string,
	targets: ReadonlyMap<string, BakeAttributes>,
	known: Map<string, BakeAttributes | undefined>,
	depth: number,
): BakeAttributes | undefined {
	if (known.has(name) || depth > DEEPEST) return known.get(name);
	// One that inherits from itself is not known either.
	known.set(name, undefined);
	const own = targets.get(name);
	const parents = own?.get("inherits") ?? { kind: "list", items: [] };
	if (own === undefined || parents.kind !== "list") return undefined;
	let attributes: BakeAttributes = new Map();
	for (const parent of parents.items) {
		const more = parent.kind === "text" ? inherited(parent.value, targets, known, depth + 1) : undefined;
		if (more === undefined) return undefined;
		attributes = merged(attributes, more);
	}
	attributes = merged(attributes, own);
	known.set(name, attributes);
	return attributes;
}

/** The entries of maps are taken one by one, everything else as a whole. */
function merged(first: BakeAttributes, second: BakeAttributes): BakeAttributes {
	const all = new Map(first);
	for (const [key, value] of second) {
		const before = all.get(key);
		const both = before?.kind === "map" && value.kind === "map";
		all.set(key, both ? { kind: "map", entries: new Map([...before.entries, ...value.entries]) } : value);
	}
	return all;
}
