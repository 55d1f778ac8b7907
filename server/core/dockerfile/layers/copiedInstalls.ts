import { copyWordsOf } from "../files/copyWords.ts";
import { isInside } from "../files/mountCoverage.ts";
import type { Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { lineage } from "../model/stages.ts";
import { type DevelopmentInstall, developmentInstall } from "../packages/productionInstalls.ts";
import { rubyMode } from "../start/rubyMode.ts";
import { normalPath } from "../variables/state.ts";
import { worksIn } from "./developmentUse.ts";
import { isCopiedElsewhere, keptInstalls } from "./keptInstalls.ts";

/** An install with development dependencies in one stage, whose folder another stage copies. */
interface CopiedInstall {
	readonly copy: Step;
	readonly run: Step;
	readonly install: DevelopmentInstall;
	/** Whether a build or a test works with it before it is copied, others take something out of it, or a Ruby program may run in development. */
	readonly isNeeded: boolean;
}

/** Those that a stage copies, out of stages that are not in `seen`: each is told once, and put there. */
export function copiedInstalls(stage: Stage, seen: Set<Stage>): readonly CopiedInstall[] {
	const copied: CopiedInstall[] = [];
	for (const copy of lineage(stage).flatMap((ancestor) => ancestor.steps)) {
		const target = copy.keyword === "COPY" ? sourcesOf(copy, stage.file)[0]?.target : undefined;
		if (target?.kind !== "stage" || target.stage === stage || seen.has(target.stage)) continue;
		const paths = (copyWordsOf(copy)?.sources ?? []).flatMap(({ value }) => (value === undefined ? [] : [normalPath(`/${value}`)]));
		const found = keptInstalls(target.stage).findLast(({ folder }) => paths.some((path) => isInside(folder, path)));
		const install = found === undefined ? undefined : developmentInstall(found.run, found.call);
		// The install may stand in an ancestor that was reported already.
		if (found === undefined || install === undefined || seen.has(found.run.stage)) continue;
		seen.add(target.stage);
		seen.add(found.run.stage);
		const mode = found.call.manager === "bundle" ? rubyMode(stage) : undefined;
		if (mode === "development") continue;
		const isNeeded = mode === "unknown" || worksIn(target.stage) || isCopiedElsewhere(lineage(target.stage), copy);
		copied.push({ copy, run: found.run, install, isNeeded });
	}
	return copied;
}
