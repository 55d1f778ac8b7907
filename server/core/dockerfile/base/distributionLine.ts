import { familiarName } from "../../image/reference.ts";
import { compareVersions, reachesLines } from "../../image/supportEnd.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/** Whether the image of a stage is of a distribution's line older than the first that has something; `firstLines` by the names of products. */
export function isBeforeLine(stage: Stage, firstLines: Readonly<Record<string, string>>): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return false;
	// No line of it is supported any more, so that the table of lines leaves the whole image out.
	const centos = familiarName(base.reference) === "centos" ? /^(?:centos)?(\d+)/.exec(base.reference.tag ?? "")?.[1] : undefined;
	if (centos !== undefined) return firstLines["CentOS"] !== undefined && compareVersions(centos, firstLines["CentOS"]) < 0;
	return reachesLines(base.reference, firstLines) === false;
}
