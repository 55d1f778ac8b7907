import { imageMajor } from "./imageMajor.ts";
import type { Stage } from "./model.ts";

/** The major version of Node that the tag of the official image names; undefined for others. */
export function nodeMajor(stage: Stage): number | undefined {
	return imageMajor(stage, "node");
}
