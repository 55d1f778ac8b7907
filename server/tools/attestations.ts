import { child, isAbsent, type JsonValue, readList, readOptionalText, readText } from "../core/json/values.ts";
import type { Command, CommandOutput, Explanation } from "./command.ts";
import { causeOf, explainDocker } from "./dockerErrors.ts";
import { ToolError } from "./errors.ts";
import { imageArgument } from "./imageArgument.ts";
import { readJson } from "./json.ts";

/** Documents about an image can be large: an SBOM has some thousand files. */
const DOCUMENT_LIMIT = 200_000_000;

/**
 * Prints a blob of the builder's content store. The engine keeps index, manifests and attestations of its images there, so
 * this reads the attestations of an image that was never pushed. Needs one record of a build, whichever.
 * @param builder the one in the engine
 */
export function blobCommand(builder: string, digest: string): Command {
	if (!/^sha256:[a-f0-9]{64}$/.test(digest)) throw new ToolError("invalid", `${JSON.stringify(digest)} is not a digest`);
	return {
		tool: "docker",
		args: ["buildx", "--builder", builder, "history", "inspect", "attachment", "", digest],
		timeoutMs: 60_000,
		outputLimit: DOCUMENT_LIMIT,
		explain: explainDocker,
	};
}

/** An entry of an index. */
export interface IndexEntry {
	readonly digest: string;
	/** `linux/amd64`; undefined for an attestation. */
	readonly platform: string | undefined;
	/** Digest of the image manifest that the attestation in this entry speaks of. */
	readonly attests: string | undefined;
}

/** The entries of an index; undefined for a document without a list of manifests. */
export function readIndexEntries(root: JsonValue): readonly IndexEntry[] | undefined {
	if (child(root, "manifests").value === undefined) return undefined;
	return readList(root, "manifests").map((entry) => {
		const platform = child(entry, "platform");
		const attests = readOptionalText(child(entry, "annotations"), "vnd.docker.reference.digest");
		const parts = ["os", "architecture", "variant"].map((key) => readOptionalText(platform, key)).filter((part) => part !== undefined);
		return {
			digest: readText(entry, "digest"),
			platform: attests !== undefined || parts.length < 2 ? undefined : parts.join("/"),
			attests,
		};
	});
}

/** A document in an attestation manifest. */
export interface AttestationLayer {
	readonly digest: string;
	/** `https://spdx.dev/Document`, `https://slsa.dev/provenance/v1` … */
	readonly predicateType: string;
}

export function readAttestationLayers(root: JsonValue): readonly AttestationLayer[] {
	return readList(root, "layers").flatMap((layer) => {
		const predicateType = readOptionalText(child(layer, "annotations"), "in-toto.io/predicate-type");
		return predicateType === undefined ? [] : [{ digest: readText(layer, "digest"), predicateType }];
	});
}

/** Which part of an image's description buildx prints. */
export type ImagePart = "Manifest" | "Provenance" | "SBOM";

/** Asks a registry about an image; the engine is not needed, its credentials are used. */
export function imagetoolsCommand(reference: string, part: ImagePart): Command {
	return {
		tool: "docker",
		args: ["buildx", "imagetools", "inspect", imageArgument(reference), "--format", `{{json .${part}}}`],
		timeoutMs: 120_000,
		outputLimit: DOCUMENT_LIMIT,
		explain: explainImagetools,
	};
}

function explainImagetools(output: CommandOutput): Explanation | undefined {
	const missing = output.stderr.split("\n").find((line) => /: not found\s*$/.test(line));
	if (missing === undefined) return explainDocker(output);
	return { kind: "failed", message: `The registry does not have it: ${causeOf(missing)}`, hint: "Check name and tag" };
}

/** What a registry has under a name. */
export interface RegistryManifest {
	readonly digest: string;
	/** Undefined for a name that stands for one image without an index. */
	readonly entries: readonly IndexEntry[] | undefined;
}

/** @throws ToolError if the output is not known */
export function readRegistryManifest(printed: string): RegistryManifest {
	return readJson("buildx", printed, (root) => ({ digest: readText(root, "digest"), entries: readIndexEntries(root) }));
}

/**
 * The provenance predicate that buildx printed; undefined if the image has none.
 * @param platform of an image with several platforms
 */
export function readProvenance(printed: string, platform: string | undefined): unknown {
	return readJson("buildx", printed, (root) => ofPlatform(root, "SLSA", platform)?.value);
}

/** The SPDX documents that buildx printed, that of the image itself first; none if the image has no SBOM. */
export function readSboms(printed: string, platform: string | undefined): readonly unknown[] {
	return readJson("buildx", printed, (root) => {
		const own = ofPlatform(root, "SPDX", platform);
		if (own === undefined) return [];
		return [own.value, ...((ofPlatform(root, "AdditionalSPDXs", platform, true)?.value as readonly unknown[] | undefined) ?? [])];
	});
}

/** With several platforms the document is a map by platform. */
function ofPlatform(root: JsonValue, key: string, platform: string | undefined, asList = false): JsonValue | undefined {
	const direct = child(root, key);
	const own = platform === undefined ? undefined : child(root, platform);
	const found = !isAbsent(direct) ? direct : own !== undefined && !isAbsent(own) ? child(own, key) : undefined;
	if (found === undefined || isAbsent(found) || (asList && !Array.isArray(found.value))) return undefined;
	return found;
}
