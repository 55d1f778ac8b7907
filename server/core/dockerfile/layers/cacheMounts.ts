import type { CacheTool } from "../../knowledge/cacheDirectories.ts";
import { identityAt } from "../accounts/home.ts";
import type { Step } from "../model/model.ts";
import type { PackageCall } from "../packages/packageCalls.ts";

/**
 * The flag that mounts a cache for a call: `--mount=type=cache,target=/root/.npm`. For another user than root it names the owner;
 * undefined if that one's numbers are not known.
 */
export function cacheMountFlag(step: Step, call: PackageCall, tool: Pick<CacheTool, "sharing">, path: string): string | undefined {
	if (/[\s,"'$\\]/.test(path)) return undefined;
	const identity = call.command.wrapper?.program === "sudo" ? { uid: "0", gid: "0" } : identityAt(step);
	if (identity?.uid === undefined) return undefined;
	const owner = identity.uid === "0" ? "" : identity.gid === undefined ? undefined : `,uid=${identity.uid},gid=${identity.gid}`;
	return owner === undefined ? undefined : `--mount=type=cache,target=${path}${tool.sharing === "locked" ? ",sharing=locked" : ""}${owner}`;
}
