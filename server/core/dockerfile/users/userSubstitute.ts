import type { Step } from "../model/model.ts";
import { declarationAt, globalDeclaration } from "../variables/variables.ts";

/** The user of `USER ${NAME:-root}` where NAME is an argument that nothing gives a value: `root`; undefined for others. */
export function userWithoutArgument(step: Step | undefined): string | undefined {
	const [, name, substitute] = /^\$\{(\w+):?-([\w:]+)\}$/.exec(step?.arguments.text ?? "") ?? [];
	if (step === undefined || name === undefined) return undefined;
	const declared = declarationAt(step, name);
	if (declared?.kind !== "ARG" || declared.assignment.value !== undefined) return undefined;
	return globalDeclaration(step.stage.file, name)?.assignment.value === undefined ? substitute : undefined;
}
