import { contextCopyOf } from "../dockerfile/files/contextCopies.ts";
import type { Dockerfile, Step } from "../dockerfile/model/model.ts";
import { mountOption, mountsOf } from "../dockerfile/model/mounts.ts";
import { normalPath } from "../dockerfile/variables/state.ts";

/**
 * Paths of the build context that a Dockerfile names, from its root: sources of COPY, ADD and mounts. A pattern stands as a path that it
 * matches (`target/*.jar` as `target/x.jar`). The whole context, and what a variable hides, are left out.
 */
export function neededPaths(file: Dockerfile): readonly string[] {
	const paths = new Set<string>();
	for (const step of file.stages.flatMap(({ steps }) => steps)) {
		for (const source of [...copied(step), ...mounted(step)]) {
			const path = normalPath(matched(source)).slice(1);
			if (path !== "" && !/^x+$/.test(path)) paths.add(path);
		}
	}
	return [...paths];
}

function copied(step: Step): readonly string[] {
	return (contextCopyOf(step.trigger ?? step)?.sources ?? []).flatMap(({ value }) => (value === undefined ? [] : [value]));
}

function mounted(step: Step): readonly string[] {
	return mountsOf(step)
		.filter((mount) => mount.type === "bind" && mountOption(mount, "from") === undefined)
		.flatMap((mount) => mountOption(mount, "source")?.value ?? []);
}

/** A path that a pattern matches: `x` for what can be anything, the first character of a class. */
function matched(pattern: string): string {
	return pattern
		.replace(/\*+/g, "x")
		.replaceAll("?", "x")
		.replace(/\[\^?([^\]])[^\]]{0,50}\]/g, "$1");
}
