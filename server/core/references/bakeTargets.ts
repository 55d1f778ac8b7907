import { parseJson } from "../json/parse.ts";
import type { JsonNode } from "../json/tree.ts";
import { dockerfileIn, type GivenArgument, type GivenBuild } from "./givenBuild.ts";
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
	const targets = targetsOf(text);
	return [...targets.keys()].map((name) => buildOf(text, name, targets));
}

/** The targets of a Bake file with what they inherit, by name; undefined for one that inherits from a target that the file does not show. */
export function bakeTargets(text: string): ReadonlyMap<string, BakeAttributes | undefined> {
	const targets = targetsOf(text);
	return new Map([...targets.keys()].map((name) => [name, inherited(name, targets, 0)]));
}

function targetsOf(text: string): ReadonlyMap<string, BakeAttributes> {
	const targets = new Map<string, BakeAttributes>();
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
			return isPlain ? { kind: "text", value: node.value, span } : { kind: "unknown", written: JSON.stringify(node.value) };
		}
		default:
			return { kind: "unknown", written: text.slice(node.span.start, node.span.end) };
	}
}

function buildOf(text: string, name: string, targets: ReadonlyMap<string, BakeAttributes>): GivenBuild {
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
function inherited(name: string, targets: ReadonlyMap<string, BakeAttributes>, depth: number): BakeAttributes | undefined {
	const own = targets.get(name);
	const parents = own?.get("inherits");
	if (own === undefined || depth > DEEPEST) return undefined;
	if (parents === undefined) return own;
	if (parents.kind !== "list") return undefined;
	let attributes: BakeAttributes = new Map();
	for (const parent of parents.items) {
		const more = parent.kind === "text" ? inherited(parent.value, targets, depth + 1) : undefined;
		if (more === undefined) return undefined;
		attributes = merged(attributes, more);
	}
	return merged(attributes, own);
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
