import type { Stage } from "./model.ts";
import { rootBase } from "./stages.ts";

/** The major version of Node that the tag of the official image names; undefined for others. */
export function nodeMajor(stage: Stage): number | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image" || base.reference.repository !== "library/node") return undefined;
	const match = /^(\d+)(?:\.|-|$)/.exec(base.reference.tag ?? "");
	return match === null ? undefined : Number(match[1]);
}
