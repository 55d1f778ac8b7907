import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { Stage, Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";
import { copyWordsOf } from "./copyWords.ts";

/** A file or folder that a COPY or ADD puts into a stage, under each path that it could get. */
export interface CopiedPath {
	readonly step: Step;
	/** The source as written. */
	readonly source: string;
	/** Absolute. More than one where only the build knows whether the destination is a folder. */
	readonly paths: readonly string[];
}

/** What a COPY or ADD writes; empty where a variable or a pattern hides a name. Archives that ADD unpacks are not looked into. */
export const copiedPaths = remembered((step: Step): readonly CopiedPath[] => {
	if (step.keyword !== "COPY" && step.keyword !== "ADD") return [];
	const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
	const destination = words[words.length - 1];
	if (destination === undefined || words.length < 2 || step.heredocs.length > 0) return [];
	const target = absolute(step, destination);
	if (target === undefined) return [];
	const sources = words.slice(0, -1);
	const folder = destination.endsWith("/") || /(?:^|\/)\.\.?$/.test(destination) || sources.length > 1;
	const found: CopiedPath[] = [];
	for (const source of sources) {
		const expansion = expandAt(step, source);
		if (expansion.kind !== "known" || expansion.unset.length > 0 || /[*?[\\]/.test(expansion.value)) return [];
		const name = nameOf(expansion.value);
		const inside = name === "" ? target : normalPath(`${target}/${name}`);
		// Of a folder the contents are copied, not the folder itself.
		const keepsName = folder && name !== "" && !expansion.value.endsWith("/");
		found.push({ step, source, paths: keepsName ? [inside] : [...new Set([target, inside])] });
	}
	return found;
});

/** The files that a COPY or ADD makes of its heredocs. */
export function writtenPaths(step: Step): readonly CopiedPath[] {
	const words = step.heredocs.length === 0 ? undefined : copyWordsOf(step);
	const target = words === undefined ? undefined : absolute(step, words.destination.text);
	if (words === undefined || target === undefined) return [];
	const isFolder = words.sources.length > 1 || words.destination.text.endsWith("/");
	return words.sources
		.filter(({ heredoc }) => heredoc)
		.flatMap(({ text }, index): readonly CopiedPath[] => {
			const inside = normalPath(`${target}/${step.heredocs[index]?.name}`);
			return [{ step, source: text, paths: isFolder ? [inside] : [target, inside] }];
		});
}

/** All that a COPY or ADD brings, each with the paths that it could get; undefined where a part of it is not known. */
export function allCopied(step: Step): readonly CopiedPath[] | undefined {
	const found = pathsOf(step);
	return found.length === copyWordsOf(step)?.sources.length ? found : undefined;
}

function pathsOf(step: Step): readonly CopiedPath[] {
	return step.heredocs.length > 0 ? writtenPaths(step) : copiedPaths(step);
}

/** The last COPY or ADD of a stage above `before` that could have written `path`. */
export function copyOf(stage: Stage, path: string, before: Step): CopiedPath | undefined {
	return copiesByPath(stage)
		.get(path)
		?.findLast(({ step }) => step.ordinal < before.ordinal);
}

/** By path, the first that each COPY or ADD of a stage brings there. */
const copiesByPath = remembered((stage: Stage): ReadonlyMap<string, readonly CopiedPath[]> => {
	const byPath = new Map<string, CopiedPath[]>();
	for (const step of stage.steps)
		for (const copied of pathsOf(step))
			for (const path of copied.paths) if (byPath.get(path)?.at(-1)?.step !== step) addTo(byPath, path, copied);
	return byPath;
});

/** The last COPY or ADD of a stage above `before` that brought files by a pattern which fits them there, too: `s/*.sh` to `/a/` for `/a/*.sh`. */
export function patternCopyOf(stage: Stage, pattern: string, before: Step): CopiedPath | undefined {
	for (const step of stage.steps.slice(0, before.ordinal).reverse()) {
		const source = step.keyword === "COPY" || step.keyword === "ADD" ? patternSource(step, pattern) : undefined;
		if (source !== undefined) return { step, source, paths: [pattern] };
	}
	return undefined;
}

function patternSource(step: Step, pattern: string): string | undefined {
	const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
	const destination = words[words.length - 1] ?? "";
	const target = destination.endsWith("/") ? absolute(step, destination) : undefined;
	if (target === undefined || normalPath(`${target}/${baseName(pattern)}`) !== pattern) return undefined;
	return words.slice(0, -1).find((source) => baseName(source) === baseName(pattern));
}

/** A path as an instruction means it; undefined where a variable or the base image's WORKDIR decides. */
export function absolute(step: Step, path: string): string | undefined {
	const expansion = expandAt(step, path);
	if (expansion.kind !== "known" || expansion.unset.length > 0 || expansion.value === "") return undefined;
	if (expansion.value.startsWith("/")) return normalPath(expansion.value);
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" && workdir.value.startsWith("/") ? normalPath(`${workdir.value}/${expansion.value}`) : undefined;
}

/** The last part of a path; empty for the root of the context, and for `..`. */
function nameOf(path: string): string {
	return baseName(normalPath(path));
}
