import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stageBaseFacts } from "./baseFacts.ts";

/** Whether a stage is known to be for Windows containers: by its base image, its platform or the escape character of the file. */
export function isForWindows(stage: Stage): boolean {
	const { family } = stageBaseFacts(stage);
	if (family !== undefined) return family === "windows";
	const platform = lineage(stage).findLast((ancestor) => ancestor.platform?.value !== undefined)?.platform?.value;
	if (platform !== undefined && !platform.includes("$")) return /^windows(?:[/(]|$)/i.test(platform);
	return stage.file.escape === "`";
}
