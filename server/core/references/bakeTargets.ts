import { parseJson } from "../json/parse.ts";
import type { JsonNode } from "../json/tree.ts";
import { dockerfileIn, type GivenArgument, type GivenBuild } from "./givenBuild.ts";
import { type BakeValue, hclBlocks } from "./hcl.ts";
import { mentionAt } from "./mention.ts";

type Attributes = ReadonlyMap<string, BakeValue>;

/** Targets that inherit from each other, beyond which nobody looks. */
const DEEPEST = 50;

/**
 * The builds of a Bake file in HCL or JSON, what a target inherits included (buildx, "Bake file reference"). Paths are taken to
 * start from the file's folder, where people run it.
 */
export function bakeBuilds(text: string): readonly GivenBuild[] {
	const targets = targetsOf(text);
	return [...targets.keys()].map((name) => buildOf(text, name, targets));
}

function targetsOf(text: string): ReadonlyMap<string, Attributes> {
	const targets = new Map<string, Attributes>();
	if (isJson(text)) {
		const parsed = parseJson(text);
		const root = "fault" in parsed ? undefined : valueOf(parsed.root, text);
		const all = root?.kind === "map" ? root.entries.get("target") : undefined;
		if (all?.kind === "map") for (const [name, value] of all.entries) if (value.kind === "map") targets.set(name, value.entries);
		return targets;
	}
	for (const { type, label, attributes } of hclBlocks(text) ?? []) {
		// What is written in two blocks is one target.
		if (type === "target") targets.set(label, merged(targets.get(label) ?? new Map(), attributes));
	}
	return targets;
}

/** Whether a Bake file is in JSON: no HCL begins with a bracket. */
export function isJson(text: string): boolean {
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
			return isPlain ? { kind: "text", value: node.value, span } : { kind: "unknown" };
		}
		default:
			return { kind: "unknown" };
	}
}

function buildOf(text: string, name: string, targets: ReadonlyMap<string, Attributes>): GivenBuild {
	const attributes = inherited(name, targets, 0);
	const args = attributes?.get("args");
	const contexts = attributes?.get("contexts");
	const textOf = (key: string, usual: string): string | undefined => {
		const value = attributes?.get(key);
		return value === undefined ? usual : value.kind === "text" ? value.value : undefined;
	};
	const isKnown = attributes !== undefined && !attributes.has("dockerfile-inline") && (contexts === undefined || contexts.kind === "map");
	// What is inherited from a target that nobody knows could be anything: only what stands here is seen.
	const given = args ?? targets.get(name)?.get("args");
	return {
		dockerfile: isKnown ? dockerfileIn(textOf("context", "."), textOf("dockerfile", "Dockerfile")) : undefined,
		arguments: given?.kind === "map" ? [...given.entries].flatMap(([key, value]) => argumentOf(text, name, key, value)) : [],
		contexts: new Set(contexts?.kind === "map" ? contexts.entries.keys() : []),
	};
}

function argumentOf(text: string, target: string, name: string, value: BakeValue): readonly GivenArgument[] {
	if (value.kind !== "text") return [];
	const { span } = value;
	const mention = mentionAt(text.slice(span.start, span.end), span.start, `target ${target}`);
	return [{ name, value: value.value, mention }];
}

/** What a target has, its own before what it inherits, later parents before earlier ones; undefined where a parent is not known. */
function inherited(name: string, targets: ReadonlyMap<string, Attributes>, depth: number): Attributes | undefined {
	const own = targets.get(name);
	const parents = own?.get("inherits");
	if (own === undefined || depth > DEEPEST) return undefined;
	if (parents === undefined) return own;
	if (parents.kind !== "list") return undefined;
	let attributes: Attributes = new Map();
	for (const parent of parents.items) {
		const more = parent.kind === "text" ? inherited(parent.value, targets, depth + 1) : undefined;
		if (more === undefined) return undefined;
		attributes = merged(attributes, more);
	}
	return merged(attributes, own);
}

/** The entries of maps are taken one by one, everything else as a whole. */
function merged(first: Attributes, second: Attributes): Attributes {
	const all = new Map(first);
	for (const [key, value] of second) {
		const before = all.get(key);
		const both = before?.kind === "map" && value.kind === "map";
		all.set(key, both ? { kind: "map", entries: new Map([...before.entries, ...value.entries]) } : value);
	}
	return all;
}
