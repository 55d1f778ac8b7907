import { baseName } from "../../baseName.ts";
import type { Step } from "../model/model.ts";
import { absolute } from "./copiedPaths.ts";
import { type CopyWords, copyWordsOf } from "./copyWords.ts";
import { isKnownFolder, isMadeFolder, isStandardFolder } from "./knownFolders.ts";

/** Where a file lies in the image, or what a folder holds: as an absolute path where that is known. */
export function placeOf(step: Step, { sources, destination }: CopyWords, file: string | undefined): string {
	const target = targetOf(step);
	const isHere = /^(?:\.\/?)+$/.test(destination.text);
	const place = target ?? (isHere ? undefined : destination.text.replace(/(?<=.)\/$/, ""));
	// Of a folder the contents are copied: one that was there before, or may have been, keeps its owner.
	if (file === undefined) {
		const isNew = target !== undefined && !isStandardFolder(target) && !isMadeFolder(target, step.stage);
		return isNew ? target : `${place === "/" ? "" : (place ?? ".")}/*`;
	}
	const isFolder =
		sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(destination.text) || (target !== undefined && isKnownFolder(target, step.stage));
	// Nobody knows whether what a variable names is a folder.
	if (place === undefined || (!isFolder && target === undefined && baseName(place).includes("$"))) return file;
	return isFolder ? `${place === "/" ? "" : place}/${file}` : place;
}

/** The destination, absolute; undefined where nobody knows it. */
export function targetOf(step: Step): string | undefined {
	const words = copyWordsOf(step);
	return words === undefined ? undefined : absolute(step, words.destination.text);
}
