import { remembered } from "../../memo.ts";
import type { Instruction } from "../syntax/structure.ts";
import type { Dockerfile, Step } from "./model.ts";

/** Every instruction of a file in order, those in front of the first FROM and those inside ONBUILD included. */
export const allInstructions = remembered((file: Dockerfile): readonly Instruction[] => file.instructions.flatMap(withTrigger));

/** Every step of a file in order, those inside ONBUILD included; FROM is none. */
export const allSteps = remembered((file: Dockerfile): readonly Step[] => file.stages.flatMap((stage) => stage.steps.flatMap(withTrigger)));

/** Every COPY and ADD of a file in order, those inside ONBUILD included. */
export const copySteps = remembered((file: Dockerfile): readonly Step[] =>
	allSteps(file).filter(({ keyword }) => keyword === "COPY" || keyword === "ADD"),
);

function withTrigger<Kind extends { readonly trigger: Kind | undefined }>(instruction: Kind): readonly Kind[] {
	return instruction.trigger === undefined ? [instruction] : [instruction, ...withTrigger(instruction.trigger)];
}
