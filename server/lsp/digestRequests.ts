import { readFile } from "node:fs/promises";
import { imageUsesOf } from "../core/dockerfile/variables/imageUses.ts";
import { canonicalName, familiarName, type ImageReference } from "../core/image/reference.ts";
import { mentionKindOf } from "../core/references/mentions.ts";
import { lineStartsOf, overlaps, rangeOf, type Span, spanOf } from "../core/text.ts";
import { besideFiles } from "../operations/besideFiles.ts";
import { fileProblem } from "../operations/fileProblem.ts";
import { pinFile, pinImages } from "../operations/pin.ts";
import { wasTagIn } from "../operations/platformPins.ts";
import { PIN, REFRESH_IMAGE } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { shownProblem, textEdits } from "./convert.ts";
import { answer } from "./handle.ts";
import { type CardFacts, imageCard } from "./imageCard.ts";
import type { KnownImages } from "./knownImages.ts";
import { besideReader, namedImages, slashes } from "./namedImages.ts";
import { dockerfileOf, kindOf } from "./parsed.ts";
import { filePathOf, pathOf } from "./paths.ts";
import { openDocument, type ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Requests about digests in one document: both ask registries, because somebody wants to know. */
export function registerDigestRequests(state: ServerState, work: Work, card: CardFacts): void {
	answer(state, PIN, async ({ uri, at, update }, signal) => {
		await requireNetwork(state, uri);
		const { text, version } = await textOf(state, uri);
		const starts = lineStartsOf(text);
		const context = await work.context(uri, { signal });
		const registry = await work.registry(context, uri);
		const options = { update, ...(at === undefined ? {} : { within: spanOf(text, starts, at) }) };
		const { edits, outcomes } = await pinText(
			state,
			uri,
			text,
			{ ...context, registry, wasTag: wasTagIn(() => work.images.records()) },
			options,
		);
		return {
			edits: { uri, version, edits: textEdits(edits, starts) },
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
		const document = openDocument(state, uri);
		const file = dockerfileOf(document);
		const span = spanOf(document.getText(), lineStartsOf(document.getText()), at);
		const use = file === undefined ? undefined : imageUsesOf(file).find((candidate) => isAt(candidate.span, span));
		const reference = use?.reference ?? (await namedImages(state, document)).find((candidate) => isAt(candidate.span, span))?.reference;
		if (reference === undefined)
			throw new ToolError("invalid", "There is no image at this place", { hint: "Put the cursor into the name of an image." });
		const context = await work.context(uri, { signal });
		const registry = await work.registry(context, uri);
		const notBefore = Date.now();
		card.known.remember(reference, await registry.inspectImage(canonicalName(reference), { signal, notBefore, attached: true }));
		// The image that is pinned is there; what its tag names now may be another one.
		if (reference.digest !== undefined && reference.tag !== undefined)
			await registry.inspectImage(canonicalName({ ...reference, digest: undefined }), { signal, notBefore }).catch(ifNobodyAnswers);
		if (use === undefined || file === undefined) return { markdown: "" };
		return { markdown: imageCard(use, card, { uri, at: rangeOf(file.lineStarts, use.span) }) };
	});
}

/** A text that may be open, as it is now. */
export interface CurrentText {
	readonly text: string;
	/** Of the open document; null for what is read from its file. */
	readonly version: number | null;
}

/** @throws ToolError for a file that cannot be read */
export async function textOf(state: ServerState, uri: string): Promise<CurrentText> {
	const document = state.documents.get(uri);
	if (document !== undefined) return { text: document.getText(), version: document.version };
	const path = filePathOf(uri);
	try {
		return { text: await readFile(path, "utf8"), version: null };
	} catch (error) {
		throw new ToolError("failed", fileProblem(path, error).message, { hint: "Open it, then try again." });
	}
}

/**
 * Pins in a text as the file that it is from has it: what an editor takes for a Dockerfile is one, whatever its name.
 * @throws ToolError for a file that names no images
 */
export async function pinText(
	state: ServerState,
	uri: string,
	text: string,
	context: Parameters<typeof pinImages>[1],
	options: Parameters<typeof pinImages>[2],
): ReturnType<typeof pinImages> {
	const document = state.documents.get(uri);
	if (document !== undefined && kindOf(document) === "dockerfile") return await pinImages(text, context, options);
	const path = slashes(pathOf(uri) ?? uri);
	const kind = mentionKindOf(path);
	if (kind !== undefined) {
		const { read } = await besideFiles(kind, path, text, besideReader(state));
		return await pinFile(path, text, { ...context, read }, options);
	}
	if (document === undefined) return await pinFile(path, text, context, options);
	throw new ToolError("invalid", "This file names no images that could be pinned", { hint: "Open a Dockerfile, then try again." });
}

/** @throws ToolError where the user wants no registry asked */
export async function requireNetwork(state: ServerState, uri: string | undefined): Promise<void> {
	if ((await state.settings.get(uri))["digest.network"] !== "off") return;
	throw new ToolError("failed", "Registries are not asked: hullguard.digest.network is off", { hint: "Set it to onDemand." });
}

/** Fetches what a card shows of an image that somebody points at, where the settings allow that without being asked. */
export async function refreshInBackground(
	state: ServerState,
	work: Work,
	known: KnownImages,
	reference: ImageReference,
	uri: string,
): Promise<void> {
	// Whose files they are decides which hosts are asked: not without trust.
	if (!state.trusted) return;
	if ((await state.settings.get(uri))["digest.network"] !== "auto" || known.inspected(reference) !== undefined) return;
	try {
		const context = await work.context(uri, { signal: state.ended });
		const registry = await work.registry(context, uri);
		known.remember(reference, await registry.inspectImage(canonicalName(reference), { signal: state.ended }));
	} catch (error) {
		state.connection.console.log(`${familiarName(reference)}: ${error instanceof Error ? error.message : String(error)}`);
	}
}

function isAt(candidate: Span, span: Span): boolean {
	return overlaps(candidate, span) || (candidate.start <= span.start && span.start <= candidate.end);
}

function ifNobodyAnswers(error: unknown): void {
	if (!(error instanceof ToolError)) throw error;
}
