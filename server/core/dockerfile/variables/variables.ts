import { addTo } from "../../addTo.ts";
import { memo, remembered } from "../../memo.ts";
import { baseImageFacts } from "../base/baseFacts.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { lineage, parentOf, type RootBase, rootBase } from "../model/stages.ts";
import { type Assignment, assignmentsOf } from "../model/views.ts";
import { PLAIN_TEXT } from "../syntax/characters.ts";
import { type Expansion, expand } from "../syntax/expand.ts";
import type { Instruction } from "../syntax/structure.ts";
import { UNKNOWN, UNSET, type VariableValue } from "../syntax/variableValue.ts";
import { type NameLayer, valueIn, withValues } from "./nameLayers.ts";
import { PLATFORM_ARGS, PROXY_ARGS } from "./predefined.ts";

/** Where a variable got its value. */
export interface Declaration {
	readonly kind: "ARG" | "ENV";
	readonly instruction: Instruction;
	readonly assignment: Assignment;
	/** The value with the variables that were known there; of ARG, its default. */
	readonly value: VariableValue;
}

interface Scope {
	/** Declarations of a name, in order, with the place of their step. */
	readonly byName: ReadonlyMap<string, readonly { readonly ordinal: number; readonly declaration: Declaration }[]>;
}

const globalScopes = memo<Dockerfile, Scope>();
const stageScopes = memo<Stage, Scope>();

/** The global ARG that FROM sees under this name. */
export function globalDeclaration(file: Dockerfile, name: string): Declaration | undefined {
	return last(globalScope(file).byName.get(name), Number.POSITIVE_INFINITY);
}

/** Whether an ARG anywhere in the file, in a stage or before the first one, declares the name. */
export function declaresArgument(file: Dockerfile, name: string): boolean {
	return file.instructions.some(
		(instruction) =>
			instruction.keyword === "ARG" && assignmentsOf(instruction, file.escape).some((assignment) => assignment.name === name),
	);
}

/** A variable as FROM sees it: a global ARG's default, or one that the builder sets. */
export function globalVariable(file: Dockerfile, name: string): VariableValue {
	const declared = globalDeclaration(file, name);
	if (declared !== undefined) return declared.value;
	return PLATFORM_ARGS.has(name) ? UNKNOWN : UNSET;
}

/**
 * The declaration that an instruction of a stage sees under a name: the nearest above it, in the stage or its ancestors.
 * ENV wins over ARG wherever it stands.
 */
export function declarationAt(step: Step, name: string): Declaration | undefined {
	const { base } = step.stage;
	const own = last(stageScope(step.stage).byName.get(name), step.ordinal);
	return stronger(own, base.kind === "stage" ? valueIn(declaredBehind(base.stage), name) : undefined);
}

function stronger(own: Declaration | undefined, inherited: Declaration | undefined): Declaration | undefined {
	return own === undefined || (own.kind === "ARG" && inherited?.kind === "ENV") ? inherited : own;
}

const declarationsBehind = memo<Stage, { readonly layer: NameLayer<Declaration> | undefined }>();

/** What a stage and its ancestors have declared where it ends. The first ancestor comes first: each finds what it is made of. */
function declaredBehind(stage: Stage): NameLayer<Declaration> | undefined {
	const unknown: Stage[] = [];
	let at: Stage | undefined = stage;
	for (; at !== undefined && !declarationsBehind.has(at); at = parentOf(at)) unknown.push(at);
	let layer = at === undefined ? undefined : declarationsBehind.get(at)?.layer;
	for (const next of unknown.reverse()) {
		const added = new Map<string, Declaration>();
		for (const [name, declarations] of stageScope(next).byName) {
			const declared = stronger(last(declarations, Number.POSITIVE_INFINITY), valueIn(layer, name));
			if (declared !== undefined) added.set(name, declared);
		}
		layer = withValues(layer, added);
		declarationsBehind.set(next, { layer });
	}
	return layer;
}

/** Whether `--build-arg` may decide what an instruction of a stage sees under a name: by an ARG, or by an ENV that is made of variables. */
export function isPassed(step: Step, name: string): boolean {
	const declared = declarationAt(step, name);
	return declared !== undefined && (declared.kind === "ARG" || declared.assignment.value?.includes("$") === true);
}

const MANY_ARGUMENTS = 300;

/** Whether a file declares more arguments than people write: what would compare each with all others leaves it out. */
export const hasManyArguments = remembered(({ instructions, escape }: Dockerfile): boolean => {
	const declared = instructions.map((instruction) => {
		const inner = instruction.trigger ?? instruction;
		return inner.keyword === "ARG" ? assignmentsOf(inner, escape).length : 0;
	});
	return declared.reduce((sum, count) => sum + count, 0) > MANY_ARGUMENTS;
});

/** The names that are declared above an instruction of a stage, in the stage or its ancestors. */
export function namesDeclaredAt(step: Step): readonly string[] {
	return namesAmong(firstDeclarations, step);
}

/** Where a name is declared first in a stage. */
export interface FirstDeclaration {
	readonly name: string;
	/** Of the instruction. */
	readonly ordinal: number;
}

/** The names that a stage itself declares. */
export const firstDeclarations = remembered((stage: Stage): readonly FirstDeclaration[] =>
	[...stageScope(stage).byName].map(([name, [first]]) => ({ name, ordinal: first?.ordinal ?? 0 })),
);

/** Those of a choice of each stage's names that are declared above an instruction, in its stage or the ancestors. */
export function namesAmong(declared: (stage: Stage) => readonly FirstDeclaration[], step: Step): readonly string[] {
	const names = new Set<string>();
	for (const stage of lineage(step.stage)) {
		const before = stage === step.stage ? step.ordinal : Number.POSITIVE_INFINITY;
		for (const { name, ordinal } of declared(stage)) if (ordinal < before) names.add(name);
	}
	return [...names];
}

/** Instructions whose commands get what the builder, or whoever starts the container, says of proxies. */
const RUNS_COMMANDS: ReadonlySet<string> = new Set(["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);

/** A variable as an instruction of a stage sees it. Unknown where only the base image or the builder could tell. */
export function variableAt(step: Step, name: string): VariableValue {
	const declared = declarationAt(step, name);
	if (declared !== undefined) return declared.value;
	// The builder replaces them in no instruction; they reach what RUN and containers call. Seen in BuildKit 0.25.
	if (step.deferred || (PROXY_ARGS.has(name) && RUNS_COMMANDS.has(step.keyword))) return UNKNOWN;
	return baseVariable(rootBase(step.stage), name);
}

/** Substitutes variables in a text of an instruction, as BuildKit does. */
export function expandAt(step: Step, text: string): Expansion {
	return expandText(text, step.stage.file.escape, (name) => variableAt(step, name));
}

/** A text in quotes of one kind, with nothing in it that means something to BuildKit. */
const QUOTED_TEXT = /^(?:"[^"$\\`]+"|'[^']+')$/;

/** Substitutes variables as {@link expand} does; it takes less time for texts without any. */
export function expandText(text: string, escape: string, lookup: (name: string) => VariableValue): Expansion {
	if (PLAIN_TEXT.test(text)) return knownText(text);
	return QUOTED_TEXT.test(text) ? knownText(text.slice(1, -1)) : expand(text, { escape, lookup });
}

function knownText(value: string): Expansion {
	return { kind: "known", value, words: [value], unset: [] };
}

function baseVariable(base: RootBase, name: string): VariableValue {
	switch (base.kind) {
		case "scratch":
			return name === "PATH" ? UNKNOWN : UNSET;
		case "image": {
			if (name === "PATH") return UNKNOWN;
			const environment = baseImageFacts(base.reference).environment;
			if (environment === undefined) return UNKNOWN;
			return environment.includes(name) ? UNKNOWN : UNSET;
		}
		default:
			return UNKNOWN;
	}
}

function last(
	entries: readonly { readonly ordinal: number; readonly declaration: Declaration }[] | undefined,
	before: number,
): Declaration | undefined {
	if (entries === undefined) return undefined;
	let argument: Declaration | undefined;
	for (let index = entries.length - 1; index >= 0; index--) {
		const entry = entries[index];
		if (entry === undefined || entry.ordinal >= before) continue;
		if (entry.declaration.kind === "ENV") return entry.declaration;
		argument ??= entry.declaration;
	}
	return argument;
}

function globalScope(file: Dockerfile): Scope {
	const known = globalScopes.get(file);
	if (known !== undefined) return known;
	const byName = new Map<string, { ordinal: number; declaration: Declaration }[]>();
	globalScopes.set(file, { byName });
	file.globals.forEach((instruction, ordinal) => {
		if (instruction.keyword !== "ARG") return;
		for (const assignment of assignmentsOf(instruction, file.escape)) {
			const value = valueOf(assignment, file.escape, (name) => globalVariable(file, name));
			const declaration: Declaration = { kind: "ARG", instruction, assignment, value: value ?? UNKNOWN };
			addTo(byName, assignment.name, { ordinal, declaration });
		}
	});
	return { byName };
}

function stageScope(stage: Stage): Scope {
	const known = stageScopes.get(stage);
	if (known !== undefined) return known;
	const byName = new Map<string, { ordinal: number; declaration: Declaration }[]>();
	stageScopes.set(stage, { byName });
	for (const step of stage.steps) {
		if (step.keyword !== "ARG" && step.keyword !== "ENV") continue;
		for (const assignment of assignmentsOf(step, stage.file.escape)) {
			const value = valueOf(assignment, stage.file.escape, (name) => variableAt(step, name)) ?? valueBefore(step, assignment.name);
			const declaration: Declaration = { kind: step.keyword, instruction: step, assignment, value };
			addTo(byName, assignment.name, { ordinal: step.ordinal, declaration });
		}
	}
	return { byName };
}

/** `ARG NAME` in a stage shows the default of the global one; without any it leaves what was declared above it, or is what the build passes. */
function valueBefore(step: Step, name: string): VariableValue {
	const global = globalDeclaration(step.stage.file, name);
	if (global?.assignment.value !== undefined) return global.value;
	return declarationAt(step, name)?.value ?? UNKNOWN;
}

function valueOf(assignment: Assignment, escape: string, lookup: (name: string) => VariableValue): VariableValue | undefined {
	if (assignment.value === undefined) return undefined;
	const expansion = expandText(assignment.value, escape, lookup);
	return expansion.kind === "known" ? { kind: "set", value: expansion.value } : UNKNOWN;
}
