import { parseDockerfile } from "../core/dockerfile/parse/parse.ts";
import { imageUsesOf } from "../core/dockerfile/variables/imageUses.ts";
import { canonicalName, parseReference } from "../core/image/reference.ts";
import { type ScanRequest, scanImage } from "../operations/scan.ts";
import type { ScanSummary } from "../protocol.ts";
import type { Waiter } from "./exclusive.ts";
import { isBuiltFrom, type KeptScan } from "./fileScans.ts";
import type { Results } from "./results.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** An image to scan, and the Dockerfile on whose lines it is shown, if any. */
export interface ImageToScan extends Omit<ScanRequest, "offline"> {
	readonly uri: string | undefined;
	/** Nobody knows that the image was built from the file: it is shown there only if its layers say so. */
	readonly isGuess?: boolean;
}

/** Scans an image and keeps the result. Who asks for what is being scanned already gets that result. */
export type ScanImage = (image: ImageToScan, waiter: Waiter) => Promise<ScanSummary>;

export function createScanning(state: ServerState, work: Work, results: Results): ScanImage {
	return async ({ uri, isGuess = false, ...request }, waiter) => {
		const { base, build, reference, dockerfile } = request;
		const isBase = base !== undefined;
		// An image that was built meanwhile is another one, under the name of the one that is being scanned.
		const key = ["scan", uri, reference, isBase, isGuess, build?.digest].join(" ");
		return work.run(key, "join", waiter, async (shared) => {
			const offline = (await state.settings.get(uri))["scan.offline"];
			const report = await scanImage(await work.context(uri, shared), { ...request, offline });
			const isOwn = !isGuess || (dockerfile !== undefined && isBuiltFrom(report, parseDockerfile(dockerfile.text)));
			return results.keep({ report, uri: isOwn ? uri : undefined, isBase, build });
		});
	};
}

/** The images that a Dockerfile starts from, each once, as base images to scan. */
export function baseImagesOf(uri: string, text: string): readonly ImageToScan[] {
	const found = new Map<string, ImageToScan>();
	for (const { kind, step, reference: named } of imageUsesOf(parseDockerfile(text))) {
		const reference = canonicalName(named);
		if (kind !== "from" || step === undefined || found.has(reference)) continue;
		found.set(reference, { uri, reference, base: { text, lines: { first: step.firstLine, last: step.lastLine } } });
	}
	return [...found.values()];
}

/** What to scan for an image that somebody names while a Dockerfile is open: its base image, or one that may be built from it. */
export function namedImage(reference: string, uri: string | undefined, text: string | undefined): ImageToScan {
	if (uri === undefined || text === undefined) return { uri: undefined, reference };
	const parsed = parseReference(reference);
	const name = parsed === undefined ? undefined : canonicalName(parsed);
	const base = baseImagesOf(uri, text).find((image) => image.reference === name);
	return base ?? { uri, reference, dockerfile: { text }, isGuess: true };
}

/** What to scan to see an image as it is now: shown where it was shown before. */
export function imageAgain({ report, uri, isBase, build }: KeptScan, textNow: string | undefined): ImageToScan {
	const { reference } = report.image;
	const { attribution } = report;
	const origin = attribution?.origins[0];
	if (isBase && attribution !== undefined && origin?.kind === "base")
		return { uri, reference, base: { text: attribution.text, lines: origin.lines } };
	const text = uri === undefined ? undefined : (textNow ?? attribution?.text);
	const target = attribution?.target;
	const dockerfile = text === undefined ? {} : { dockerfile: { text, ...(target === undefined ? {} : { target }) } };
	return { uri, reference, ...dockerfile, ...(build === undefined ? {} : { build }) };
}
