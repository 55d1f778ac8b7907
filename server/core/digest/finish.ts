import type { Dockerfile } from "../dockerfile/model/model.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import { type ImageUse, imageUsesOf, pinEdit, referenceSpan } from "../dockerfile/variables/imageUses.ts";
import type { Problem } from "../finding.ts";
import { parseReference } from "../image/reference.ts";
import { applyEdits, type Range, rangeOf, type SpanEdit } from "../text.ts";
import type { PassedImage } from "./passedImages.ts";
import { type PinPlan, shownReference } from "./plan.ts";

/** What a registry said to a question of a plan. */
export type DigestReply =
	| { readonly kind: "digest"; readonly digest: string; readonly registryHost: string; readonly platforms?: PlatformPins }
	| { readonly kind: "problem"; readonly problem: Problem };

/** By digests that are the manifest of one platform: what they are for, and what that platform has in the tag's image now. */
export type PlatformPins = ReadonlyMap<string, PlatformPin>;

export interface PlatformPin {
	/** `linux/arm64`. */
	readonly platform: string;
	/** Undefined where the image is not there for the platform any more, or more than once. */
	readonly digest: string | undefined;
}

/** What became of one image that the file names. */
export interface PinOutcome {
	/** As people write it, with its tag: `debian:12`. */
	readonly reference: string;
	/** The token in the text as it was; in the ARG default where that is what changes. */
	readonly range: Range;
	/**
	 * `pinned`: it has a digest now. `updated`: it has another one. `current`: the one that it has stays. `failed`: no digest could
	 * be found out. `skipped`: there is no place for one. `passed`: the build says which image it is, and with which digest.
	 */
	readonly state: "pinned" | "updated" | "current" | "failed" | "skipped" | "passed";
	/** Behind the edits. */
	readonly digest?: string;
	/** Before them, where it was another one. */
	readonly before?: string;
	/** Who gave the digest: the registry, or a mirror of it. */
	readonly registryHost?: string;
	readonly problem?: Problem;
	/** The build argument that names the image, where one does. */
	readonly argument?: string;
	/** What a build has to be given for that argument, `NAME=VALUE` with the digest, as far as it is known. */
	readonly buildArgument?: string;
	/** The one platform that the digest is for, though the tag leads to an index of several. */
	readonly platform?: string;
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
		if (entry.kind === "unknown") return unknownOutcome(file, entry.image);
		const { use } = entry;
		const argument = use.argument?.assignment.name;
		const passed = entry.kind === "skipped" ? undefined : entry.passed;
		const base = {
			reference: shownReference(use.reference),
			range: rangeOf(file.lineStarts, passed?.span ?? referenceSpan(use)),
			...(argument === undefined ? {} : { argument }),
		};
		const before = use.reference.digest;
		if (entry.kind === "skipped") return { ...base, state: "skipped", problem: entry.problem };
		const kept = passed === undefined ? "current" : "passed";
		if (entry.kind === "current")
			return { ...base, ...withArgument(use, before), state: kept, ...(before === undefined ? {} : { digest: before }) };
		const answer = answerFor(replies.get(entry.question), base.reference, before);
		if ("problem" in answer) return { ...base, ...answer };
		const { digest } = answer;
		const found = { ...base, ...answer, ...withArgument(use, digest) };
		if (digest === before) return { ...found, state: kept };
		if (passed !== undefined) return { ...found, state: "passed" };
		const edit = pinEdit(use, digest);
		if (edit === undefined || !changesOnly(file, edit, use, digest)) return { ...base, state: "skipped", problem: unsafe(use) };
		edits.set(`${edit.span.start}-${edit.span.end}`, edit);
		const state = before === undefined ? "pinned" : "updated";
		return { ...found, state, ...(before === undefined ? {} : { before }) };
	});
	return { edits: [...edits.values()], outcomes };
}

/**
 * The digest that an image is to have by a reply: that of the tag, or, where the one that it has is for one platform alone, that of
 * the platform. Else why there is none.
 */
export function answerFor(
	reply: DigestReply | undefined,
	reference: string,
	before: string | undefined,
):
	| { readonly digest: string; readonly registryHost: string; readonly platform?: string }
	| { readonly state: "failed" | "skipped"; readonly problem: Problem } {
	if (reply === undefined) return { state: "failed", problem: { kind: "failed", message: `Nobody answered for ${reference}` } };
	if (reply.kind === "problem") return { state: "failed", problem: reply.problem };
	const { digest, registryHost, platforms } = reply;
	const pin = before === undefined ? undefined : platforms?.get(before);
	if (pin === undefined) return { digest, registryHost };
	const { platform } = pin;
	if (pin.digest !== undefined) return { digest: pin.digest, registryHost, platform };
	const message = `${reference} is pinned for ${platform} only, and has no one image for it now`;
	return { state: "skipped", problem: { kind: "notFound", message, hint: "Remove the digest, then pin it again." } };
}

function unknownOutcome(file: Dockerfile, { text, span, argument }: PassedImage): PinOutcome {
	return { reference: text, range: rangeOf(file.lineStarts, span), argument: argument.assignment.name, state: "passed" };
}

/** The value of an ARG with a digest in it. */
function withArgument(use: ImageUse, digest: string | undefined): { readonly buildArgument?: string } {
	const { argument, written } = use;
	const edit = digest === undefined ? undefined : pinEdit(use, digest);
	if (argument === undefined || written === undefined || edit === undefined) return {};
	return { buildArgument: `${argument.assignment.name}=${written.text.slice(0, edit.span.start - written.span.start)}${edit.newText}` };
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
