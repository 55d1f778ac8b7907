import { FLAGS_IGNORED, type FlagKind, flagKind } from "../../knowledge/instructionFlags.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { remembered } from "../../memo.ts";
import type { Flag } from "../syntax/flags.ts";
import type { Instruction } from "../syntax/structure.ts";
import { allInstructions } from "./instructions.ts";
import type { Dockerfile } from "./model.ts";
import { templateMark } from "./template.ts";

/** A flag that the builder looks at. */
export interface CheckedFlag {
	readonly instruction: Instruction;
	readonly flag: Flag;
	/** Undefined for a flag that the instruction does not have. */
	readonly kind: FlagKind | undefined;
}

/** The flags that the builder checks, in order: all but those of ARG, STOPSIGNAL, HEALTHCHECK NONE and of unknown instructions. None in templates. */
export const checkedFlags = remembered((file: Dockerfile): readonly CheckedFlag[] =>
	allInstructions(file).some((instruction) => instruction.flags.length > 0) && templateMark(file) === undefined ? read(file) : [],
);

function read(file: Dockerfile): readonly CheckedFlag[] {
	return allInstructions(file).flatMap((instruction) => {
		const { keyword, flags, arguments: args } = instruction;
		if (!INSTRUCTIONS.has(keyword) || FLAGS_IGNORED.has(keyword)) return [];
		if (keyword === "HEALTHCHECK" && /^none\b/i.test(args.text)) return [];
		return flags.map((flag) => ({ instruction, flag, kind: flagKind(keyword, flag.name) }));
	});
}
