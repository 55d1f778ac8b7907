import { reachesLines } from "../../image/supportEnd.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/** Whether the image of a stage is of a distribution's line older than the first that has something; `firstLines` by the names of products. */
export function isBeforeLine(stage: Stage, firstLines: Readonly<Record<string, string>>): boolean {
	const base = rootBase(stage);
	return base.kind === "image" && reachesLines(base.reference, firstLines) === false;
}
