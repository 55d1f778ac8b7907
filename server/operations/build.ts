import { readFile } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { BuildEvent, BuildFailure, BuildWarning } from "../core/build/build.ts";
import { DEFAULT_GENERATOR } from "../core/build/generator.ts";
import { type BuildProgressReader, buildProgressReader } from "../tools/buildProgress.ts";
import {
	type Builder,
	type BuildMetadata,
	type BuildOptions,
	buildCommand,
	readBuildMetadata,
	refusesAttestations,
} from "../tools/buildx.ts";
import type { CommandOutput } from "../tools/command.ts";
import { explainDockerText } from "../tools/dockerErrors.ts";
import { ToolError } from "../tools/errors.ts";
import { mask } from "../tools/mask.ts";
import { type PrivateFolder, withPrivateFolder } from "../tools/privateFolder.ts";
import { chooseBuilder } from "./builder.ts";
import type { OperationContext } from "./context.ts";
import { requireTrust } from "./trust.ts";

/** An image to build. What is attested is a wish: a builder that cannot store it builds without, and the log says so. */
export interface BuildRequest extends BuildOptions {
	/** What happens, as it happens; values of build arguments are masked. */
	readonly onEvent?: (event: BuildEvent) => void;
}

export type BuildOutcome = BuiltImage | FailedBuild;

export interface BuiltImage {
	readonly kind: "built";
	/** The first tag; the digest for an image without one. */
	readonly reference: string;
	readonly digest: string | undefined;
	/** Provenance predicates by platform; under the empty text for a build of one platform. */
	readonly provenance: ReadonlyMap<string, unknown>;
	/** The Dockerfile as it was read from disk. */
	readonly text: string;
	readonly warnings: readonly BuildWarning[];
	/** What the builder stored beside the image. */
	readonly attested: { readonly provenance: boolean; readonly sbom: boolean };
}

/** The Dockerfile does not build. */
export interface FailedBuild {
	readonly kind: "failed";
	readonly failure: BuildFailure;
	/** What to do about it, where that is known. */
	readonly hint: string | undefined;
	/** The Dockerfile as it was read from disk; the failure's lines are those of this text. */
	readonly text: string;
}

/**
 * Builds an image.
 * @throws ToolError if there is nobody to build it, or the failure is none of the Dockerfile's
 */
export async function buildImage(context: OperationContext, request: BuildRequest): Promise<BuildOutcome> {
	requireTrust(context);
	const text = await readDockerfile(request);
	context.progress("Looking for a builder");
	const { builder, attestations } = await chooseBuilder(context, request.output);
	const wish = attestations === undefined ? request : without(context, request, attestations);
	return await withPrivateFolder((folder) => attempt(context, wish, { builder, folder, text }));
}

async function readDockerfile({ dockerfile, context }: BuildRequest): Promise<string> {
	for (const path of [dockerfile, context]) {
		if (!isAbsolute(path)) throw new ToolError("invalid", `${path} is not an absolute path`);
	}
	return await readFile(dockerfile, "utf8").catch(() => {
		throw new ToolError("failed", `${dockerfile} cannot be read`, { hint: "Save the Dockerfile, or choose another one" });
	});
}

interface Circumstances {
	readonly builder: Builder;
	readonly folder: PrivateFolder;
	readonly text: string;
}

/** The request without attestations, and the reason in the log. */
function without(context: OperationContext, request: BuildRequest, reason: string): BuildRequest {
	if (request.provenance === "off" && request.sbom === false) return request;
	context.log(`${reason}; the image is built without attestations, and the scanner lists its packages`);
	return { ...request, provenance: "off", sbom: false };
}

const METADATA = "metadata.json";

async function attempt(context: OperationContext, request: BuildRequest, circumstances: Circumstances): Promise<BuildOutcome> {
	const { builder, folder, text } = circumstances;
	const command = buildCommand(request, builder, folder.file(METADATA));
	const reader = buildProgressReader(request.onEvent ?? (() => {}), (line) => mask(line, command.secrets ?? []));
	let shown: string | undefined;
	context.progress("Building");
	const output = await context.run(command, (line) => {
		if (line.stream !== "stderr") return;
		reader.line(line.text);
		const current = reader.current();
		if (current !== undefined && current !== shown) context.progress(current);
		shown = current;
	});
	reader.end();
	if (output.exitCode === 0) return builtImage(request, text, reader, await readMetadata(folder));
	const simpler = simplerRequest(context, request, reader);
	if (simpler !== undefined) return await attempt(context, simpler, circumstances);
	return failedBuild(reader, output, text);
}

async function readMetadata(folder: PrivateFolder): Promise<BuildMetadata | undefined> {
	const text = await folder.read(METADATA);
	return text === undefined ? undefined : readBuildMetadata(text);
}

function builtImage(request: BuildRequest, text: string, reader: BuildProgressReader, metadata: BuildMetadata | undefined): BuiltImage {
	return {
		kind: "built",
		reference: request.tags[0] ?? metadata?.digest ?? "",
		digest: metadata?.digest,
		provenance: metadata?.provenance ?? new Map(),
		text,
		warnings: reader.warnings(),
		attested: { provenance: request.provenance !== "off", sbom: request.sbom !== false },
	};
}

/** What can be left out so that the build may succeed; undefined if the failure has nothing to do with attestations. */
function simplerRequest(context: OperationContext, request: BuildRequest, reader: BuildProgressReader): BuildRequest | undefined {
	const attests = request.provenance !== "off" || request.sbom !== false;
	if (attests && refusesAttestations(reader.text())) return without(context, request, "The builder cannot store attestations");
	if (request.sbom === false) return undefined;
	const generator = request.sbom === true ? DEFAULT_GENERATOR : request.sbom;
	const { step, message, lines } = reader.failure();
	const isGenerators = lines === undefined && (step?.name.includes("generating sbom") === true || message.includes(generator));
	if (!isGenerators) return undefined;
	context.log(
		`The SBOM generator ${generator} cannot be used (${message}); the image is built without an SBOM, and the scanner lists its packages`,
	);
	return { ...request, sbom: false };
}

function failedBuild(reader: BuildProgressReader, output: CommandOutput, text: string): FailedBuild {
	const failure = reader.failure();
	const explanation = explainDockerText(complaintIn(reader.text()));
	if (failure.lines !== undefined || (failure.step !== undefined && explanation === undefined)) {
		return { kind: "failed", failure, hint: explanation?.hint, text };
	}
	const detail = { detail: `exit code ${output.exitCode}\n${reader.text()}` };
	if (explanation === undefined) throw new ToolError("failed", `The build failed: ${failure.message}`, detail);
	throw new ToolError(explanation.kind, explanation.message, {
		...(explanation.hint === undefined ? {} : { hint: explanation.hint }),
		...detail,
	});
}

/** What the builder says behind its excerpt of the Dockerfile: words in the file are no complaint. */
function complaintIn(text: string): string {
	const at = text.search(/^ERROR: /m);
	return at === -1 ? text : text.slice(at);
}
