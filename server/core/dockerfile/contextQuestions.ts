import { containerStart } from "./containerStart.ts";
import { contextCopyOf } from "./contextCopies.ts";
import type { Dockerfile } from "./model.ts";
import { normalPath } from "./state.ts";

/** What a Dockerfile makes one want to know of its build context. */
export interface ContextQuestions {
	/** Sources of COPY and ADD, from the root of the context, without patterns and without the root itself. */
	readonly paths: readonly string[];
	/** Those of them whose text matters: one may be the script that starts a container. */
	readonly scripts: readonly string[];
}

/** The questions of a Dockerfile, each once. A source that a variable hides or that is a pattern makes none. */
export function contextQuestions(file: Dockerfile): ContextQuestions {
	const paths = new Set<string>();
	const scripts = new Set<string>();
	const started = new Set(file.stages.flatMap((stage) => startedNames(containerStart(stage).hiddenScript)));
	for (const copy of file.stages.flatMap((stage) => stage.steps).map(contextCopyOf)) {
		for (const { value } of copy?.sources ?? []) {
			const path = value === undefined ? undefined : contextPath(value);
			if (path === undefined) continue;
			paths.add(path);
			if (started.has(nameOf(path)) || started.has(nameOf(copy?.destination ?? ""))) scripts.add(path);
		}
	}
	return { paths: [...paths], scripts: [...scripts] };
}

/** A source as a path from the root of the context; undefined for the root and for patterns. `..` does not lead out of it. */
export function contextPath(source: string): string | undefined {
	if (/[*?[\\]/.test(source)) return undefined;
	const path = normalPath(`/${source}`).slice(1);
	return path === "" ? undefined : path;
}

function startedNames(script: string | undefined): readonly string[] {
	return script === undefined ? [] : [nameOf(script)];
}

function nameOf(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}
