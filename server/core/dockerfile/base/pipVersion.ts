import { originalOf } from "../../image/copies.ts";
import { familiarName } from "../../image/reference.ts";
import { PIP_19_1 } from "../../knowledge/firstLines.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { isFromLine } from "./distributionLine.ts";

/**
 * Whether the pip that a stage starts with is certain to take `PIP_NO_CACHE_DIR=1`: pip 10 to 19.0 stop with an error, older ones switch the
 * cache on with it.
 */
export function takesNoCacheVariable(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return false;
	const reference = originalOf(base.reference);
	const { tag = "", digest } = reference;
	// Their pip is that of the day of the build: tags of old lines, unlike those of single releases, were built for years.
	if (familiarName(reference) === "python" && digest === undefined)
		return !/\d/.test(tag) || /^(?:2|2\.7|3|3\.[5-7]|3\.[89]\b.*|3\.\d\d.*)(?:-|$)/.test(tag);
	// A digest may be of any day: only lines that began later tell.
	if (familiarName(reference) === "python") return /^3\.(?:[89]|\d\d)(?:[.-]|$)/.test(tag);
	return isFromLine(stage, PIP_19_1) ?? (digest === undefined && !/[\d$]/.test(tag));
}
