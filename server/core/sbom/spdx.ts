import { addTo } from "../addTo.ts";
import { child, JsonError, type JsonValue, readList, readOptionalText, readText, readTexts } from "../json/values.ts";
import { parsePurl } from "../purl/purl.ts";
import type { Component, ReadSbom, SourcePackage } from "./component.ts";
import { upstreamOf } from "./sourcePackage.ts";

const NOTHING = new Set(["NOASSERTION", "NONE", ""]);

/**
 * Reads SPDX JSON 2.2 and 2.3, as BuildKit's generator, Syft and Trivy write it. What the document describes (the image) and
 * what has no package URL is left out.
 * @throws JsonError if it is no such document
 */
export function readSpdx(root: JsonValue): ReadSbom {
	if (!readText(root, "spdxVersion").startsWith("SPDX-2.")) throw new JsonError(`${root.path}.spdxVersion`, "SPDX-2.2 or SPDX-2.3");
	const links = readLinks(root);
	const evidence = readEvidence(root, links);
	const components = readList(root, "packages").flatMap((value) => {
		const component = readPackage(value, links, evidence);
		return component === undefined ? [] : [component];
	});
	const creators = readTexts(child(root, "creationInfo"), "creators").filter((creator) => creator.startsWith("Tool: "));
	const tool = (creators.find((creator) => !creator.includes("buildkit")) ?? creators[0])?.slice("Tool: ".length);
	return { tool, components };
}

interface Links {
	readonly described: ReadonlySet<string>;
	/** What a package needs. */
	readonly needs: ReadonlyMap<string, readonly string[]>;
	/** Files that show a package. */
	readonly shownBy: ReadonlyMap<string, readonly string[]>;
}

function readLinks(root: JsonValue): Links {
	const described = new Set(readTexts(root, "documentDescribes"));
	const needs = new Map<string, string[]>();
	const shownBy = new Map<string, string[]>();
	for (const value of readList(root, "relationships")) {
		const from = readText(value, "spdxElementId");
		const to = readText(value, "relatedSpdxElement");
		const type = readText(value, "relationshipType");
		if (type === "DESCRIBES") described.add(to);
		else if (type === "DEPENDS_ON") addTo(needs, from, to);
		else if (type === "DEPENDENCY_OF") addTo(needs, to, from);
		else if (type === "OTHER" && readOptionalText(value, "comment")?.startsWith("evident-by:")) addTo(shownBy, from, to);
	}
	return { described, needs, shownBy };
}

interface EvidenceFile {
	readonly path: string;
	readonly layer: string | undefined;
}

/** Only files that show a package: a document names thousands of others. */
function readEvidence(root: JsonValue, links: Links): ReadonlyMap<string, EvidenceFile> {
	const wanted = new Set([...links.shownBy.values()].flat());
	const files = new Map<string, EvidenceFile>();
	for (const value of readList(root, "files")) {
		const id = readText(value, "SPDXID");
		if (!wanted.has(id)) continue;
		const comment = readOptionalText(value, "comment");
		const layer = comment?.startsWith("layerID: ") ? comment.slice("layerID: ".length).trim() : undefined;
		files.set(id, { path: readText(value, "fileName").replace(/^\.?\//, ""), layer });
	}
	return files;
}

function readPackage(value: JsonValue, links: Links, evidence: ReadonlyMap<string, EvidenceFile>): Component | undefined {
	const reference = readText(value, "SPDXID");
	const purl = readPurl(value);
	if (links.described.has(reference) || purl === undefined) return undefined;
	const parsed = parsePurl(purl);
	const type = parsed?.type ?? "";
	const files = (links.shownBy.get(reference) ?? []).flatMap((id) => evidence.get(id) ?? []);
	return {
		purl,
		name: readText(value, "name"),
		version: readOptionalText(value, "versionInfo") ?? "",
		type,
		sourcePackage: upstreamOf(parsed) ?? builtFrom(value),
		licenses: readLicenses(value),
		layer: layerOf(type, files),
		locations: isSystem(type) ? [] : files.map((file) => file.path),
		dependsOn: links.needs.get(reference) ?? [],
		reference,
	};
}

/** How Trivy names the source package: `built package from: openssl 3.0.2`. */
function builtFrom(value: JsonValue): SourcePackage | undefined {
	const words = (readOptionalText(value, "sourceInfo") ?? "").split(" ");
	const [name, version] = words.slice(3);
	return words.slice(0, 3).join(" ") === "built package from:" && name && version ? { name, version } : undefined;
}

function readPurl(value: JsonValue): string | undefined {
	const found = readList(value, "externalRefs").find((entry) => readOptionalText(entry, "referenceType") === "purl");
	return found === undefined ? undefined : readText(found, "referenceLocator");
}

/** The database of a system's packages stands in the last layer that wrote it; the list of a package's checksums where it was installed. */
function layerOf(type: string, files: readonly EvidenceFile[]): string | undefined {
	if (isSystem(type)) return files.find((file) => file.path.endsWith(".md5sums"))?.layer;
	return files.find((file) => file.layer !== undefined)?.layer;
}

function isSystem(type: string): boolean {
	return type === "deb" || type === "apk" || type === "rpm" || type === "alpm";
}

function readLicenses(value: JsonValue): readonly string[] {
	const texts = ["licenseDeclared", "licenseConcluded"].map((key) => readOptionalText(value, key) ?? "");
	const expression = texts.find((text) => !NOTHING.has(text));
	if (expression === undefined) return [];
	// A choice or an exception is one thing; a list of obligations is several.
	const parts = /[()]| OR | WITH /.test(expression) ? [expression] : expression.split(" AND ");
	return [...new Set(parts.map((part) => part.trim().replaceAll("LicenseRef-", "")).filter((part) => !NOTHING.has(part)))];
}
