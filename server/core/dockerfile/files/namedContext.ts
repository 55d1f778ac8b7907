import { baseImageFacts } from "../base/baseFacts.ts";
import type { ImageUse } from "../variables/imageUses.ts";

/**
 * Whether what COPY or a mount takes files from need not be an image: one plain word may be a context that the build is given
 * with `--build-context`; in ONBUILD, a stage of the build that starts from this image.
 */
export function mayBeContext({ kind, reference, step }: ImageUse): boolean {
	if ((kind !== "copy" && kind !== "mount") || reference.tag !== undefined || reference.name.includes("/")) return false;
	return step?.trigger !== undefined || Object.keys(baseImageFacts(reference)).length === 0;
}
