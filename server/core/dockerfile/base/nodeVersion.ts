import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { imageMajor } from "./imageMajor.ts";

/** The major version of Node that the tag of the official image names; undefined for others. */
export function nodeMajor(stage: Stage): number | undefined {
	return imageMajor(stage, "node");
}

/** Node under names of its releases whose last one came with an npm older than 5.7. */
const OLD_NAMES = /^(?:argon|boron)(?:-|$)/;

/**
 * Whether the tag of an image called `node`, whoever built it, names a Node whose npm has no `npm ci`. That came with npm 5.7: in
 * Node 8.12 and 10.3; no Node 9 has it. A tag without a minor version means the last one.
 */
export function isBeforeNpmCi(stage: Stage): boolean {
	const [major, minor] = taggedVersion(stage) ?? [];
	if (major === undefined || minor === undefined) return false;
	return major < 8 || major === 9 || (major === 8 && minor < 12) || (major === 10 && minor < 3);
}

/** Whether the tag names a Node whose npm writes no package-lock.json: that came with npm 5, in Node 8. */
export function isBeforeNpmLock(stage: Stage): boolean {
	const [major] = taggedVersion(stage) ?? [];
	return major !== undefined && major < 8;
}

/** Major and minor version. */
function taggedVersion(stage: Stage): readonly [number, number] | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image" || !/(?:^|\/)node$/.test(base.reference.repository)) return undefined;
	const tag = base.reference.tag ?? "";
	const match = /^v?(\d+)(?:\.(\d+))?(?:\.|-|$)/.exec(tag);
	if (match === null) return OLD_NAMES.test(tag) ? [0, 0] : undefined;
	return [Number(match[1]), match[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2])];
}
