import type { HistoryEntry, ImageConfig } from "../../core/image/image.ts";
import {
	child,
	isAbsent,
	JsonError,
	type JsonValue,
	jsonRoot,
	readEntries,
	readFlag,
	readList,
	readOptionalNumber,
	readOptionalText,
	readText,
	readTexts,
} from "../../core/json/values.ts";
import { ToolError } from "../errors.ts";
import { isDigest } from "./digests.ts";

/** An entry of an index that is an image: attestations and other attachments are left out. */
export interface IndexEntry {
	readonly digest: string;
	/** `linux/arm64/v8`. */
	readonly platform: string;
}

/** A layer or configuration, as a manifest names it. */
export interface Descriptor {
	readonly digest: string;
	/** In bytes, compressed. */
	readonly size: number | undefined;
}

/** The manifest of one image. */
export interface ManifestParts {
	readonly config: Descriptor;
	readonly layers: readonly Descriptor[];
}

/** The part of an image's configuration that is shown. */
export interface ConfigDocument {
	readonly platform: string | undefined;
	/** ISO 8601. */
	readonly created: string | undefined;
	readonly config: ImageConfig;
	readonly diffIds: readonly string[];
}

/**
 * Reads a document of a registry.
 * @throws ToolError that names the host and the place in the document
 */
export function readDocument<T>(document: unknown, host: string, reader: (root: JsonValue) => T): T {
	try {
		return reader(jsonRoot(document));
	} catch (error) {
		if (!(error instanceof JsonError)) throw error;
		throw new ToolError("badOutput", `${host} answers something that is no image`, {
			hint: "Check the name of the image.",
			detail: `${host}: ${error.message}`,
		});
	}
}

/** Reads an index. Formats: OCI image-spec 1.1, distribution manifest list v2. @throws JsonError if it is none */
export function readIndex(root: JsonValue): readonly IndexEntry[] {
	return readList(root, "manifests").flatMap((entry): readonly IndexEntry[] => {
		const platform = platformOf(child(entry, "platform"));
		return platform === undefined ? [] : [{ digest: digestOf(entry), platform }];
	});
}

/** Whether an index holds attestations of its images. Format: BuildKit, "Image attestation storage". @throws JsonError if it is none */
export function readHasAttestations(root: JsonValue): boolean {
	const typeOf = (entry: JsonValue): string | undefined => readOptionalText(child(entry, "annotations"), "vnd.docker.reference.type");
	return readList(root, "manifests").some((entry) => typeOf(entry) === "attestation-manifest");
}

/** Reads a manifest. @throws JsonError if it is none */
export function readParts(root: JsonValue): ManifestParts {
	return { config: descriptorOf(child(root, "config")), layers: readList(root, "layers").map(descriptorOf) };
}

/** Reads a configuration. @throws JsonError if it is none */
export function readConfig(root: JsonValue): ConfigDocument {
	const config = child(root, "config");
	const labels = Object.fromEntries(readEntries(child(config, "Labels")).map(([name]) => [name, readText(child(config, "Labels"), name)]));
	return {
		platform: platformOf(root),
		created: plausibleDate(readOptionalText(root, "created")) ?? plausibleDate(labels["org.opencontainers.image.created"]),
		config: {
			user: readOptionalText(config, "User") || undefined,
			entrypoint: readTexts(config, "Entrypoint"),
			command: readTexts(config, "Cmd"),
			environment: readTexts(config, "Env"),
			exposedPorts: readEntries(child(config, "ExposedPorts")).map(([port]) => port),
			labels,
			workdir: readOptionalText(config, "WorkingDir") || undefined,
			history: readList(root, "history").map(historyEntry),
		},
		diffIds: readTexts(child(root, "rootfs"), "diff_ids"),
	};
}

function historyEntry(entry: JsonValue): HistoryEntry {
	return {
		createdBy: readOptionalText(entry, "created_by") ?? "",
		emptyLayer: readFlag(entry, "empty_layer"),
		comment: readOptionalText(entry, "comment") || undefined,
	};
}

/** Reproducible builds write 1970 or 1980: that says nothing of the image's age. */
function plausibleDate(value: string | undefined): string | undefined {
	const time = Date.parse(value ?? "");
	return time >= Date.parse("2000-01-01T00:00:00Z") ? new Date(time).toISOString() : undefined;
}

/** `os/architecture`, with the variant if there is one; undefined where BuildKit writes `unknown` for an attestation. */
function platformOf(from: JsonValue): string | undefined {
	if (isAbsent(from)) return undefined;
	const parts = ["os", "architecture", "variant"].map((key) => readOptionalText(from, key) ?? "");
	const [os, architecture] = parts;
	return os === "" || os === "unknown" || architecture === "" ? undefined : parts.filter((part) => part !== "").join("/");
}

function descriptorOf(from: JsonValue): Descriptor {
	return { digest: digestOf(from), size: readOptionalNumber(from, "size") };
}

function digestOf(from: JsonValue): string {
	const digest = readText(from, "digest");
	if (isDigest(digest)) return digest;
	throw new JsonError(`${from.path}.digest`, "a digest");
}
