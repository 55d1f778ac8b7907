import type { EditFix } from "../../finding.ts";
import type { SpanEdit } from "../../text.ts";
import { rootPrefix } from "../commands/rootPrefix.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { type ListsFetch, listsFetchedBy } from "../packages/aptListFetches.ts";
import { APT_LISTS, type ListsNeed, listsRemovedAfter } from "../packages/aptLists.ts";
import { appendCleaning } from "./layerCleaning.ts";

const REMOVAL = "rm -rf /var/lib/apt/lists/*";

/** What fetches the lists that a RUN which works with them leaves in its layer; undefined if it leaves none. */
export function lastingFetch(step: Step): ListsFetch | undefined {
	const fetches = listsFetchedBy(step);
	if (fetches.length === 0 || mountCovers(step, APT_LISTS) !== "no") return undefined;
	return fetches.find(({ command }) => listsRemovedAfter(step, command) === "no");
}

/**
 * The repair that removes the lists at the end of the RUN that fetches them, safe where nothing behind it needs them. `hidden`: whether a
 * later layer deletes them. `more`: edits that belong to it.
 */
export function listsFixes(
	step: Step,
	{ command }: ListsFetch,
	need: ListsNeed,
	hidden: boolean,
	more: readonly SpanEdit[] = [],
): readonly EditFix[] {
	// What still runs may write lists behind the command that removes them.
	if (command.within.includes("background")) return [];
	const prefix = rootPrefix(step, command);
	const edit = prefix === undefined || need.answer === "yes" ? undefined : appendCleaning(step, prefix + REMOVAL);
	if (edit === undefined) return [];
	const change = { title: hidden ? "Remove the package lists where they are fetched" : "Remove the package lists", edits: [edit, ...more] };
	if (need.answer === "no" && !need.hiddenStart) return [{ ...change, safety: "safe" }];
	return [{ ...change, safety: "review", note: "Scripts that run later must not install packages without an update of their own." }];
}
