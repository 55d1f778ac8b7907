import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { lastStep } from "../variables/state.ts";

/** The user of `USER ${NAME:-root}` where NAME is an argument without a value: `root`; undefined for others. */
export function userWithoutArgument(step: Step | undefined): string | undefined {
	const [, name, substitute] = /^\$\{(\w+):?-([\w:]+)\}$/.exec(step?.arguments.text ?? "") ?? [];
	if (step === undefined || name === undefined) return undefined;
	const declared = lastStep(
		step.stage,
		step,
		(other) => other.keyword === "ARG" && splitAtBlanks(other.arguments).some(({ text }) => text === name),
	);
	return declared === undefined ? undefined : substitute;
}
