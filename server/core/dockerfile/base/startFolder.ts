import { WITHOUT_WORKDIR } from "../../knowledge/workingDirectories.ts";
import { remembered } from "../../memo.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { officialName } from "./baseFacts.ts";
import { plainDistribution } from "./plainDistribution.ts";
import { isForWindows } from "./windows.ts";

/** Whether what is relative starts at `/` in the image that a stage's lineage starts from; false where nobody knows. */
export const startsAtRoot = remembered((stage: Stage): boolean => {
	const base = rootBase(stage);
	if (base.kind !== "image") return base.kind === "scratch";
	if (plainDistribution(stage)) return true;
	// Their own triggers go to a folder.
	const isOnbuild = base.reference.tag?.includes("onbuild") === true;
	return WITHOUT_WORKDIR.has(officialName(base.reference)) && !isOnbuild && !isForWindows(stage);
});
