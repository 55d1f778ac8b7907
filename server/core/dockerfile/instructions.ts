import type { Dockerfile, Step } from "./model.ts";
import type { Instruction } from "./structure.ts";

/** Every instruction of a file in order, those in front of the first FROM and those inside ONBUILD included. */
export function allInstructions(file: Dockerfile): readonly Instruction[] {
	return file.instructions.flatMap(withTrigger);
}

/** Every step of a file in order, those inside ONBUILD included; FROM is none. */
export function allSteps(file: Dockerfile): readonly Step[] {
	return file.stages.flatMap((stage) => stage.steps.flatMap(withTrigger));
}

function withTrigger<Kind extends { readonly trigger: Kind | undefined }>(instruction: Kind): readonly Kind[] {
	return instruction.trigger === undefined ? [instruction] : [instruction, ...withTrigger(instruction.trigger)];
}
