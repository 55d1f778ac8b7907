import { baseName } from "../../baseName.ts";
import { PROGRAM_FOLDERS } from "../../knowledge/programFolders.ts";
import { contextCopyOf } from "../files/contextCopies.ts";
import { contextOrigins } from "../files/contextOrigins.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { setsPath } from "../variables/searchPath.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { containerStart } from "./containerStart.ts";

/** What a Dockerfile makes one want to know of its build context. */
export interface ContextQuestions {
	/** Sources of COPY and ADD, and what may be the start script in a folder that they take; from the root of the context, without patterns and without the root itself. */
	readonly paths: readonly string[];
	/** Those of them whose text matters: one may be the script that starts a container. */
	readonly scripts: readonly string[];
}

/** The questions of a Dockerfile, each once. A source that a variable hides or that is a pattern makes none. */
export function contextQuestions(file: Dockerfile): ContextQuestions {
	const paths = new Set<string>();
	const scripts = new Set<string>();
	for (const path of file.stages.flatMap(startScripts)) {
		paths.add(path);
		scripts.add(path);
	}
	const started = new Set(file.stages.flatMap((stage) => startedNames(containerStart(stage).hiddenScript)));
	for (const copy of file.stages.flatMap((stage) => stage.steps).map(contextCopyOf)) {
		for (const { value } of copy?.sources ?? []) {
			const path = value === undefined ? undefined : contextPath(value);
			if (path === undefined) continue;
			paths.add(path);
			if (started.has(baseName(path)) || started.has(baseName(copy?.destination ?? ""))) scripts.add(path);
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

/** The files of the context that the script which a stage starts with may be; it can lie in a folder that is copied as a whole. */
function startScripts(stage: Stage): readonly string[] {
	const script = containerStart(stage).hiddenScript;
	if (script === undefined) return [];
	// A shell that is given a name without a folder looks for it in the working directory.
	const paths = new Set([imagePath(stage, script) ?? [], searchedPaths(stage, script)].flat());
	return [...paths].flatMap((path) => contextOrigins(stage, path).map((origin) => origin.path));
}

/**
 * Where a program may lie that a container's start names: at its path, or in one of the folders of PATH that a copy of the build context
 * may bring it to, in their order; nowhere where the file sets a PATH of its own.
 */
export function searchedPaths(stage: Stage, written: string): readonly string[] {
	if (written.includes("/")) return [imagePath(stage, written) ?? []].flat();
	if (!/\w/.test(written) || setsPath(stage)) return [];
	return PROGRAM_FOLDERS.map((folder) => `${folder}/${written}`).filter((path) => contextOrigins(stage, path).length > 0);
}

/** A path that a container's start names, absolute; undefined for a name that PATH decides, and below a WORKDIR that nobody knows. */
export function imagePath(stage: Stage, written: string): string | undefined {
	if (written.startsWith("/")) return normalPath(written);
	const workdir = workdirAt(stage);
	return workdir.kind === "set" && workdir.value.startsWith("/") ? normalPath(`${workdir.value}/${written}`) : undefined;
}

function startedNames(script: string | undefined): readonly string[] {
	return script === undefined ? [] : [baseName(script)];
}
