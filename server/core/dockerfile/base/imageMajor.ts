import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/** The major version that the tag of an official image names (`node`, `maven`); undefined for stages of other images. */
export function imageMajor(stage: Stage, image: string): number | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image" || base.reference.repository !== `library/${image}`) return undefined;
	const match = /^(\d+)(?:\.|-|$)/.exec(base.reference.tag ?? "");
	return match === null ? undefined : Number(match[1]);
}
