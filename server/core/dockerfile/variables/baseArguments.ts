import { parseReference } from "../../image/reference.ts";
import { instructionMentions, mentions } from "../model/mentions.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { assignmentsOf } from "../model/views.ts";
import { expand } from "../syntax/expand.ts";
import { UNSET, type VariableValue } from "../syntax/variableValue.ts";
import { globalDeclaration, globalVariable } from "./variables.ts";

/**
 * Whether a value for a build argument can only be a base image of the file: the argument stands alone in a FROM, nothing else
 * reads it, and the value is the name of no stage.
 */
export function isBaseArgument(file: Dockerfile, name: string, value: string): boolean {
	if (!/^\w+$/.test(name) || value.toLowerCase() === "scratch" || globalDeclaration(file, name) === undefined) return false;
	if (file.stages.some((stage) => stage.name?.text.toLowerCase() === value.toLowerCase())) return false;
	const declaring = file.globals.filter((step) => assignmentsOf(step, file.escape).some((assignment) => assignment.name === name));
	// `ARG A=x B=${A}-slim` makes something else of it.
	if (declaring.some((step) => assignmentsOf(step, file.escape).length > 1)) return false;
	const others = file.globals.filter((step) => !declaring.includes(step));
	const steps = file.stages.flatMap((stage) => stage.steps);
	if ([...others, ...steps].some((step) => instructionMentions(step, name))) return false;
	const naming = file.stages.filter(({ from }) => mentions(from.line.text, name));
	return (
		naming.length > 0 &&
		naming.every(({ image, platform, name: stage }) => {
			const others = [platform?.value ?? "", stage?.text ?? ""];
			return isAlone(image?.text ?? "", name) && !others.some((text) => mentions(text, name));
		})
	);
}

/** `$NAME`, `${NAME}`, `${NAME:-anything}`. */
function isAlone(word: string, name: string): boolean {
	if (word === `$${name}` || word === `\${${name}}`) return true;
	const rest = word.startsWith(`\${${name}`) && word.endsWith("}") ? word.slice(name.length + 2, -1) : "";
	return /^:?-/.test(rest) && !/[${}]/.test(rest);
}

/** Whether no build gets to a stage without a value for a build argument: the FROM that it, or one above it, starts with names no image then. */
export function isNeededByBase(stage: Stage, name: string): boolean {
	const { file } = stage;
	if (globalDeclaration(file, name) === undefined) return false;
	// What other arguments give is not the question: anything that can stand in a name.
	const lookup = (other: string): VariableValue => {
		const value = other === name ? UNSET : globalVariable(file, other);
		return other === name || value.kind === "set" ? value : { kind: "set", value: "x" };
	};
	return lineage(stage).some(({ image, base }) => {
		if (image === undefined || base.kind === "stage" || !mentions(image.text, name)) return false;
		const expansion = expand(image.text, { escape: file.escape, lookup });
		// Tags that end in a hyphen can be written, and nobody writes them.
		return (
			expansion.kind === "invalid" ||
			(expansion.kind === "known" && (parseReference(expansion.value) === undefined || expansion.value.endsWith("-")))
		);
	});
}
