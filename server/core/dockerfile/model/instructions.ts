import { remembered } from "../../memo.ts";
import type { Instruction } from "../syntax/structure.ts";
import type { Dockerfile, Step } from "./model.ts";

/** Every instruction of a file in order, those in front of the first FROM and those inside ONBUILD included. */
export const allInstructions = remembered((file: Dockerfile): readonly Instruction[] => withTriggers(file.instructions));

/** Every step of a file in order, those inside ONBUILD included; FROM is none. */
export const allSteps = remembered((file: Dockerfile): readonly Step[] => file.stages.flatMap((stage) => withTriggers(stage.steps)));

/** Every COPY and ADD of a file in order, those inside ONBUILD included. */
export const copySteps = remembered((file: Dockerfile): readonly Step[] =>
	allSteps(file).filter(({ keyword }) => keyword === "COPY" || keyword === "ADD"),
);

/**
 * Whether an instruction stands inside an ONBUILD of the text, where the rest of the build that runs it is not known and it cannot be removed
 * alone. The build that the steps of ONBUILD are assumed to be has them as its own: there a step is not `deferred`, but stands where it stood.
 */
export function standsInOnbuild(file: Dockerfile, { keywordSpan }: Pick<Instruction, "keywordSpan">): boolean {
	return triggerStarts(file).has(keywordSpan.start);
}

const triggerStarts = remembered(
	(file: Dockerfile): ReadonlySet<number> =>
		new Set(
			file.instructions.flatMap(({ trigger }) =>
				trigger === undefined ? [] : withTrigger(trigger).map(({ keywordSpan }) => keywordSpan.start),
			),
		),
);

function withTriggers<Kind extends { readonly trigger: Kind | undefined }>(instructions: readonly Kind[]): readonly Kind[] {
	return instructions.some(({ trigger }) => trigger !== undefined) ? instructions.flatMap(withTrigger) : instructions;
}

function withTrigger<Kind extends { readonly trigger: Kind | undefined }>(instruction: Kind): readonly Kind[] {
	return instruction.trigger === undefined ? [instruction] : [instruction, ...withTrigger(instruction.trigger)];
}

/** What an ONBUILD holds, and any other instruction itself. */
export function innermostInstruction(instruction: Instruction): Instruction {
	return instruction.trigger === undefined ? instruction : innermostInstruction(instruction.trigger);
}
