import { localImages } from "../operations/localImages.ts";
import { LOAD_SBOM, LOCAL_IMAGES, RESCAN, SCAN, SCAN_BASES, type ScanSummary } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import type { Waiter } from "./exclusive.ts";
import { answer } from "./handle.ts";
import { loadSbom } from "./loadSbom.ts";
import { openDockerfile } from "./parsed.ts";
import type { Results } from "./results.ts";
import { baseImagesOf, type ImageToScan, imageAgain, namedImage, type ScanImage } from "./scanning.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Requests that scan and look into images. */
export function registerImageRequests(state: ServerState, work: Work, results: Results, scan: ScanImage): void {
	const textOf = (uri: string | undefined): string | undefined => (uri === undefined ? undefined : state.documents.get(uri)?.getText());
	const scanAll = async (images: readonly ImageToScan[], waiter: Waiter): Promise<readonly ScanSummary[]> => {
		const summaries: ScanSummary[] = [];
		for (const image of images) summaries.push(await scan(image, waiter));
		return summaries;
	};

	answer(state, SCAN, ({ reference, uri, progressId }, signal) =>
		scan(namedImage(reference, uri, textOf(uri)), work.waiter(signal, progressId)),
	);

	answer(state, SCAN_BASES, ({ uri, progressId }, signal) => {
		const images = baseImagesOf(uri, openDockerfile(state, uri).file.text);
		if (images.length > 0) return scanAll(images, work.waiter(signal, progressId));
		throw new ToolError("invalid", "This Dockerfile starts from no image that can be named", {
			hint: "Give the ARG in its FROM a default.",
		});
	});

	answer(state, RESCAN, ({ progressId }, signal) =>
		scanAll(
			results.scans().map((kept) => imageAgain(kept, textOf(kept.uri))),
			work.waiter(signal, progressId),
		),
	);

	answer(state, LOCAL_IMAGES, async (_, signal) => localImages(await work.context(undefined, { signal })));

	answer(state, LOAD_SBOM, async ({ reference, progressId }, signal) => {
		await loadSbom(state, work, results, reference, work.waiter(signal, progressId));
		return null;
	});
}
