import type { PinOutcome, PinResult } from "../core/digest/finish.ts";
import { shownReference } from "../core/digest/plan.ts";
import { newerTag } from "../core/image/newerTags.ts";
import { canonicalName } from "../core/image/reference.ts";
import { lineStartsOf, type Range, type SpanEdit, spanOf } from "../core/text.ts";
import type { PinContext } from "../operations/pin.ts";
import { wasTagIn } from "../operations/platformPins.ts";
import { type DocumentEdits, NEWER_TAG, PIN_PLACES, PROPOSE_PINS, type ProposedPin, type ShownProblem } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { shownProblem, textEdits } from "./convert.ts";
import { pinText, requireNetwork, textOf } from "./digestRequests.ts";
import { answer } from "./handle.ts";
import { namedImages } from "./namedImages.ts";
import { openDocument, type ServerState } from "./state.ts";
import type { Work } from "./work.ts";
import type { WorkspaceImages } from "./workspaceImages.ts";

/** Requests that pin over files, and the one that changes to a newer tag. */
export function registerWorkspacePins(state: ServerState, work: Work, workspace: WorkspaceImages): void {
	answer(state, PROPOSE_PINS, async ({ progressId }, signal) => {
		await requireNetwork(state, undefined);
		const asked = Date.now();
		const { files } = await workspace.list(true, signal);
		const context = await contextFor(work, undefined, signal, progressId);
		const pinned = await Promise.all(
			files.map(async ({ uri, label }) => {
				const { text } = await textOf(state, uri);
				const { outcomes } = await pinText(state, uri, text, context, { update: true, notBefore: asked });
				return outcomes.map((outcome) => ({ outcome, uri, label }));
			}),
		);
		const all = pinned.flat();
		return {
			pins: all.flatMap(({ outcome, uri, label }) => proposed(outcome, uri, label)),
			count: all.length,
			asked,
			problems: uniqueProblems(all.map(({ outcome }) => outcome)),
		};
	});

	answer(state, PIN_PLACES, async ({ places, asked, progressId }, signal) => {
		await requireNetwork(state, undefined);
		const context = await contextFor(work, undefined, signal, progressId);
		const notBefore = asked ?? Date.now();
		const uris = [...new Set(places.map(({ uri }) => uri))];
		const pinned = await Promise.all(
			uris.map((uri) => {
				const ranges = places.filter((place) => place.uri === uri).map(({ at }) => at);
				return pinPlaces(state, uri, ranges, context, notBefore);
			}),
		);
		return {
			files: pinned.map(({ edits }) => edits).filter(({ edits }) => edits.length > 0),
			outcomes: pinned.flatMap(({ outcomes }) =>
				outcomes.map(({ reference, state: outcome, digest, problem }) => ({
					reference,
					state: outcome,
					...(digest === undefined ? {} : { digest }),
					...(problem === undefined ? {} : { problem: shownProblem(problem) }),
				})),
			),
		};
	});

	answer(state, NEWER_TAG, async ({ uri, at }, signal) => {
		await requireNetwork(state, uri);
		const document = openDocument(state, uri);
		const { version } = document;
		const starts = lineStartsOf(document.getText());
		const span = spanOf(document.getText(), starts, at);
		const image = (await namedImages(state, document)).find(
			(candidate) => candidate.span.start <= span.end && span.start <= candidate.span.end,
		);
		if (image?.reference.tag === undefined)
			throw new ToolError("invalid", "There is no image with a tag at this place", { hint: "Put the cursor into the name of an image." });
		const context = await work.context(uri, { signal });
		const registry = await work.registry(context, uri);
		const { reference } = image;
		const { tags } = await registry.listTags(canonicalName(reference), { signal });
		const tag = newerTag(reference.tag ?? "", tags);
		const edit = tag === undefined ? undefined : image.retag(tag);
		const shown = shownReference(reference);
		if (tag === undefined || edit === undefined) return { reference: shown, tag, edits: { uri, version, edits: [] } };
		const digest =
			reference.digest === undefined
				? ""
				: `@${(await registry.resolveDigest(canonicalName({ ...reference, tag, digest: undefined }), { signal, notBefore: Date.now() })).digest}`;
		const edits = textEdits([{ ...edit, newText: `${edit.newText}${digest}` }], starts);
		return { reference: shown, tag, edits: { uri, version, edits } };
	});
}

async function contextFor(work: Work, uri: string | undefined, signal: AbortSignal, progressId: number): Promise<PinContext> {
	const context = await work.context(uri, work.waiter(signal, progressId));
	return { ...context, registry: await work.registry(context, uri), wasTag: wasTagIn(() => work.images.records()) };
}

/** Pins and updates the images at some places of a file; two that one text feeds have one edit. */
async function pinPlaces(
	state: ServerState,
	uri: string,
	places: readonly Range[],
	context: PinContext,
	notBefore: number,
): Promise<{ readonly edits: DocumentEdits; readonly outcomes: readonly PinOutcome[] }> {
	const { text, version } = await textOf(state, uri);
	const starts = lineStartsOf(text);
	const results: PinResult[] = [];
	for (const at of places)
		results.push(await pinText(state, uri, text, context, { update: true, within: spanOf(text, starts, at), notBefore }));
	const edits = new Map<string, SpanEdit>();
	for (const edit of results.flatMap((result) => result.edits)) edits.set(`${edit.span.start}-${edit.span.end}`, edit);
	return {
		edits: { uri, version, edits: textEdits([...edits.values()], starts) },
		outcomes: results.flatMap(({ outcomes }) => outcomes),
	};
}

function proposed(outcome: PinOutcome, uri: string, label: string): readonly ProposedPin[] {
	const { state, digest, before, range, reference } = outcome;
	if ((state !== "pinned" && state !== "updated") || digest === undefined) return [];
	return [{ uri, at: range, reference, label: `${label}:${range.start.line + 1}`, before, after: digest }];
}

function uniqueProblems(outcomes: readonly PinOutcome[]): readonly ShownProblem[] {
	const failed = outcomes.flatMap(({ state, problem }) => (state === "failed" && problem !== undefined ? [shownProblem(problem)] : []));
	return [...new Map(failed.map((problem) => [problem.message, problem])).values()];
}
