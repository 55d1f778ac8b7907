import {
	child,
	isAbsent,
	JsonError,
	type JsonValue,
	readEntries,
	readItems,
	readList,
	readOptionalText,
	readText,
	readTexts,
} from "../json/values.ts";
import { parsePurl } from "../purl/purl.ts";
import type { Component, ReadSbom, SourcePackage } from "./component.ts";
import { upstreamOf } from "./sourcePackage.ts";

/**
 * Reads CycloneDX JSON 1.4 to 1.7. Operating systems, files and what else is no package are left out.
 * @throws JsonError if it is no such document
 */
export function readCycloneDx(root: JsonValue): ReadSbom {
	if (readOptionalText(root, "bomFormat") !== "CycloneDX") throw new JsonError(`${root.path}.bomFormat`, "CycloneDX");
	const needs = new Map(readList(root, "dependencies").map((entry) => [readText(entry, "ref"), readTexts(entry, "dependsOn")] as const));
	const components = flatten(readList(root, "components")).flatMap((value) => {
		const component = readComponent(value, needs);
		return component === undefined ? [] : [component];
	});
	return { tool: readTool(child(child(root, "metadata"), "tools")), components };
}

/** Components can have components of their own. */
function flatten(values: readonly JsonValue[], depth = 0): readonly JsonValue[] {
	if (depth > 20) return [];
	return values.flatMap((value) => [value, ...flatten(readList(value, "components"), depth + 1)]);
}

function readComponent(value: JsonValue, needs: ReadonlyMap<string, readonly string[]>): Component | undefined {
	const purl = readOptionalText(value, "purl") ?? "";
	const kind = readText(value, "type");
	if (purl === "" && kind !== "library" && kind !== "framework") return undefined;
	const reference = readOptionalText(value, "bom-ref") ?? purl;
	const properties = readProperties(value);
	const group = readOptionalText(value, "group");
	const parsed = parsePurl(purl);
	const name = readText(value, "name");
	return {
		purl,
		name: group && parsed?.type !== "deb" && parsed?.type !== "apk" ? `${group}/${name}` : name,
		version: readOptionalText(value, "version") ?? "",
		type: parsed?.type ?? kind,
		sourcePackage: trivySource(properties) ?? upstreamOf(parsed),
		licenses: readList(value, "licenses").flatMap(readLicense),
		layer: LAYER_PROPERTIES.map((key) => properties.get(key)).find((layer) => layer !== undefined),
		locations: readLocations(value, properties),
		dependsOn: needs.get(reference) ?? [],
		reference,
	};
}

/** Names that Trivy, Syft and Hullguard give the property that holds the layer. */
const LAYER_PROPERTIES = ["aquasecurity:trivy:LayerDiffID", "syft:location:0:layerID", "hullguard:layer", "aquasecurity:trivy:LayerDigest"];
const PATH_PROPERTIES = ["aquasecurity:trivy:FilePath", "syft:location:0:path"];

function readProperties(value: JsonValue): ReadonlyMap<string, string> {
	return new Map(
		readList(value, "properties").map((property) => [readText(property, "name"), readOptionalText(property, "value") ?? ""] as const),
	);
}

/** Trivy keeps version, release and epoch apart. */
function trivySource(properties: ReadonlyMap<string, string>): SourcePackage | undefined {
	const part = (name: string): string => properties.get(`aquasecurity:trivy:${name}`) ?? "";
	if (part("SrcName") === "") return undefined;
	const epoch = part("SrcEpoch") === "" ? "" : `${part("SrcEpoch")}:`;
	const release = part("SrcRelease") === "" ? "" : `-${part("SrcRelease")}`;
	return { name: part("SrcName"), version: `${epoch}${part("SrcVersion")}${release}` };
}

function readLocations(value: JsonValue, properties: ReadonlyMap<string, string>): readonly string[] {
	const occurrences = readList(child(value, "evidence"), "occurrences").map((occurrence) => readOptionalText(occurrence, "location") ?? "");
	const named = PATH_PROPERTIES.map((key) => properties.get(key) ?? "");
	return [...new Set([...occurrences, ...named].filter((path) => path !== "").map((path) => path.replace(/^\//, "")))];
}

function readLicense(choice: JsonValue): readonly string[] {
	const license = child(choice, "license");
	const text = readOptionalText(choice, "expression") ?? readOptionalText(license, "id") ?? readOptionalText(license, "name");
	return text === undefined ? [] : [text];
}

/** A list of tools up to 1.4, an object with components since 1.5. */
function readTool(tools: JsonValue): string | undefined {
	if (isAbsent(tools)) return undefined;
	const list = Array.isArray(tools.value) ? readItems(tools) : readList(tools, "components");
	const first = list[0];
	if (first === undefined || readEntries(first).length === 0) return undefined;
	return [readOptionalText(first, "name"), readOptionalText(first, "version")].filter(Boolean).join(" ") || undefined;
}
