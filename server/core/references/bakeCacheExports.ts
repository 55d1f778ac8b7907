import { type CacheExport, dockerfileBelow, sharedBackendOf } from "./cacheExport.ts";

/** What a target says; undefined where it says nothing. */
interface Target {
	readonly parents: readonly string[];
	readonly cacheTo: readonly string[] | undefined;
	readonly context: string | undefined;
	readonly dockerfile: string | undefined;
	readonly stage: string | undefined;
	/** Something that is needed is no literal. */
	readonly hidden: boolean;
}

const DEEPEST = 20;

/**
 * The targets of a Bake file in HCL that export all layers, what they inherit included (buildx, "Bake file reference"). Targets whose
 * paths are no literals are left out. Paths start from the folder in which Bake runs, taken for that of the file.
 */
export function bakeCacheExports(text: string): readonly CacheExport[] {
	const targets = new Map(blocksOf(text).map(([name, body]) => [name, targetOf(body)] as const));
	return [...targets.keys()].flatMap((name) => {
		const target = inherited(targets, name, 0);
		const backend = target === undefined || target.hidden ? undefined : sharedBackendOf(target.cacheTo ?? []);
		const dockerfile = dockerfileBelow(target?.context ?? ".", target?.dockerfile ?? "Dockerfile");
		return backend === undefined || dockerfile === undefined ? [] : [{ dockerfile, target: target?.stage, backend }];
	});
}

/** A target with what it takes from others: the last parent counts most, and itself above all. */
function inherited(targets: ReadonlyMap<string, Target>, name: string, depth: number): Target | undefined {
	const own = targets.get(name);
	if (own === undefined || depth > DEEPEST) return undefined;
	let result = own;
	for (const parent of [...own.parents].reverse()) {
		const from = inherited(targets, parent, depth + 1);
		if (from === undefined) return { ...own, hidden: true };
		result = {
			parents: own.parents,
			cacheTo: result.cacheTo ?? from.cacheTo,
			context: result.context ?? from.context,
			dockerfile: result.dockerfile ?? from.dockerfile,
			stage: result.stage ?? from.stage,
			hidden: result.hidden || from.hidden,
		};
	}
	return result;
}

/** `target "name" { … }` at the start of a line, up to the bracket that closes it, with comments left out. */
function blocksOf(text: string): readonly (readonly [string, string])[] {
	const plain = text.replace(/^[ \t]*(?:#|\/\/).*$/gm, "");
	return [...plain.matchAll(/^[ \t]*target[ \t]+"([^"\n]+)"[ \t]*\{/gm)].map((match) => {
		const start = match.index + match[0].length;
		return [match[1] as string, plain.slice(start, closingBracket(plain, start))] as const;
	});
}

/** Where the bracket closes that was opened before `from`; the end of the text if nowhere. Brackets in strings do not count. */
function closingBracket(text: string, from: number): number {
	let depth = 1;
	let quoted = false;
	for (let at = from; at < text.length; at++) {
		const character = text.charAt(at);
		if (quoted && character === "\\") at++;
		else if (character === '"') quoted = !quoted;
		else if (!quoted && (character === "{" || character === "[")) depth++;
		else if (!quoted && (character === "}" || character === "]") && --depth === 0) return at;
	}
	return text.length;
}

function targetOf(body: string): Target {
	const context = attributeOf(body, "context");
	const dockerfile = attributeOf(body, "dockerfile");
	const stage = attributeOf(body, "target");
	const literals = [context, dockerfile, stage].map((value) => (value === undefined ? undefined : /^"([^"\\$%]*)"$/.exec(value)?.[1]));
	const written = [context, dockerfile, stage].filter((value) => value !== undefined).length;
	const exports = attributeOf(body, "cache-to");
	return {
		parents: stringsIn(attributeOf(body, "inherits") ?? ""),
		cacheTo: exports === undefined ? undefined : [...stringsIn(exports), ...objectsIn(exports)],
		context: literals[0],
		dockerfile: literals[1],
		stage: literals[2],
		hidden: literals.filter((value) => value !== undefined).length < written || attributeOf(body, "dockerfile-inline") !== undefined,
	};
}

/** The value of `name = …`: a list up to its end, anything else up to the end of the line. */
function attributeOf(body: string, name: string): string | undefined {
	const match = new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*`, "m").exec(body);
	if (match === null) return undefined;
	const start = match.index + match[0].length;
	if (body[start] === "[") return body.slice(start, closingBracket(body, start + 1) + 1);
	const end = body.indexOf("\n", start);
	return body.slice(start, end === -1 ? body.length : end).trim();
}

function stringsIn(list: string): readonly string[] {
	return [...list.matchAll(/"([^"\n]*)"/g)].map((match) => match[1] as string);
}

/** `{ type = "gha", mode = "max" }` → `type=gha,mode=max` */
function objectsIn(list: string): readonly string[] {
	return [...list.matchAll(/\{([^{}]*)\}/g)].map((object) =>
		[...(object[1] as string).matchAll(/(\w+)[ \t]*[=:][ \t]*"([^"\n]*)"/g)].map((pair) => `${pair[1]}=${pair[2]}`).join(","),
	);
}
