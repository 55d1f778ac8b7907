import type { Fix } from "../../finding.ts";
import { type ImageReference, parseReference } from "../../image/reference.ts";
import { lineName, supportedTag, supportLines } from "../../image/supportEnd.ts";
import type { AbandonedRepository } from "../../knowledge/supportEnds.ts";
import { remembered } from "../../memo.ts";
import { runSteps } from "../commands/scripts.ts";
import { replace } from "../edits/edit.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { type ImageUse, repeatedReferenceEdits, tagEdit } from "../variables/imageUses.ts";
import { doesNotFit, stagesOn } from "./imageChange.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";
import { becomesUbuntu } from "./plainTags.ts";

/** The change to the oldest lines that are supported on a day and after it; none where the file is known not to fit them. */
export function newerTag(file: Dockerfile, use: ImageUse, until: string): readonly Fix[] {
	const tag = supportedTag(use.reference, until);
	const edit = tag === undefined ? undefined : tagEdit(use, tag);
	if (tag === undefined || edit === undefined) return [];
	const to = { ...use.reference, tag, digest: undefined };
	if (doesNotFit(file, use, to)) return [];
	const was = becomesUbuntu(use.reference, to);
	const rebased = was === undefined ? "A" : `${was} becomes Ubuntu, and a`;
	const note = pinsNote(file, use, to) ?? `${rebased} new version changes behaviour: build and test with it.`;
	return [{ title: `Change to ${tag}`, safety: "review", edits: [edit, ...repeatedReferenceEdits(use, edit)], note }];
}

/** What is said where packages were pinned for another line of Python: they may be too old for the new one. */
function pinsNote(file: Dockerfile, use: ImageUse, to: ImageReference): string | undefined {
	const [before, after] = [use.reference, to].map((reference) => supportLines(reference).find(({ product }) => product.name === "Python"));
	if (after === undefined || before?.line === after.line) return undefined;
	return pinsAny(stagesOn(file, use)) ? `Pinned packages may not install with ${lineName(after)}: build and test with it.` : undefined;
}

const pinsAny = remembered((stages: readonly Stage[]): boolean => stages.flatMap(runSteps).flatMap(packageCallsOf).some(pinsPackages));

/** `pip install name==1.2`. */
function pinsPackages({ manager, verb, operands }: PackageCall): boolean {
	return manager === "pip" && verb === "install" && operands.some(({ text }) => /^["']?[\w.[\],-]+==/.test(text));
}

/** The change to the repository that took the place of one that nobody updates. */
export function renamed(file: Dockerfile, use: ImageUse, rename: AbandonedRepository["rename"]): readonly Fix[] {
	const { reference, written } = use;
	if (written === undefined || written.text !== reference.text || reference.digest !== undefined) return [];
	const { registry, repository, tag = "" } = reference;
	if (registry === "k8s.gcr.io") {
		const host = { start: written.span.start, end: written.span.start + registry.length };
		return [{ title: "Take it from registry.k8s.io", safety: "review", edits: [replace(host, "registry.k8s.io")] }];
	}
	if (repository.includes("/") && !repository.startsWith("library/")) return [];
	const entry = rename?.find((candidate) => candidate.tag.test(tag));
	if (entry === undefined) return [];
	const target = tag.replace(entry.tag, entry.reference);
	const to = parseReference(target);
	if (to === undefined || doesNotFit(file, use, to)) return [];
	const was = becomesUbuntu(use.reference, to);
	const rebased = was === undefined ? "Other" : `${was} becomes Ubuntu, with other`;
	const note = `${rebased} packages and paths than in the old image: build and test with it.`;
	const edit = replace(written.span, target);
	return [{ title: `Start from ${target}`, safety: "review", edits: [edit, ...repeatedReferenceEdits(use, edit)], note }];
}
