import { type ImageUse, imageUsesOf, pinEdit, referenceSpan } from "../dockerfile/imageUses.ts";
import type { Dockerfile } from "../dockerfile/model.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { Problem } from "../finding.ts";
import { parseReference } from "../image/reference.ts";
import { applyEdits, type Range, rangeOf, type SpanEdit } from "../text.ts";
import { type PinPlan, shownReference } from "./plan.ts";

/** What a registry said to a question of a plan. */
export type DigestReply =
	| { readonly kind: "digest"; readonly digest: string; readonly registryHost: string }
	| { readonly kind: "problem"; readonly problem: Problem };

/** What became of one image that the file names. */
export interface PinOutcome {
	/** As people write it, with its tag: `debian:12`. */
	readonly reference: string;
	/** The token in the text as it was; in the ARG default where that is what changes. */
	readonly range: Range;
	/**
	 * `pinned`: it has a digest now. `updated`: it has another one. `current`: the one that it has stays. `failed`: no digest could
	 * be found out. `skipped`: there is no place for one.
	 */
	readonly state: "pinned" | "updated" | "current" | "failed" | "skipped";
	/** Behind the edits. */
	readonly digest?: string;
	/** Before them, where it was another one. */
	readonly before?: string;
	/** Who gave the digest: the registry, or a mirror of it. */
	readonly registryHost?: string;
	readonly problem?: Problem;
	/** The build argument that names the image, where one does. */
	readonly argument?: string;
}

/** What pinning comes to. */
export interface PinResult {
	/** Over the plan's text; nothing but digests changes. */
	readonly edits: readonly SpanEdit[];
	/** In order of appearance. */
	readonly outcomes: readonly PinOutcome[];
}

/**
 * Makes edits of a plan and the replies to its questions. Each edit is tried on the text first: one that would change more than
 * the images it is meant for is left out.
 */
export function finishPins(plan: PinPlan, replies: ReadonlyMap<string, DigestReply>): PinResult {
	const { file } = plan;
	const edits = new Map<string, SpanEdit>();
	const outcomes = plan.uses.map((entry): PinOutcome => {
		const { use } = entry;
		const argument = use.argument?.assignment.name;
		const base = {
			reference: shownReference(use.reference),
			range: rangeOf(file.lineStarts, referenceSpan(use)),
			...(argument === undefined ? {} : { argument }),
		};
		const before = use.reference.digest;
		if (entry.kind === "skipped") return { ...base, state: "skipped", problem: entry.problem };
		if (entry.kind === "current") return { ...base, state: "current", ...(before === undefined ? {} : { digest: before }) };
		const reply = replies.get(entry.question);
		if (reply === undefined)
			return { ...base, state: "failed", problem: { kind: "failed", message: `Nobody answered for ${base.reference}` } };
		if (reply.kind === "problem") return { ...base, state: "failed", problem: reply.problem };
		const { digest, registryHost } = reply;
		if (digest === before) return { ...base, state: "current", digest, registryHost };
		const edit = pinEdit(use, digest);
		if (edit === undefined || !changesOnly(file, edit, use, digest)) return { ...base, state: "skipped", problem: unsafe(use) };
		edits.set(`${edit.span.start}-${edit.span.end}`, edit);
		const state = before === undefined ? "pinned" : "updated";
		return { ...base, state, digest, registryHost, ...(before === undefined ? {} : { before }) };
	});
	return { edits: [...edits.values()], outcomes };
}

/** Whether an edit gives the use its digest, and every other image stays what it was, unless the same words name it. */
function changesOnly(file: Dockerfile, edit: SpanEdit, use: ImageUse, digest: string): boolean {
	if (parseReference(`name@${digest}`) === undefined) return false;
	const after = parseDockerfile(applyEdits(file.text, [edit]));
	const uses = imageUsesOf(file);
	const changed = imageUsesOf(after);
	if (changed.length !== uses.length || after.errors.length > file.errors.length) return false;
	return uses.every((old, index) => {
		const now = changed[index];
		const shared = old === use || (old.written !== undefined && old.written.span.start === use.written?.span.start);
		const wanted = shared ? digest : old.reference.digest;
		return now !== undefined && now.kind === old.kind && nameOf(now) === nameOf(old) && now.reference.digest === wanted;
	});
}

/** Where no tag is written, one appears with the digest: the one that it stands for. */
function nameOf({ reference }: ImageUse): string {
	return JSON.stringify([reference.registry, reference.repository, reference.tag ?? "latest"]);
}

function unsafe(use: ImageUse): Problem {
	const name = use.argument?.assignment.name ?? shownReference(use.reference);
	return {
		kind: "invalid",
		message: `A digest in ${name} would change more than ${shownReference(use.reference)}`,
		hint: use.argument === undefined ? "Write the reference in one piece." : `Pass the digest with --build-arg ${name}=….`,
	};
}
