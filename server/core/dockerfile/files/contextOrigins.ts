import { baseName } from "../../baseName.ts";
import type { Stage, Step } from "../model/model.ts";
import { normalPath, stepsBackwards } from "../variables/state.ts";
import { contextCopyOf, isContextRoot } from "./contextCopies.ts";
import { mayBeFolder } from "./copyWords.ts";
import { isInside } from "./mountCoverage.ts";

/** A file of the build context that could be the one at a path of the image. */
export interface ContextOrigin {
	/** The COPY or ADD that takes it. */
	readonly step: Step;
	/** From the root of the context, without a slash in front. */
	readonly path: string;
	/** Whether the COPY names the file itself, not a folder that it lies in. */
	readonly named: boolean;
}

/**
 * Where a file at a path (absolute) of a stage's image may come from in the build context, the latest copy first. Only one of those of
 * a single copy is there: whether a source is a file or a folder the Dockerfile does not say.
 */
export function contextOrigins(stage: Stage, path: string): readonly ContextOrigin[] {
	const origins: ContextOrigin[] = [];
	for (const step of stepsBackwards(stage)) {
		const copy = contextCopyOf(step);
		const target = copy?.target;
		if (copy === undefined || target === undefined) continue;
		const folder = copy.destination.endsWith("/") || copy.sources.length > 1 || /(?:^|\/)\.\.?$/.test(copy.destination);
		for (const { value } of copy.sources) {
			if (value === undefined || /[*?[\\]/.test(value)) {
				// It may be the file, and would lie over what earlier ones copied.
				if (isInside(path, target)) return origins;
				continue;
			}
			const source = normalPath(value).slice(1);
			const name = baseName(source);
			const asFile = (!folder && target === path) || (name !== "" && normalPath(`${target}/${name}`) === path);
			if (asFile && source !== "") origins.push({ step, path: source, named: true });
			if (isInside(path, target) && path !== target && (isContextRoot(value) || mayBeFolder(value))) {
				const rest = path.slice(target === "/" ? 1 : target.length + 1);
				origins.push({ step, path: source === "" ? rest : `${source}/${rest}`, named: false });
			}
		}
		if (origins.length > 0) return origins;
	}
	return origins;
}
