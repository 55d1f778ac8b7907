import type { EditFix } from "../finding.ts";
import type { CacheToolId } from "../knowledge/cacheDirectories.ts";
import { POSIX_SHELLS } from "../knowledge/wrappers.ts";
import { cacheMountEdits } from "./cacheMountFix.ts";
import { type CacheUse, cacheUsesOf, hasCacheMount, isTurnedOff, leavesNothing } from "./cacheUses.ts";
import { callOption } from "./callWords.ts";
import { appendCleaning } from "./layerCleaning.ts";
import { stepsBehind } from "./mentions.ts";
import type { Dockerfile, Step } from "./model.ts";
import { packageCallsOf } from "./packageCalls.ts";
import { commandsOf, runSteps } from "./scripts.ts";
import { stepsBackwards } from "./state.ts";

/** What tools leave in layers that are shipped: not on a mount, not turned off, not removed in the same RUN. */
export function* cachesLeft(file: Dockerfile, tools: ReadonlySet<CacheToolId>): Generator<CacheUse> {
	for (const stage of file.stages) {
		if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
		for (const step of runSteps(stage)) {
			const uses = cacheUsesOf(step);
			for (const use of uses) {
				if (tools.has(use.tool.id) && !hasCacheMount(use, uses) && !isTurnedOff(use) && !leavesNothing(use) && !isMoved(use)) yield use;
			}
		}
	}
}

/** Whether a command of the lineage tells the tool to cache elsewhere: `npm config set cache /tmp/x`. */
function isMoved({ step, tool }: CacheUse): boolean {
	return [step, ...stepsBackwards(step.stage, step)].some(
		(earlier) =>
			earlier.keyword === "RUN" &&
			commandsOf(earlier).some(
				(command) =>
					command.program === tool.id &&
					command.args.some((word) => word.value === "config" || word.value === "set") &&
					command.args.some((word) => /cache|store/i.test(word.text)),
			),
	);
}

/** The command that empties the cache of a tool, where that can be put at the end of the RUN; then the mount that keeps the cache out. */
export function cleaningFixes(use: CacheUse, command: string, safety: EditFix["safety"]): readonly EditFix[] {
	const { step, calls, paths } = use;
	const sameUser = calls.every(({ command: { wrapper } }) => wrapper === undefined || POSIX_SHELLS.has(wrapper.program ?? ""));
	const cleaning = sameUser ? appendCleaning(step, command) : undefined;
	const mounting = cacheMountEdits(use);
	return [
		...(cleaning === undefined
			? []
			: [{ title: `Append ${command}`, safety: isNeededAfter(step, use) ? ("review" as const) : safety, edits: [cleaning] }]),
		...(mounting === undefined
			? []
			: [{ title: `Mount a cache at ${paths[0]}`, safety: "review" as const, edits: mounting, note: "Needs BuildKit." }]),
	];
}

/** Whether a later RUN wants to work with what is in the cache. */
function isNeededAfter(step: Step, { tool }: CacheUse): boolean {
	return stepsBehind(step).some(
		(later) =>
			later.keyword === "RUN" &&
			packageCallsOf(later).some(
				(call) =>
					tool.managers.includes(call.manager) &&
					callOption(later, call, (name) => name === "--offline" || name === "--prefer-offline") !== "no",
			),
	);
}
