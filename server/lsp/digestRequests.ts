import { type ImageUse, imageUsesOf } from "../core/dockerfile/imageUses.ts";
import { canonicalName, familiarName } from "../core/image/reference.ts";
import { overlaps, spanOf } from "../core/text.ts";
import { pinImages } from "../operations/pin.ts";
import type { InspectedImage } from "../operations/registries.ts";
import { PIN, REFRESH_IMAGE } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { shownProblem, textEdits } from "./convert.ts";
import { answer } from "./handle.ts";
import { imageCard, type KnownImages } from "./imageCard.ts";
import { openDockerfile } from "./parsed.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Requests about digests: both ask registries, because somebody wants to know. */
export function registerDigestRequests(state: ServerState, work: Work, known: KnownImages): void {
	answer(state, PIN, async ({ uri, at, update }, signal) => {
		await requireNetwork(state, uri);
		const { document, file } = openDockerfile(state, uri);
		const { version } = document;
		const { text, lineStarts } = file;
		const context = await work.context(uri, { signal });
		const registry = await work.registry(context, uri);
		const options = { update, ...(at === undefined ? {} : { within: spanOf(text, lineStarts, at) }) };
		const { edits, outcomes } = await pinImages(text, { ...context, registry }, options);
		return {
			edits: { uri, version, edits: textEdits(edits, lineStarts) },
			outcomes: outcomes.map(({ reference, state: outcome, digest, problem }) => ({
				reference,
				state: outcome,
				...(digest === undefined ? {} : { digest }),
				...(problem === undefined ? {} : { problem: shownProblem(problem) }),
			})),
		};
	});
	answer(state, REFRESH_IMAGE, async ({ uri, at }, signal) => {
		await requireNetwork(state, uri);
		const { file } = openDockerfile(state, uri);
		const span = spanOf(file.text, file.lineStarts, at);
		const use = imageUsesOf(file).find(
			(candidate) => overlaps(candidate.span, span) || (candidate.span.start <= span.start && span.start <= candidate.span.end),
		);
		if (use === undefined)
			throw new ToolError("invalid", "There is no image at this place", { hint: "Put the cursor into the name of an image." });
		const context = await work.context(uri, { signal });
		const registry = await work.registry(context, uri);
		const image: InspectedImage = await registry.inspectImage(canonicalName(use.reference), { signal, notBefore: Date.now() });
		known.remember(use.reference, image);
		return { markdown: imageCard(use, known, uri) };
	});
}

/** @throws ToolError where the user wants no registry asked */
export async function requireNetwork(state: ServerState, uri: string): Promise<void> {
	if ((await state.settings.get(uri))["digest.network"] !== "off") return;
	throw new ToolError("failed", "Registries are not asked: hullguard.digest.network is off", { hint: "Set it to onDemand." });
}

/** Fetches what a card shows of an image that somebody points at, where the settings allow that without being asked. */
export async function refreshInBackground(state: ServerState, work: Work, known: KnownImages, use: ImageUse, uri: string): Promise<void> {
	if ((await state.settings.get(uri))["digest.network"] !== "auto" || known.has(use.reference)) return;
	try {
		const context = await work.context(uri, { signal: state.ended });
		const registry = await work.registry(context, uri);
		known.remember(use.reference, await registry.inspectImage(canonicalName(use.reference), { signal: state.ended }));
	} catch (error) {
		state.connection.console.log(`${familiarName(use.reference)}: ${error instanceof Error ? error.message : String(error)}`);
	}
}
