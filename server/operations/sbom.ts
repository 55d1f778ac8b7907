import { randomUUID } from "node:crypto";
import { parseReference } from "../core/image/reference.ts";
import { JsonError, jsonRoot } from "../core/json/values.ts";
import type { ReadSbom, Sbom, SbomFormat } from "../core/sbom/component.ts";
import { readCycloneDx } from "../core/sbom/cyclonedx.ts";
import { exportSbom } from "../core/sbom/export.ts";
import { readSpdx } from "../core/sbom/spdx.ts";
import { readJson } from "../tools/json.ts";
import { withPrivateFolder } from "../tools/privateFolder.ts";
import { sbomCommand } from "../tools/trivy.ts";
import type { OperationContext } from "./context.ts";
import { describeImage } from "./describeImage.ts";
import { type ImageLocation, locateImage } from "./locateImage.ts";
import { mirrorFile } from "./scan.ts";
import { requireTrust } from "./trust.ts";

/** An image whose packages somebody wants to see. */
export interface SbomRequest {
	/** A name or an id. */
	readonly reference: string;
	readonly platform?: string | undefined;
	readonly offline: boolean;
	readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 600_000;

/**
 * The packages of an image: from the builder's attestation of this very image, else from Trivy. The result says which.
 * @throws ToolError if there is no attestation and Trivy cannot list them
 */
export async function imageSbom(context: OperationContext, request: SbomRequest): Promise<Sbom> {
	requireTrust(context);
	const { reference } = request;
	context.progress(`Looking for ${reference}`);
	const location = await locateImage(context, reference, request.platform);
	const platform = request.platform ?? (location.source === "docker" ? location.local.platform : undefined);
	const description = await describeImage(context, location, reference, platform);
	const identity = { image: reference, digest: description.digest ?? parseReference(reference)?.digest, platform };
	context.progress(`Reading the SBOM of ${reference}`);
	for (const value of (await description.sboms()).slice(0, 1)) {
		const read = attempt(context, () => readSpdx(jsonRoot(value)));
		if (read !== undefined)
			return { ...identity, source: sourceOf(read), components: read.components, original: { format: "spdx", value } };
	}
	return { ...identity, ...(await scannerSbom(context, request, location)) };
}

function sourceOf(read: ReadSbom): string {
	return `BuildKit attestation${read.tool === undefined ? "" : ` (${read.tool})`}`;
}

/** An attestation that nobody can read is as good as none. */
function attempt<T>(context: OperationContext, read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof JsonError)) throw error;
		context.log(`The attested SBOM is not understood: ${error.message}`);
		return undefined;
	}
}

async function scannerSbom(
	context: OperationContext,
	request: SbomRequest,
	location: ImageLocation,
): Promise<Pick<Sbom, "source" | "components" | "original">> {
	const { reference, platform, offline, timeoutMs = TIMEOUT_MS } = request;
	const { version } = await context.locate("trivy");
	context.progress(`Listing the packages of ${reference} with Trivy`);
	return await withPrivateFolder(async (folder) => {
		const mirror = await mirrorFile(location, folder);
		const options = { reference, source: location.source, offline, timeoutMs, ...mirror };
		const { stdout } = await context.run(sbomCommand(platform === undefined ? options : { ...options, platform }));
		return readJson("trivy", stdout, (root) => ({
			source: `Trivy ${version}`,
			components: readCycloneDx(root).components,
			original: { format: "cyclonedx" as const, value: root.value },
		}));
	});
}

/** The text of an SBOM in one of the two formats. @param version of Hullguard, for documents that it writes itself */
export function sbomText(context: Pick<OperationContext, "now">, sbom: Sbom, format: SbomFormat, version: string): string {
	return exportSbom(sbom, format, { created: context.now().toISOString(), uuid: randomUUID(), version });
}
