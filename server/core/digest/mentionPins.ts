import { canonicalName, type ImageReference } from "../image/reference.ts";
import { type ImageMention, mentionDigestEdit } from "../references/mention.ts";
import { type LineStarts, lineStartsOf, rangeOf, type Span, type SpanEdit } from "../text.ts";
import { answerFor, type DigestReply, type PinOutcome, type PinResult } from "./finish.ts";
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
	return { text, mentions, questions: [...new Set(asked.map(({ reference }) => questionOf(reference)))], options };
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
	const { argument } = mention;
	const base = {
		reference: shownReference(mention.reference),
		range: rangeOf(starts, mention.span),
		...(argument === undefined ? {} : { argument }),
	};
	const before = mention.reference.digest;
	if (!isAsked(mention, options))
		return {
			outcome: { ...base, ...withArgument(mention, before), state: "current", ...(before === undefined ? {} : { digest: before }) },
		};
	const answer = answerFor(replies.get(questionOf(mention.reference)), base.reference, before);
	if ("problem" in answer) return { outcome: { ...base, ...answer } };
	const { digest } = answer;
	const found = { ...base, ...answer, ...withArgument(mention, digest) };
	if (digest === before) return { outcome: { ...found, state: "current" } };
	const state = before === undefined ? "pinned" : "updated";
	const outcome: PinOutcome = { ...found, state, ...(before === undefined ? {} : { before }) };
	return { outcome, edit: mentionDigestEdit(mention, digest) };
}

/** What a build that is started by hand has to be given in place of what the file says. */
function withArgument(mention: ImageMention, digest: string | undefined): { readonly buildArgument?: string } {
	const { argument, reference, span } = mention;
	if (argument === undefined || digest === undefined) return {};
	const edit = mentionDigestEdit(mention, digest);
	return { buildArgument: `${argument}=${reference.text.slice(0, edit.span.start - span.start)}${edit.newText}` };
}

function isAsked({ reference }: ImageMention, { update }: PinOptions): boolean {
	return reference.digest === undefined || (update === true && reference.tag !== undefined);
}

/** What a registry is asked about an image, whatever digest it has. */
export function questionOf(reference: ImageReference): string {
	return canonicalName({ ...reference, digest: undefined });
}

function isWithin(span: Span, within: Span | undefined): boolean {
	return within === undefined || (span.start <= within.end && within.start <= span.end);
}
