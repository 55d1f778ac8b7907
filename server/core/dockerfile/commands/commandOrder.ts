import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { commandsOf } from "./scripts.ts";

/** The place of each command of an instruction in the order in which they stand. */
export const orderOf = remembered(
	(step: Step): ReadonlyMap<ShellCommand, number> => new Map(commandsOf(step).map((command, index) => [command, index] as const)),
);
