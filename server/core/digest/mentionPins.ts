import { canonicalName } from "../image/reference.ts";
import { type ImageMention, mentionDigestEdit } from "../references/mention.ts";
import { type LineStarts, lineStartsOf, rangeOf, type Span, type SpanEdit } from "../text.ts";
import type { DigestReply, PinOutcome, PinResult } from "./finish.ts";
import { type PinOptions, shownReference } from "./plan.ts";

/** What is to be asked before the images of a file other than a Dockerfile can be pinned. */
export interface MentionPlan {
	readonly text: string;
	readonly mentions: readonly ImageMention[];
	/** References that a registry has to resolve, each once, in full. */
	readonly questions: readonly string[];
	readonly options: PinOptions;
}

/** Plans the digests of images that a file names; a digest without a tag stays, as nothing could move. */
export function planMentionPins(text: string, all: readonly ImageMention[], options: PinOptions = {}): MentionPlan {
	const mentions = all.filter(({ span }) => isWithin(span, options.within));
	const asked = mentions.filter((mention) => isAsked(mention, options));
	return { text, mentions, questions: [...new Set(asked.map(questionOf))], options };
}

/** Makes edits of a plan and the replies to its questions: nothing but digests changes. */
export function finishMentionPins(plan: MentionPlan, replies: ReadonlyMap<string, DigestReply>): PinResult {
	const starts = lineStartsOf(plan.text);
	const edits: SpanEdit[] = [];
	const outcomes = plan.mentions.map((mention): PinOutcome => {
		const { outcome, edit } = outcomeOf(mention, plan, replies, starts);
		if (edit !== undefined) edits.push(edit);
		return outcome;
	});
	return { edits, outcomes };
}

function outcomeOf(
	mention: ImageMention,
	{ options }: MentionPlan,
	replies: ReadonlyMap<string, DigestReply>,
	starts: LineStarts,
): { readonly outcome: PinOutcome; readonly edit?: SpanEdit } {
	const base = { reference: shownReference(mention.reference), range: rangeOf(starts, mention.span) };
	const before = mention.reference.digest;
	if (!isAsked(mention, options)) return { outcome: { ...base, state: "current", ...(before === undefined ? {} : { digest: before }) } };
	const reply = replies.get(questionOf(mention));
	if (reply === undefined)
		return { outcome: { ...base, state: "failed", problem: { kind: "failed", message: `Nobody answered for ${base.reference}` } } };
	if (reply.kind === "problem") return { outcome: { ...base, state: "failed", problem: reply.problem } };
	const { digest, registryHost } = reply;
	if (digest === before) return { outcome: { ...base, state: "current", digest, registryHost } };
	const state = before === undefined ? "pinned" : "updated";
	const outcome: PinOutcome = { ...base, state, digest, registryHost, ...(before === undefined ? {} : { before }) };
	return { outcome, edit: mentionDigestEdit(mention, digest) };
}

function isAsked({ reference }: ImageMention, { update }: PinOptions): boolean {
	return reference.digest === undefined || (update === true && reference.tag !== undefined);
}

function questionOf({ reference }: ImageMention): string {
	return canonicalName({ ...reference, digest: undefined });
}

function isWithin(span: Span, within: Span | undefined): boolean {
	return within === undefined || (span.start <= within.end && within.start <= span.end);
}
