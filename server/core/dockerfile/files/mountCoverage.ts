import type { Step } from "../model/model.ts";
import { type Mount, mountOption, mountsOf } from "../model/mounts.ts";
import type { Answer } from "../syntax/answer.ts";
import { anyOf } from "../syntax/answer.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";

/** What lies on these is not part of the layer. */
const FOLDER_MOUNTS = new Set(["cache", "tmpfs", "bind"]);

/** Where a mount lies, absolute and without `.` and `..`; undefined where a variable or the base image's WORKDIR decides. */
export function mountTarget(step: Step, mount: Mount): string | undefined {
	const target = mountOption(mount, "target")?.value;
	if (target === undefined) return undefined;
	const expansion = expandAt(step, target);
	if (expansion.kind !== "known" || expansion.unset.length > 0) return undefined;
	if (expansion.value.startsWith("/")) return normalPath(expansion.value);
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" && workdir.value.startsWith("/") ? normalPath(`${workdir.value}/${expansion.value}`) : undefined;
}

/**
 * Whether a mount of a RUN holds `path` (absolute), so that what is written there stays out of the layer. Without a path: whether
 * some mount could.
 */
export function mountCovers(step: Step, path: string | undefined, types: ReadonlySet<string> = FOLDER_MOUNTS): Answer {
	const all = mountsOf(step);
	if (all.length === 0) return "no";
	const mounts = all.filter((mount) => types.has(mount.type));
	if (mounts.length === 0) return "no";
	if (path === undefined) return "unknown";
	return anyOf(
		mounts.map((mount) => {
			const target = mountTarget(step, mount);
			if (target !== undefined) return isInside(path, target) ? "yes" : "no";
			const written = mountOption(mount, "target")?.value ?? "";
			// Below a WORKDIR that nobody knows a name can only cover what has it in its path.
			return /^[^/$]/.test(written) && !`${path}/`.includes(`/${written.replace(/^\.\/|\/$/g, "")}/`) ? "no" : "unknown";
		}),
	);
}

/** Nobody writes longer paths. */
const LONGEST_PATH = 500;

/** The folder that a path lies in; undefined of the root, and of a path that is very long. */
export function folderAbove(path: string): string | undefined {
	if (path === "/" || path.length > LONGEST_PATH) return undefined;
	return path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "/";
}

/** Whether `path` is `folder` or lies in it; both absolute and normal. */
export function isInside(path: string, folder: string): boolean {
	return folder === "/" || (path.startsWith(folder) && (path.length === folder.length || path[folder.length] === "/"));
}
