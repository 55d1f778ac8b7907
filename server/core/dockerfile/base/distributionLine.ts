import { compareVersions, supportLines } from "../../image/supportEnd.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/** Whether the image of a stage is of a distribution's line older than the first that has something; `firstLines` by the names of products. */
export function isBeforeLine(stage: Stage, firstLines: Readonly<Record<string, string>>): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return false;
	return supportLines(base.reference).some(({ product, line }) => {
		const first = firstLines[product.name];
		return first !== undefined && compareVersions(line, first) < 0;
	});
}
