import { type DigestReply, finishPins, type PinResult } from "../core/digest/finish.ts";
import { finishMentionPins, planMentionPins } from "../core/digest/mentionPins.ts";
import { type PinOptions, planPins } from "../core/digest/plan.ts";
import type { ReadBeside } from "../core/references/compose.ts";
import { mentionKindOf, mentionsOf } from "../core/references/mentions.ts";
import { problemOf, ToolError } from "../tools/errors.ts";
import type { DigestAnswer } from "../tools/registry/answers.ts";
import type { OperationContext } from "./context.ts";

/** What asks registries; a `RegistryClient` is one. */
export interface DigestResolver {
	/** Throws a ToolError if there is no answer, and an AbortError when the signal fires. */
	resolveDigest(reference: string, options: { readonly signal: AbortSignal; readonly notBefore?: number }): Promise<DigestAnswer>;
}

/** What pinning needs of the world. */
export interface PinContext extends Pick<OperationContext, "signal" | "progress" | "now"> {
	readonly registry: DigestResolver;
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
	return finishPins(plan, await repliesTo(plan.questions, context, options.notBefore));
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
	return finishMentionPins(plan, await repliesTo(plan.questions, context, options.notBefore));
}

async function repliesTo(
	questions: readonly string[],
	context: PinContext,
	notBefore: number = context.now().getTime(),
): Promise<ReadonlyMap<string, DigestReply>> {
	return new Map(await Promise.all(questions.map(async (question) => [question, await replyTo(question, context, notBefore)] as const)));
}

async function replyTo(question: string, context: PinContext, notBefore: number): Promise<DigestReply> {
	context.progress(`Asking for the digest of ${question}`);
	try {
		const { digest, registryHost } = await context.registry.resolveDigest(question, { signal: context.signal, notBefore });
		return { kind: "digest", digest, registryHost };
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		return { kind: "problem", problem: problemOf(error) };
	}
}
