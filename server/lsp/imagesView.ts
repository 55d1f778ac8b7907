import { join } from "node:path";
import { shownReference } from "../core/digest/plan.ts";
import { canonicalName } from "../core/image/reference.ts";
import { digestList, digestListMarkdown, firstPinnedIn } from "../core/report/digestList.ts";
import { type FileWithImages, imageNodes, imagesSummary } from "../core/report/imageNodes.ts";
import { rangeOf } from "../core/text.ts";
import { createdOn } from "../operations/pinAge.ts";
import type { RegistryClient } from "../operations/registries.ts";
import { IMAGE_LIST, IMAGES, REFRESH_IMAGES, type ShownProblem } from "../protocol.ts";
import { problemOf, ToolError } from "../tools/errors.ts";
import { shownProblem } from "./convert.ts";
import { requireNetwork } from "./digestRequests.ts";
import { answer } from "./handle.ts";
import type { KnownImages } from "./knownImages.ts";
import { uriOf } from "./paths.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";
import { foldersOf, type WorkspaceImages } from "./workspaceImages.ts";

/** The file that people keep the list in. */
const LIST = "BASE_IMAGE_DIGESTS.md";

/** What the *Images* view shows, and what is done with all of it. */
export function registerImagesView(state: ServerState, work: Work, workspace: WorkspaceImages, known: KnownImages): void {
	answer(state, IMAGES, async ({ groupBy, search }, signal) => {
		await work.images.load();
		const { files, complete } = await workspace.list(search, signal);
		const freshnessOf = ({ reference }: FileWithImages["images"][number]): ReturnType<KnownImages["freshness"]> =>
			known.freshness(reference);
		return {
			nodes: imageNodes(files, groupBy, freshnessOf),
			message: complete ? undefined : "The workspace has more files than are looked at.",
			description: files.length === 0 ? undefined : imagesSummary(files, freshnessOf),
		};
	});

	answer(state, REFRESH_IMAGES, async ({ progressId }, signal) => {
		await requireNetwork(state, undefined);
		const { files } = await workspace.list(true, signal);
		const context = await work.context(undefined, work.waiter(signal, progressId));
		const registry = await work.registry(context, undefined);
		const notBefore = Date.now();
		const names = new Set(
			files.flatMap(({ images }) =>
				images.flatMap(({ reference }) =>
					reference.digest !== undefined && reference.tag === undefined ? [] : [canonicalName({ ...reference, digest: undefined })],
				),
			),
		);
		let done = 0;
		const asked = await Promise.all(
			[...names].map(async (name): Promise<readonly ShownProblem[]> => {
				try {
					await registry.inspectImage(name, { signal, notBefore });
					return [];
				} catch (error) {
					if (!(error instanceof ToolError)) throw error;
					return [shownProblem(problemOf(error))];
				} finally {
					context.progress(`${++done} of ${names.size}`);
				}
			}),
		);
		return { count: names.size, problems: asked.flat() };
	});

	answer(state, IMAGE_LIST, async ({ progressId }, signal) => {
		const [folder] = foldersOf(state);
		if (folder === undefined) throw new ToolError("invalid", "No folder is open", { hint: "Open a folder, then try again." });
		await work.images.load();
		const { files } = await workspace.list(true, signal);
		const asks = (await state.settings.get(undefined))["digest.network"] !== "off";
		const context = await work.context(undefined, work.waiter(signal, progressId));
		const registry = asks ? await work.registry(context, undefined) : undefined;
		const path = join(folder, LIST);
		const before = firstPinnedIn((await state.files.readText(path)) ?? "");
		const uses = await Promise.all(files.flatMap((file) => pinnedUses(file, known, registry, signal)));
		const list = digestList(uses, before, new Date().toISOString().slice(0, 10));
		return { uri: uriOf(path), text: digestListMarkdown(list), count: list.length };
	});
}

/** The images of a file that have a digest, with when each was made, as far as anybody knows. */
function pinnedUses(
	{ label, images, lineStarts }: FileWithImages,
	known: KnownImages,
	registry: RegistryClient | undefined,
	signal: AbortSignal,
): readonly Promise<Parameters<typeof digestList>[0][number]>[] {
	return images.flatMap(({ reference, span }) => {
		const { digest } = reference;
		if (digest === undefined) return [];
		const created = async (): Promise<string | undefined> =>
			known.record(reference)?.created?.slice(0, 10) ??
			(registry === undefined ? undefined : await createdOn(canonicalName({ ...reference, tag: undefined }), registry, signal));
		const place = `${label}:${rangeOf(lineStarts, span).start.line + 1}`;
		return [created().then((date) => ({ reference: shownReference(reference), digest, created: date, place }))];
	});
}
