import { memo } from "../memo.ts";
import type { Dockerfile, Step } from "./model.ts";
import type { Instruction } from "./structure.ts";

const instructionsOf = memo<Dockerfile, readonly Instruction[]>();
const stepsOf = memo<Dockerfile, readonly Step[]>();

/** Every instruction of a file in order, those in front of the first FROM and those inside ONBUILD included. */
export function allInstructions(file: Dockerfile): readonly Instruction[] {
	const before = instructionsOf.get(file);
	if (before !== undefined) return before;
	const all = file.instructions.flatMap(withTrigger);
	instructionsOf.set(file, all);
	return all;
}

/** Every step of a file in order, those inside ONBUILD included; FROM is none. */
export function allSteps(file: Dockerfile): readonly Step[] {
	const before = stepsOf.get(file);
	if (before !== undefined) return before;
	const all = file.stages.flatMap((stage) => stage.steps.flatMap(withTrigger));
	stepsOf.set(file, all);
	return all;
}

function withTrigger<Kind extends { readonly trigger: Kind | undefined }>(instruction: Kind): readonly Kind[] {
	return instruction.trigger === undefined ? [instruction] : [instruction, ...withTrigger(instruction.trigger)];
}
