import { imageListCommand, readImageList } from "../tools/docker.ts";
import type { OperationContext } from "./context.ts";
import { requireTrust } from "./trust.ts";

/** The names of the images in the engine, the newest first. @throws ToolError if the engine does not answer */
export async function localImages(context: OperationContext): Promise<readonly string[]> {
	requireTrust(context);
	return readImageList((await context.run(imageListCommand())).stdout);
}
