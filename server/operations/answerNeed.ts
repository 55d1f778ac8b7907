import type { Need } from "../core/finding.ts";
import { ToolError } from "../tools/errors.ts";
import { fileDigest } from "../tools/registry/fileDigest.ts";
import type { Proxies } from "../tools/registry/proxies.ts";
import type { OperationContext } from "./context.ts";
import type { DigestResolver } from "./pin.ts";

/** What answering needs of the world. */
export interface NeedContext extends Pick<OperationContext, "signal" | "progress" | "now" | "trusted"> {
	readonly registry: DigestResolver;
	/** What stands before the addresses of files. */
	readonly proxies: Proxies;
}

/**
 * Answers the question of a fix: what its `finish` takes. A file is downloaded to be counted, in trusted workspaces only.
 * @throws ToolError if there is no answer; AbortError when cancelled
 */
export async function answerNeed(need: Need, context: NeedContext): Promise<string> {
	const { signal } = context;
	switch (need.kind) {
		case "imageDigest": {
			context.progress(`Asking for the digest of ${need.reference}`);
			return (await context.registry.resolveDigest(need.reference, { signal, notBefore: context.now().getTime() })).digest;
		}
		case "fileDigest": {
			if (!context.trusted)
				throw new ToolError("untrusted", "Files are downloaded in trusted workspaces only", {
					hint: "Trust the workspace, then try again.",
				});
			context.progress(`Downloading ${need.url}`);
			return await fileDigest(need.url, { signal, proxies: context.proxies });
		}
	}
}
