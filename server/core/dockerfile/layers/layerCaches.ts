import type { EditFix } from "../../finding.ts";
import type { CacheTool, CacheToolId } from "../../knowledge/cacheDirectories.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { anyStepBehind } from "../model/mentions.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { callOption } from "../packages/callWords.ts";
import { type PackageCall, packageCallsOf } from "../packages/packageCalls.ts";
import { cacheMountEdits } from "./cacheMountFix.ts";
import { cachePath, ownCache } from "./caches.ts";
import { type CacheUse, cacheUsesOf, callsNotEmptied, hasCacheMount, isTurnedOff, leavesNothing } from "./cacheUses.ts";
import { type CleaningCall, cleaningCall } from "./cleaningCalls.ts";
import { appendCleaning } from "./layerCleaning.ts";

/** What tools leave in layers that are shipped: not on a mount, not turned off, not removed in the same RUN. */
export function* cachesLeft(file: Dockerfile, tools: ReadonlySet<CacheToolId>): Generator<CacheUse> {
	for (const stage of file.stages) {
		if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
		for (const step of runSteps(stage)) {
			const uses = cacheUsesOf(step);
			for (const use of uses) {
				if (tools.has(use.tool.id) && !hasCacheMount(use, uses) && !isTurnedOff(use) && !leavesNothing(use) && !isMoved(use))
					yield { ...use, calls: callsNotEmptied(use) };
			}
		}
	}
}

/** Whether a command of the lineage tells the tool to cache elsewhere: `npm config set cache /tmp/x`. */
function isMoved({ step, tool }: CacheUse): boolean {
	return movers(step).has(tool.id) || moversAbove.at(step.stage, step).has(tool.id);
}

const NO_PROGRAMS: ReadonlySet<string> = new Set();

const moversAbove = foldSteps<ReadonlySet<string>>(
	() => NO_PROGRAMS,
	(before, step) => (movers(step).size === 0 ? before : new Set([...before, ...movers(step)])),
);

/** The programs that a RUN tells where to cache. */
const movers = remembered((step: Step): ReadonlySet<string> => {
	const commands = step.keyword === "RUN" ? commandsOf(step) : [];
	return new Set(
		commands.flatMap(({ program, args }) =>
			program !== undefined &&
			args.some((word) => word.value === "config" || word.value === "set") &&
			args.some((word) => /cache|store/i.test(word.text))
				? [program]
				: [],
		),
	);
});

/** The command that empties the cache of a tool, where that can be put at the end of the RUN; then the mount that keeps the cache out. */
export function cleaningFixes(use: CacheUse, command: string, safety: EditFix["safety"]): readonly EditFix[] {
	const { step, calls, paths } = use;
	const sameUser = calls.every(({ command: { wrapper } }) => wrapper === undefined || POSIX_SHELLS.has(wrapper.program ?? ""));
	const cleaning = sameUser ? cleaningOf(use, command) : undefined;
	const mounting = cacheMountEdits(use);
	return [
		...(cleaning === undefined
			? []
			: [
					{
						title: `Append ${command}`,
						safety: isNeededAfter(step, use) || !cleaning.certain ? ("review" as const) : safety,
						edits: [cleaning.edit],
					},
				]),
		...(mounting === undefined
			? []
			: [{ title: `Mount a cache at ${paths[0]}`, safety: "review" as const, edits: mounting, note: "Needs BuildKit." }]),
	];
}

/** How a RUN empties the cache: with `rm`, or with a program that it calls, in the same place and way as its last call. */
function cleaningOf({ step, calls, tool, paths }: CacheUse, command: string): CleaningCall | undefined {
	if (command.startsWith("rm ")) {
		const edit = appendCleaning(step, command);
		return edit === undefined ? undefined : { edit, certain: true };
	}
	const last = calls[calls.length - 1] ?? calls[0];
	const directory = tool.directories[0];
	const elsewhere = calls.some(
		(call) => cachesByItself(call, tool) || directory === undefined || cachePath(step, call, tool, directory) !== paths[0],
	);
	return elsewhere ? undefined : cleaningCall(step, last, command.slice(command.indexOf(" ") + 1));
}

/** Whether a call has a cache of its own, which another call of the tool would not know of: `npm ci --cache /x`. */
function cachesByItself(call: PackageCall, tool: CacheTool): boolean {
	const variables = tool.directories.flatMap((directory) => directory.variables ?? []);
	return (
		ownCache(call, tool) !== undefined ||
		call.command.assignments.some((assignment) => variables.some(({ name }) => name === assignment.name))
	);
}

/** Whether a later RUN wants to work with what is in the cache. */
function isNeededAfter(step: Step, { tool }: CacheUse): boolean {
	return neededBehind(tool)(step);
}

const neededBehind = remembered(({ managers }: CacheTool) =>
	anyStepBehind((later) => offlineManagers(later).some((manager) => managers.includes(manager))),
);

/** The managers that a RUN calls so that they take what is in their cache. */
const offlineManagers = remembered((step: Step): readonly ManagerId[] => {
	const calls = step.keyword === "RUN" ? packageCallsOf(step) : [];
	return calls
		.filter((call) => callOption(step, call, (name) => name === "--offline" || name === "--prefer-offline") !== "no")
		.map(({ manager }) => manager);
});
