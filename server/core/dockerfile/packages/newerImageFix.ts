import type { Fix } from "../../finding.ts";
import { parseReference } from "../../image/reference.ts";
import { supportedTag } from "../../image/supportEnd.ts";
import type { AbandonedRepository } from "../../knowledge/supportEnds.ts";
import { replace } from "../edits/edit.ts";
import type { Dockerfile } from "../model/model.ts";
import { type ImageUse, repeatedReferenceEdits, tagEdit } from "../variables/imageUses.ts";
import { turnsFromDebianToUbuntu } from "./dotnetDistribution.ts";
import { doesNotFit } from "./imageChange.ts";

/** The change to the oldest lines that are supported on a day and after it; none where the file is known not to fit them. */
export function newerTag(file: Dockerfile, use: ImageUse, until: string): readonly Fix[] {
	const tag = supportedTag(use.reference, until);
	const edit = tag === undefined ? undefined : tagEdit(use, tag);
	if (tag === undefined || edit === undefined) return [];
	const to = { ...use.reference, tag, digest: undefined };
	if (doesNotFit(file, use, to)) return [];
	const rebased = turnsFromDebianToUbuntu(use.reference, to) ? "Debian becomes Ubuntu, and a" : "A";
	const note = `${rebased} new version changes behaviour: build and test with it.`;
	return [{ title: `Change to ${tag}`, safety: "review", edits: [edit, ...repeatedReferenceEdits(use, edit)], note }];
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
	const note = "Other packages and paths than in the old image: build and test with it.";
	const edit = replace(written.span, target);
	return [{ title: `Start from ${target}`, safety: "review", edits: [edit, ...repeatedReferenceEdits(use, edit)], note }];
}
