import { type DigestReply, finishPins, type PinResult } from "../core/digest/finish.ts";
import { finishMentionPins, planMentionPins, questionOf } from "../core/digest/mentionPins.ts";
import { type PinOptions, planPins } from "../core/digest/plan.ts";
import type { ReadBeside } from "../core/references/givenBuild.ts";
import { mentionKindOf, mentionsOf } from "../core/references/mentions.ts";
import { problemOf, ToolError } from "../tools/errors.ts";
import type { DigestAnswer } from "../tools/registry/answers.ts";
import type { RegistryClient } from "../tools/registry/client.ts";
import type { OperationContext } from "./context.ts";
import { platformPins, type WasTag } from "./platformPins.ts";

/** What asks registries; a `RegistryClient` is one. */
export interface DigestResolver {
	/** Throws a ToolError if there is no answer, and an AbortError when the signal fires. */
	resolveDigest(reference: string, options: { readonly signal: AbortSignal; readonly notBefore?: number }): Promise<DigestAnswer>;
	/** Without it nobody finds out which pins are for one platform alone. */
	inspectImage?: RegistryClient["inspectImage"];
}

/** What pinning needs of the world. */
export interface PinContext extends Pick<OperationContext, "signal" | "progress" | "now"> {
	readonly registry: DigestResolver;
	/** Without it no tag is known to have led anywhere before. */
	readonly wasTag?: WasTag;
}

/**
 * Finds out the digests for the images of a Dockerfile and says which edits write them. An image that no digest can be had for
 * stays as it is, with the reason among the outcomes. Answers from before `notBefore` (milliseconds since 1970; the start of the
 * call without it) do not count: who pins a hundred files in one go gives the start of the whole.
 * @throws AbortError when cancelled
 */
export async function pinImages(
	text: string,
	context: PinContext,
	options: PinOptions & { readonly notBefore?: number } = {},
): Promise<PinResult> {
	const plan = planPins(text, options);
	const pinned = plan.uses.flatMap((entry) => (entry.kind === "ask" ? [{ ...entry, digest: entry.use.reference.digest }] : []));
	return finishPins(plan, await repliesTo(plan.questions, pinned, context, options.notBefore));
}

/**
 * The same for any file that names images: Compose, Bake, dev containers, workflows, manifests of Kubernetes; a Dockerfile where
 * the path tells none of these. `path` has forward slashes; `read` gives the files that it refers to.
 */
export async function pinFile(
	path: string,
	text: string,
	context: PinContext & { readonly read?: ReadBeside },
	options: PinOptions & { readonly notBefore?: number } = {},
): Promise<PinResult> {
	const kind = mentionKindOf(path);
	if (kind === undefined) return await pinImages(text, context, options);
	const plan = planMentionPins(text, mentionsOf(kind, text, context.read ?? (() => undefined)), options);
	const pinned = plan.mentions.map(({ reference }) => ({ question: questionOf(reference), digest: reference.digest }));
	return finishMentionPins(plan, await repliesTo(plan.questions, pinned, context, options.notBefore));
}

/** A digest that stands behind the tag of a question. */
interface Pinned {
	readonly question: string;
	readonly digest: string | undefined;
}

async function repliesTo(
	questions: readonly string[],
	pinned: readonly Pinned[],
	context: PinContext,
	notBefore: number = context.now().getTime(),
): Promise<ReadonlyMap<string, DigestReply>> {
	const replies = questions.map(async (question) => {
		const digests = pinned.flatMap((pin) => (pin.question === question ? (pin.digest ?? []) : []));
		return [question, await replyTo(question, new Set(digests), context, notBefore)] as const;
	});
	return new Map(await Promise.all(replies));
}

async function replyTo(
	question: string,
	pinned: ReadonlySet<string>,
	{ progress, registry, signal, wasTag = () => false }: PinContext,
	notBefore: number,
): Promise<DigestReply> {
	progress(`Asking for the digest of ${question}`);
	try {
		const answer = await registry.resolveDigest(question, { signal, notBefore });
		const { digest, registryHost } = answer;
		const { inspectImage } = registry;
		if (pinned.size === 0 || inspectImage === undefined) return { kind: "digest", digest, registryHost };
		const platforms = await platformPins(question, answer, pinned, { ...registry, inspectImage }, wasTag, { signal, notBefore });
		return { kind: "digest", digest, registryHost, platforms };
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		return { kind: "problem", problem: problemOf(error) };
	}
}
