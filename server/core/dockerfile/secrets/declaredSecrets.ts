import { remembered } from "../../memo.ts";
import { secretName } from "../../secrets/names.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { lineage } from "../model/stages.ts";
import { declarationAt, firstDeclarations, namesAmong } from "../variables/variables.ts";
import { secretPath } from "./secretMounts.ts";

/** What a step knows secrets by. */
export interface SecretNames {
	/** Variables. */
	readonly variables: ReadonlySet<string>;
	/** Paths of mounted secrets. */
	readonly paths: readonly string[];
}

const none: SecretNames = { variables: new Set(), paths: [] };
const NO_NAMES: readonly string[] = [];

/** The variables of a stage whose names say that they are secret. */
const secretDeclarations = remembered((stage: Stage) => firstDeclarations(stage).filter(({ name }) => secretName(name) === "strong"));

/** ARG and ENV above a step whose names say that they are secret. */
export function declaredSecrets(step: Step): readonly string[] {
	if (lineage(step.stage).every((stage) => secretDeclarations(stage).length === 0)) return NO_NAMES;
	return namesAmong(secretDeclarations, step);
}

/** The secrets of a RUN: mounted ones, ARG and ENV whose names say so, and variables that the script fills from these. */
export function secretNamesOf(step: Step): SecretNames {
	return namesFrom(step, declaredSecrets(step));
}

/** Those secrets of a RUN whose values the file does not show to everybody anyway. */
export function hiddenSecretNamesOf(step: Step): SecretNames {
	return namesFrom(
		step,
		declaredSecrets(step).filter((name) => !isLiteral(step, name)),
	);
}

/** Whether the file says the value of a variable, as ENV does; the default of an ARG stands in for what the build passes. */
function isLiteral(step: Step, name: string): boolean {
	const declaration = declarationAt(step, name);
	return declaration?.kind === "ENV" && declaration.value.kind === "set" && declaration.assignment.value?.includes("$") !== true;
}

function namesFrom(step: Step, declared: readonly string[]): SecretNames {
	const mounts = mountsOf(step).filter((mount) => mount.type === "secret");
	if (mounts.length === 0 && declared.length === 0) return none;
	const paths = mounts.flatMap((mount) => secretPath(step, mount) ?? []);
	const variables = new Set(mounts.flatMap((mount) => mountOption(mount, "env")?.value ?? []));
	for (const name of declared) variables.add(name);
	if (paths.length === 0 && variables.size === 0) return none;
	for (const command of commandsOf(step)) {
		for (const { name, value } of command.assignments)
			if (value !== undefined && isTainted(value, { variables, paths })) variables.add(name);
		if (command.program === "read" && inputFile(command, paths) !== undefined)
			for (const word of command.args) if (!word.text.startsWith("-") && word.value !== undefined) variables.add(word.value);
	}
	return { variables, paths };
}

/** The word of the mounted secret that a command reads as its input: `< /run/secrets/a`. */
export function inputFile({ redirects }: ShellCommand, paths: SecretNames["paths"]): ShellWord | undefined {
	return redirects.find(({ operator, target }) => operator === "<" && paths.includes(target?.value ?? ""))?.target;
}

/** Whether a word holds a secret's value, in full or in part. */
export function isTainted(word: ShellWord, names: SecretNames): boolean {
	// `${TOKEN:+x}` and `${#TOKEN}` say only that there is one.
	if (word.parts.some((part) => part.kind === "variable" && names.variables.has(part.name) && !/^(?::?\+|#)/.test(part.operator ?? "")))
		return true;
	if (!word.parts.some((part) => part.kind === "command")) return false;
	return (
		names.paths.some((path) => word.text.includes(path)) ||
		[...names.variables].some((name) => word.text.includes(`$${name}`) || word.text.includes(`\${${name}`))
	);
}

/** The variable or file that a tainted word takes its secret from. */
export function secretIn(word: ShellWord, names: SecretNames): string {
	for (const part of word.parts) if (part.kind === "variable" && names.variables.has(part.name)) return part.name;
	return (
		names.paths.find((path) => word.text.includes(path)) ?? [...names.variables].find((name) => word.text.includes(name)) ?? "a secret"
	);
}
