import { SCRIPT_RUNNERS } from "../../knowledge/interpreters.ts";
import { remembered } from "../../memo.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { referencesTo } from "../edits/stageReferences.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { isElsewhere } from "../packages/dependencyInstalls.ts";
import { type PackageCall, packageCallsOf } from "../packages/packageCalls.ts";
import { changesWithDevelopment, installFolder } from "../packages/productionInstalls.ts";

interface KeptInstall {
	readonly run: Step;
	readonly call: PackageCall;
	/** Empty if nobody knows it. */
	readonly folder: string;
}

/** The calls whose installs are there at the end of a stage. Remembered: a file may copy from a stage many times. */
export const keptInstalls = remembered((stage: Stage): readonly KeptInstall[] =>
	removesLater(stage)
		? []
		: lineage(stage)
				.flatMap(runSteps)
				.flatMap((run) =>
					packageCallsOf(run)
						.filter((call) => decidesGroups(run, call))
						.map((call) => ({ run, call, folder: installFolder(run, call) ?? "" })),
				),
);

/** Whether a call may decide what is installed in its folder: `npm run build` and `npm install -g` do not, and `npm install PACKAGE` only adds to it. */
function decidesGroups(run: Step, call: PackageCall): boolean {
	return (call.kind === "install" || call.kind === "upgrade") && !isElsewhere(call) && !changesWithDevelopment(run, call);
}

/** Whether others than a COPY take something out of the stages of a lineage, as builds do that work with what was installed there. */
export function isCopiedElsewhere(origin: readonly Stage[], copy: Step): boolean {
	return origin.some((stage) => referencesTo(stage).some(({ step, inside }) => step !== copy && !origin.includes(inside)));
}

/** Whether a later command takes development dependencies out again, or installs anew without them. */
export function removesLater(stage: Stage): boolean {
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some((step) =>
			commandsOf(step).some(({ program, args }) => {
				if (program === "rm") return args.some(({ text }) => /node_modules|vendor/.test(text));
				if (program === undefined || !SCRIPT_RUNNERS.has(program)) return false;
				return args.some(({ text }) => /^(?:prune|focus|autoclean|deploy|--prod(?:uction)?)$|^--omit(?!=(?:optional|peer)$)/.test(text));
			}),
		),
	);
}
