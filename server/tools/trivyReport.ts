import { readHistory, readImageConfig } from "../core/image/configDocument.ts";
import type { Image, ImageLayer } from "../core/image/image.ts";
import { parseReference } from "../core/image/reference.ts";
import { child, type JsonValue, readList, readOptionalNumber, readOptionalText, readText, readTexts } from "../core/json/values.ts";
import { parsePurl } from "../core/purl/purl.ts";
import type { Component, SourcePackage } from "../core/sbom/component.ts";
import { readSeverity } from "../core/severity.ts";
import { advisoryLink, nameVulnerability } from "../core/vulnerabilities/identifiers.ts";
import type { FixState, Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { readJson } from "./json.ts";

/** A Trivy report in our terms. Format: `SchemaVersion` 2 of Trivy 0.60 to 0.76. */
export interface TrivyReport {
	readonly image: Image;
	readonly components: readonly Component[];
	/** Those that Trivy hides are among them, with `suppressedBy` set. */
	readonly vulnerabilities: readonly Vulnerability[];
}

/** @throws ToolError if the output is not a report of an image */
export function readTrivyReport(printed: string): TrivyReport {
	return readJson("trivy", printed, (root) => {
		const results = readList(root, "Results");
		return {
			image: readImage(readText(root, "ArtifactName"), child(root, "Metadata")),
			components: results.flatMap((result) => {
				const type = readOptionalText(result, "Type") ?? "";
				return readList(result, "Packages").map((found) => readComponent(found, type));
			}),
			vulnerabilities: results.flatMap(readResult),
		};
	});
}

function readImage(reference: string, metadata: JsonValue): Image {
	const document = child(metadata, "ImageConfig");
	const history = readHistory(document);
	const repositoryDigests = readTexts(metadata, "RepoDigests");
	const parts = ["os", "architecture", "variant"].map((key) => readOptionalText(document, key)).filter((part) => part !== undefined);
	return {
		reference,
		digest: digestFor(reference, repositoryDigests),
		platform: parts.length < 2 ? undefined : parts.join("/"),
		repositoryDigests,
		manifestDigests: [],
		layers: readLayers(
			metadata,
			history.filter((entry) => !entry.emptyLayer).map((entry) => entry.createdBy),
		),
		config: readImageConfig(child(document, "config"), history),
		created: readOptionalText(document, "created"),
	};
}

/** The digest under the name that was scanned; under another name of the same image where that name has none. */
export function digestFor(reference: string, repositoryDigests: readonly string[]): string | undefined {
	const wanted = parseReference(reference);
	if (wanted?.digest !== undefined) return wanted.digest;
	const known = repositoryDigests.map((text) => parseReference(text)).filter((parsed) => parsed !== undefined);
	const own = known.find((parsed) => parsed.registry === wanted?.registry && parsed.repository === wanted.repository);
	return (own ?? known[0])?.digest;
}

/** `Layers` is there since Trivy 0.62; before, only the DiffIDs are known. */
function readLayers(metadata: JsonValue, createdBy: readonly string[]): readonly ImageLayer[] {
	const diffIds = readTexts(metadata, "DiffIDs");
	const described = new Map(readList(metadata, "Layers").map((layer) => [readOptionalText(layer, "DiffID"), layer]));
	// One entry per layer, or nobody knows which belongs to which.
	const told = createdBy.length === diffIds.length ? createdBy : [];
	return diffIds.map((diffId, index) => {
		const layer = described.get(diffId);
		return {
			diffId,
			digest: layer === undefined ? undefined : readOptionalText(layer, "Digest"),
			size: layer === undefined ? undefined : readOptionalNumber(layer, "Size"),
			createdBy: told[index],
		};
	});
}

function readComponent(found: JsonValue, resultType: string): Component {
	const purl = readOptionalText(child(found, "Identifier"), "PURL") ?? "";
	const path = readOptionalText(found, "FilePath");
	return {
		purl,
		name: readText(found, "Name"),
		version: fullVersion(found, ""),
		type: parsePurl(purl)?.type ?? resultType,
		sourcePackage: readSource(found),
		licenses: readTexts(found, "Licenses"),
		layer: readLayer(found),
		locations: path === undefined ? [] : [path],
		dependsOn: readTexts(found, "DependsOn"),
		reference: readOptionalText(found, "ID") ?? purl,
	};
}

function readSource(found: JsonValue): SourcePackage | undefined {
	const name = readOptionalText(found, "SrcName");
	return name === undefined ? undefined : { name, version: fullVersion(found, "Src") };
}

/** Version, release and epoch of packages of a distribution stand apart. */
function fullVersion(found: JsonValue, prefix: "" | "Src"): string {
	const version = readOptionalText(found, `${prefix}Version`) ?? "";
	const release = readOptionalText(found, `${prefix}Release`);
	const epoch = readOptionalNumber(found, `${prefix}Epoch`) ?? 0;
	return `${epoch === 0 ? "" : `${epoch}:`}${version}${release ? `-${release}` : ""}`;
}

function readLayer(found: JsonValue): string | undefined {
	const layer = child(found, "Layer");
	return readOptionalText(layer, "DiffID") || readOptionalText(layer, "Digest") || undefined;
}

function readResult(result: JsonValue): readonly Vulnerability[] {
	const type = readOptionalText(result, "Type") ?? "";
	const open = readList(result, "Vulnerabilities").map((found) => readVulnerability(found, type, undefined));
	const hidden = readList(result, "ExperimentalModifiedFindings")
		.filter((entry) => readOptionalText(entry, "Type") === "vulnerability")
		.map((entry) => readVulnerability(child(entry, "Finding"), type, suppressionOf(entry)));
	return [...open, ...hidden];
}

/** `not_affected by app.openvex.json: vulnerable_code_not_present` */
function suppressionOf(entry: JsonValue): string {
	const source = readOptionalText(entry, "Source")?.split(/[\\/]/).pop();
	const statement = readOptionalText(entry, "Statement");
	const status = readOptionalText(entry, "Status") ?? "ignored";
	return `${status}${source ? ` by ${source}` : ""}${statement ? `: ${statement}` : ""}`;
}

function readVulnerability(found: JsonValue, resultType: string, suppressedBy: string | undefined): Vulnerability {
	const purl = readOptionalText(child(found, "PkgIdentifier"), "PURL") ?? "";
	const { id, aliases } = nameVulnerability(readText(found, "VulnerabilityID"), readTexts(found, "VendorIDs"));
	const fixedVersions = splitVersions(readOptionalText(found, "FixedVersion"));
	return {
		id,
		aliases,
		severity: readSeverity(readOptionalText(found, "Severity") ?? ""),
		package: {
			name: readText(found, "PkgName"),
			version: readOptionalText(found, "InstalledVersion") ?? "",
			purl,
			type: parsePurl(purl)?.type ?? resultType,
			path: readOptionalText(found, "PkgPath"),
		},
		fixedVersions,
		fixState: fixStateOf(readOptionalText(found, "Status"), fixedVersions),
		title: readOptionalText(found, "Title"),
		description: readOptionalText(found, "Description"),
		link: readOptionalText(found, "PrimaryURL") ?? advisoryLink(id),
		reportedBy: ["trivy"],
		layer: readLayer(found),
		suppressedBy,
	};
}

/** Several fixed versions are one text: `1.2.3, 2.0.1`. */
function splitVersions(text: string | undefined): readonly string[] {
	return (text ?? "")
		.split(",")
		.map((version) => version.trim())
		.filter((version) => version !== "");
}

function fixStateOf(status: string | undefined, fixedVersions: readonly string[]): FixState {
	if (fixedVersions.length > 0 || status === "fixed") return "fixed";
	if (status === "will_not_fix" || status === "end_of_life") return "will-not-fix";
	return status === undefined || status === "unknown" ? "unknown" : "affected";
}
