import { familiarName } from "../../image/reference.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/**
 * The minor version of Go 1 that the tag of the official image names, infinite for tags of the newest one (`latest`, `alpine`, `1`).
 * Undefined for other images, and where a variable or a digest hides the tag.
 */
export function goMinor(stage: Stage): number | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image" || familiarName(base.reference) !== "golang") return undefined;
	const { tag, digest } = base.reference;
	if (tag === undefined) return digest === undefined ? Number.POSITIVE_INFINITY : undefined;
	const minor = /^1\.(\d+)(?!\d)/.exec(tag)?.[1];
	if (minor !== undefined) return Number(minor);
	return tag.includes("$") ? undefined : Number.POSITIVE_INFINITY;
}
