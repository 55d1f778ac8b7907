import { attributeByProvenance } from "../core/attribution/exact.ts";
import { attributeByHistory, completeAttribution } from "../core/attribution/history.ts";
import type { Attribution, LineRange, Origin } from "../core/attribution/origin.ts";
import { readProvenance } from "../core/attribution/provenance.ts";
import type { Image } from "../core/image/image.ts";
import { mergeVulnerabilities } from "../core/vulnerabilities/merge.ts";
import type { ScanReport } from "../core/vulnerabilities/report.ts";
import { type PrivateFolder, withPrivateFolder } from "../tools/privateFolder.ts";
import { mirrorConfiguration, readState, scanCommand, stateCommand, type TrivyState } from "../tools/trivy.ts";
import { readTrivyReport, type TrivyReport } from "../tools/trivyReport.ts";
import type { OperationContext } from "./context.ts";
import { describeImage, type ImageDescription } from "./describeImage.ts";
import { type ImageLocation, locateImage } from "./locateImage.ts";
import { requireTrust } from "./trust.ts";

/** An image to scan. */
export interface ScanRequest {
	/** A name or an id. */
	readonly reference: string;
	/** `linux/arm64`, of an image of several platforms. */
	readonly platform?: string | undefined;
	/** Text of the Dockerfile that the image may have been built from: used where no provenance tells. */
	readonly dockerfile?: { readonly text: string; readonly target?: string | undefined } | undefined;
	/** Set if the image is what a FROM of this Dockerfile starts from: all that it brings stands on those zero-based lines. */
	readonly base?: { readonly text: string; readonly lines: LineRange } | undefined;
	/** What a build of ours said of the image with this digest. */
	readonly build?: { readonly digest: string | undefined; readonly provenance: ReadonlyMap<string, unknown> } | undefined;
	/** Absolute paths of OpenVEX files that the scanner itself is to apply. */
	readonly vexFiles?: readonly string[] | undefined;
	/** Absolute path of Trivy's ignore file. */
	readonly ignoreFile?: string | undefined;
	/** Scans with the database that is there. */
	readonly offline: boolean;
	readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 600_000;

/**
 * Scans an image with Trivy and finds out where its layers come from.
 * @throws ToolError if there is no Trivy, no such image, or Trivy fails
 */
export async function scanImage(context: OperationContext, request: ScanRequest): Promise<ScanReport> {
	requireTrust(context);
	const started = context.now();
	const { reference } = request;
	// A missing scanner is said before anything else is looked for.
	await context.locate("trivy");
	context.progress(`Looking for ${reference}`);
	const location = await locateImage(context, reference, request.platform);
	context.progress(`Scanning ${reference} with Trivy`);
	const scanned = await withPrivateFolder((folder) => scan(context, request, location, folder));
	const state = await trivyState(context);
	context.progress(`Finding out what brought the packages of ${reference}`);
	const platform = request.platform ?? scanned.image.platform;
	const description = await describeImage(context, location, reference, platform);
	const image = { ...scanned.image, digest: description.digest ?? scanned.image.digest, manifestDigests: description.manifestDigests };
	return {
		image,
		scanners: [{ name: "trivy", version: state.version, databaseDate: state.databaseDate }],
		components: scanned.components,
		vulnerabilities: mergeVulnerabilities([scanned.vulnerabilities]),
		attribution: await attribute(context, request, image, description),
		problems: [],
		started: started.toISOString(),
		durationMs: context.now().getTime() - started.getTime(),
	};
}

async function scan(context: OperationContext, request: ScanRequest, location: ImageLocation, folder: PrivateFolder): Promise<TrivyReport> {
	const { reference, platform, vexFiles, ignoreFile, offline, timeoutMs = TIMEOUT_MS } = request;
	const command = scanCommand({
		reference,
		source: location.source,
		offline,
		timeoutMs,
		...(platform === undefined ? {} : { platform }),
		...(vexFiles === undefined ? {} : { vexFiles }),
		...(ignoreFile === undefined ? {} : { ignoreFile }),
		...(await mirrorFile(location, folder)),
	});
	return readTrivyReport((await context.run(command)).stdout);
}

/** Trivy asks the mirrors that the engine asks: what is scanned is what is built. */
export async function mirrorFile(location: ImageLocation, folder: PrivateFolder): Promise<{ readonly configFile?: string }> {
	if (location.source === "docker" || location.mirrors.length === 0) return {};
	return { configFile: await folder.write("trivy.yaml", mirrorConfiguration(location.mirrors)) };
}

async function trivyState(context: OperationContext): Promise<TrivyState> {
	return readState((await context.run(stateCommand())).stdout);
}

/** By the provenance of our own build, else by one that is stored with the image, else by its history. */
async function attribute(
	context: OperationContext,
	request: ScanRequest,
	image: Image,
	description: ImageDescription,
): Promise<Attribution | undefined> {
	const { base } = request;
	if (base !== undefined) {
		const origin: Origin = { kind: "base", lines: base.lines, certainty: "exact" };
		return { origins: image.layers.map(() => origin), text: base.text, target: undefined };
	}
	const predicate = ownProvenance(request, image) ?? (await description.provenance());
	const provenance = readProvenance(predicate);
	const exact = provenance === undefined ? undefined : attributeByProvenance(provenance, image.layers.length);
	const text = exact?.text ?? request.dockerfile?.text;
	const target = exact === undefined ? request.dockerfile?.target : exact.target;
	const { history } = image.config;
	const matched = text === undefined ? undefined : attributeByHistory({ history, layerCount: image.layers.length, text, target });
	if (exact !== undefined) return completeAttribution(exact, matched);
	const outcome = matched === undefined ? "nothing is known of where its layers come from" : "its history is compared with the Dockerfile";
	context.log(`There is no provenance of ${request.reference} with its build steps; ${outcome}`);
	return matched;
}

/** The image may have been built again since. */
function ownProvenance({ build }: ScanRequest, image: Image): unknown {
	if (build === undefined || build.digest === undefined) return undefined;
	const isSame = build.digest === image.digest || image.manifestDigests.includes(build.digest);
	return isSame ? (build.provenance.get("") ?? build.provenance.get(image.platform ?? "")) : undefined;
}
