import { baseName } from "../../baseName.ts";
import type { Stage, Step } from "../model/model.ts";
import { normalPath, stepsBackwards } from "../variables/state.ts";
import { contextCopyOf, isContextRoot } from "./contextCopies.ts";
import { absolute } from "./copiedPaths.ts";
import { copyWordsOf, mayBeFolder, mayHoldFiles } from "./copyWords.ts";
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
		if (mayBringAnother(step, path)) return origins;
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

/** Whether a copy may put a file of another origin at a path: out of a stage or an image, from an address, or from a text in the Dockerfile. */
function mayBringAnother(step: Step, path: string): boolean {
	const words = copyWordsOf(step);
	if (words === undefined) return false;
	const isFromStage = step.flags.some(({ name }) => name === "from");
	const others = words.sources.filter(({ value, heredoc }) => isFromStage || heredoc || isAddress(value));
	if (others.length === 0) return false;
	const target = absolute(step, words.destination.text);
	if (target === undefined || target === path) return true;
	if (!isInside(path, target)) return false;
	return others.some((source) => {
		const name = source.heredoc ? source.text.replace(/^<<-?/, "").replace(/["']/g, "") : baseName(source.value ?? "");
		if (normalPath(`${target}/${name}`) === path) return true;
		// A folder of the same name, or a whole root file system, is a later state of the same place; another one adds to it.
		return mayHoldFiles(step, source) && (target === "/" || name === "" || name === baseName(target));
	});
}

function isAddress(source: string | undefined): boolean {
	return source !== undefined && /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(source);
}
