import {
	child,
	isAbsent,
	JsonError,
	type JsonValue,
	jsonRoot,
	readEntries,
	readItems,
	readList,
	readOptionalNumber,
	readOptionalText,
	readTexts,
} from "../json/values.ts";
import { decodeBase64Text } from "./base64.ts";
import type { LineRange } from "./origin.ts";

/**
 * What BuildKit's provenance in maximum mode says about the steps of a build. Read from SLSA predicates v0.2 and v1, as
 * BuildKit 0.11 to 0.32 write them.
 */
export interface Provenance {
	/** In the order of the build; the last one points at the result. */
	readonly steps: readonly Step[];
	/** Digests of the layers that each step's result has, the bottom one first; only for steps of the result's lineage. */
	readonly layers: ReadonlyMap<string, readonly string[]>;
	/** The places of each step in the Dockerfile; a step that several instructions share has several. */
	readonly places: ReadonlyMap<string, readonly Place[]>;
	/** The files that places stand in. */
	readonly files: readonly SourceFile[];
	/** The stage that was asked for; undefined for the last one. */
	readonly target: string | undefined;
}

export interface Step {
	readonly id: string;
	readonly operation: Operation;
	/** Ids of the steps that it builds upon. */
	readonly inputs: readonly string[];
}

/** What a step does. Indexes point into the step's inputs; -1 is none. */
export type Operation =
	| { readonly kind: "source"; readonly identifier: string }
	/** `root`: the input that is mounted at `/`. */
	| { readonly kind: "exec"; readonly root: number }
	| { readonly kind: "file"; readonly actions: readonly FileAction[] }
	| { readonly kind: "merge"; readonly inputs: readonly number[] }
	/** The end of the list, or something that brings no layers. */
	| { readonly kind: "other" };

export interface FileAction {
	/** What it writes onto: an input, or above the inputs the result of an earlier action. */
	readonly input: number;
	/** What it copies from. */
	readonly secondaryInput: number;
	/** The path that a copy takes; undefined for other actions. */
	readonly source: string | undefined;
	/** The path that is written. */
	readonly destination: string | undefined;
}

export interface Place {
	readonly file: number;
	readonly lines: LineRange;
}

export interface SourceFile {
	readonly name: string;
	readonly text: string;
}

const BUILDKIT_METADATA = "https://mobyproject.org/buildkit@v1#metadata";

/** Reads a predicate. Undefined for one without the maps that attribution needs (minimum mode), and for what is none. Never throws. */
export function readProvenance(predicate: unknown): Provenance | undefined {
	try {
		return read(jsonRoot(predicate));
	} catch (error) {
		if (error instanceof JsonError) return undefined;
		throw error;
	}
}

/** The same facts stand at other places in the two versions. */
function read(predicate: JsonValue): Provenance | undefined {
	const definition = child(predicate, "buildDefinition");
	const isNew = !isAbsent(definition);
	const config = isNew ? child(child(definition, "internalParameters"), "buildConfig") : child(predicate, "buildConfig");
	const extras = isNew
		? child(child(child(predicate, "runDetails"), "metadata"), "buildkit_metadata")
		: child(child(predicate, "metadata"), BUILDKIT_METADATA);
	const request = isNew ? child(child(definition, "externalParameters"), "request") : child(child(predicate, "invocation"), "parameters");
	const steps = readList(config, "llbDefinition").map(readStep);
	const source = child(extras, "source");
	const layers = readLayers(child(extras, "layers"));
	if (steps.length === 0 || layers.size === 0) return undefined;
	const target = child(child(request, "args"), "target").value;
	return {
		steps,
		layers,
		places: new Map(readEntries(child(source, "locations")).map(([step, value]) => [step, readPlaces(value)] as const)),
		files: readList(source, "infos").map((info) => ({
			name: readOptionalText(info, "filename") ?? "",
			text: decodeBase64Text(readOptionalText(info, "data") ?? "") ?? "",
		})),
		target: typeof target === "string" && target !== "" ? target : undefined,
	};
}

function readStep(value: JsonValue): Step {
	return {
		id: readOptionalText(value, "id") ?? "",
		operation: readOperation(child(child(value, "op"), "Op")),
		// `step3:0`: the first result of the step; no step of a Dockerfile has another one.
		inputs: readTexts(value, "inputs").map((input) => input.split(":")[0] ?? ""),
	};
}

function readOperation(operation: JsonValue): Operation {
	const source = child(operation, "source");
	if (!isAbsent(source)) return { kind: "source", identifier: readOptionalText(source, "identifier") ?? "" };
	const exec = child(operation, "exec");
	if (!isAbsent(exec)) return { kind: "exec", root: rootInput(readList(exec, "mounts")) };
	const file = child(operation, "file");
	if (!isAbsent(file)) return { kind: "file", actions: readList(file, "actions").map(readAction) };
	const merge = child(operation, "merge");
	if (!isAbsent(merge)) return { kind: "merge", inputs: readList(merge, "inputs").map((input) => readOptionalNumber(input, "input") ?? 0) };
	return { kind: "other" };
}

/** Zeros are left out of the document. */
function rootInput(mounts: readonly JsonValue[]): number {
	const root = mounts.find((mount) => readOptionalText(mount, "dest") === "/");
	return root === undefined ? -1 : (readOptionalNumber(root, "input") ?? 0);
}

function readAction(value: JsonValue): FileAction {
	const action = child(value, "Action");
	const copy = child(action, "copy");
	const made = [child(action, "mkfile"), child(action, "mkdir"), child(action, "rm")].find((candidate) => !isAbsent(candidate));
	return {
		input: readOptionalNumber(value, "input") ?? 0,
		secondaryInput: readOptionalNumber(value, "secondaryInput") ?? 0,
		source: readOptionalText(copy, "src"),
		destination: isAbsent(copy) ? made && readOptionalText(made, "path") : readOptionalText(copy, "dest"),
	};
}

/** `stepN:0` → chains of descriptors; the first chain is the result's. */
function readLayers(layers: JsonValue): ReadonlyMap<string, readonly string[]> {
	const found = new Map<string, readonly string[]>();
	for (const [output, value] of readEntries(layers)) {
		const [step = "", index] = output.split(":");
		const chain = readItems(value)[0];
		if (index !== "0" || chain === undefined) continue;
		const digests = readItems(chain).map((layer) => readOptionalText(layer, "digest") ?? "");
		if (digests.length > 0) found.set(step, digests);
	}
	return found;
}

/** Entries without ranges stand for images that `--from=` pulls in; they have no place of their own. */
function readPlaces(value: JsonValue): readonly Place[] {
	return readList(value, "locations").flatMap((location) => {
		const ranges = readList(location, "ranges").map((range) => ({
			first: (readOptionalNumber(child(range, "start"), "line") ?? 1) - 1,
			last: (readOptionalNumber(child(range, "end"), "line") ?? 1) - 1,
		}));
		if (ranges.length === 0) return [];
		const lines = { first: Math.min(...ranges.map((range) => range.first)), last: Math.max(...ranges.map((range) => range.last)) };
		return [{ file: readOptionalNumber(location, "sourceIndex") ?? 0, lines }];
	});
}
