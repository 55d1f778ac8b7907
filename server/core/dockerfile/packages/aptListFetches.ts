import { ADDING_FETCHES } from "../../knowledge/firstLines.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { isFromLine } from "../base/distributionLine.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { mayFetchLists, readsLists, refreshesLists, runsAlways } from "./aptLists.ts";
import { packageCallsOf } from "./packageCalls.ts";

/** A command that fetches apt's lists. */
export interface ListsFetch {
	readonly command: ShellCommand;
	readonly span: Span;
	/** `apt-get update`. */
	readonly name: string;
}

/** What fetches lists in a RUN that also reads them: the last update, and what add-apt-repository fetches by itself. None where they go to another place. */
export function listsFetchedBy(step: Step): readonly ListsFetch[] {
	const calls = packageCallsOf(step).filter((call) => call.manager === "apt");
	const reader = calls.findLast(readsLists);
	if (reader === undefined) return [];
	const update = calls.findLast(refreshesLists);
	if (update === undefined) return fetchedByAdding(step, reader.command);
	const { command, verbWord, program, verb } = update;
	if (verbWord === undefined || update.uncertain || command.wrapper?.program === "chroot") return [];
	if (update.options.some((option) => /^(?:Dir|RootDir)\b/i.test(option.value ?? ""))) return [];
	return [{ command, span: verbWord.span, name: `${program} ${verb}` }, ...fetchedByAdding(step, reader.command)];
}

/** What the last add-apt-repository in front of a command fetches. */
function fetchedByAdding(step: Step, reader: ShellCommand): readonly ListsFetch[] {
	const command = commandsOf(step).findLast(mayFetchLists);
	if (command?.name === undefined || !runsAlways(command) || command.wrapper?.program === "chroot") return [];
	const order = orderOf(step);
	if ((order.get(command) ?? 0) > (order.get(reader) ?? 0) || isFromLine(step.stage, ADDING_FETCHES) !== true) return [];
	return [{ command, span: command.name.span, name: command.program ?? "" }];
}
