import { memo } from "../memo.ts";
import type { ShellCommand } from "../shell/model.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";

const known = memo<Step, ReadonlyMap<ShellCommand, number>>();

/** The place of each command of an instruction in the order in which they stand. */
export function orderOf(step: Step): ReadonlyMap<ShellCommand, number> {
	const before = known.get(step);
	if (before !== undefined) return before;
	const order = new Map(commandsOf(step).map((command, index) => [command, index] as const));
	known.set(step, order);
	return order;
}
