import { parseJson } from "../json/parse.ts";
import { type JsonNode, type JsonObject, memberOf } from "../json/tree.ts";
import type { Span } from "../text.ts";
import { checkFields, openingOf, present, readArray, readInstant, readInteger, readString } from "./fields.ts";
import { readLegacyStatement } from "./legacy.ts";
import { type Complaints, complaintsAbout, REFUSED_BY_BOTH, REFUSED_BY_GRYPE, type VexProblem } from "./problems.ts";
import { readStatement } from "./readStatement.ts";
import type { VexStatement } from "./statement.ts";

/** The context of the version that is written. */
export const CONTEXT = "https://openvex.dev/ns/v0.2.0";
const NAMESPACE = "https://openvex.dev/ns";

const DOCUMENT_FIELDS = ["@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling", "statements"];

/** An OpenVEX document as far as its statements matter. */
export interface VexDocument {
	/** `0.0` is read, and never written. */
	readonly specification: "0.2.0" | "0.0";
	readonly id: string | undefined;
	readonly author: string | undefined;
	/** RFC 3339, like all times here. */
	readonly timestamp: string | undefined;
	readonly lastUpdated: string | undefined;
	/** Goes up by one with each change. */
	readonly version: number | undefined;
	/** Those that say something, in the order of the text. */
	readonly statements: readonly VexStatement[];
}

/** What came out of reading a document. */
export interface VexReading {
	/** Undefined if a scanner refuses the file: then nothing in it counts. */
	readonly document: VexDocument | undefined;
	readonly problems: readonly VexProblem[];
}

/**
 * Reads the text of an OpenVEX document. Problems say what Trivy 0.76 and Grype 0.120 do with it, also where they say nothing;
 * `path` is where the file is, for the problems.
 */
export function readVexDocument(text: string, path?: string): VexReading {
	const complaints = complaintsAbout(text, path);
	const root = readRoot(text, complaints);
	const document = root === undefined ? undefined : readDocument(root, complaints);
	return { document: complaints.fatal() ? undefined : document, problems: complaints.problems };
}

function readRoot(text: string, complaints: Complaints): JsonObject | undefined {
	const all = { start: 0, end: text.length };
	if (text.charCodeAt(0) === 0xfeff) {
		complaints.add(
			"error",
			{ start: 0, end: 1 },
			"The file begins with a byte order mark",
			`${REFUSED_BY_BOTH}. Save it as UTF-8 without one`,
		);
		return undefined;
	}
	if (text.trim() === "") {
		complaints.add("error", all, "The file is empty", REFUSED_BY_BOTH);
		return undefined;
	}
	const parsed = parseJson(text);
	if ("fault" in parsed) {
		complaints.add("error", parsed.fault.span, parsed.fault.message, "Scanners refuse the whole file: this is not JSON");
		return undefined;
	}
	if (parsed.root.kind === "object") return parsed.root;
	complaints.add("error", parsed.root.span, "The document is not an object", REFUSED_BY_BOTH);
	return undefined;
}

function readDocument(root: JsonObject, complaints: Complaints): VexDocument | undefined {
	const context = readString(root, "@context", complaints);
	const contextSpan = memberOf(root, "@context")?.value.span ?? openingOf(root);
	if (complaints.fatal()) return undefined;
	if (context === CONTEXT) return readCurrent(root, complaints);
	if (isLegacy(context)) return readLegacy(root, contextSpan, complaints);
	const other = otherFormat(root);
	if (other !== undefined) {
		complaints.add("info", openingOf(root), `This is a ${other} document`, "Hullguard reads OpenVEX documents only");
	} else if (context === undefined) {
		complaints.add("error", contextSpan, '"@context" is missing', `${REFUSED_BY_BOTH}. Write "@context": "${CONTEXT}"`);
	} else if (context.startsWith(`${NAMESPACE}/`)) {
		const version = context.slice(NAMESPACE.length + 1);
		complaints.add("error", contextSpan, `OpenVEX has no version "${version}"`, `${REFUSED_BY_GRYPE}. Write "${CONTEXT}"`);
	} else complaints.add("error", contextSpan, "The context is not that of OpenVEX", `${REFUSED_BY_GRYPE}. Write "${CONTEXT}"`);
	return undefined;
}

function isLegacy(context: string | undefined): boolean {
	return context === NAMESPACE || /^https:\/\/openvex\.dev\/ns\/v0\.0\.[0-9]$/.test(context ?? "");
}

function otherFormat(root: JsonObject): string | undefined {
	if (memberOf(root, "bomFormat") !== undefined) return "CycloneDX";
	const document = memberOf(root, "document")?.value;
	return document?.kind === "object" && memberOf(document, "csaf_version") !== undefined ? "CSAF" : undefined;
}

function readCurrent(root: JsonObject, complaints: Complaints): VexDocument {
	checkFields(root, DOCUMENT_FIELDS, complaints);
	// Scanners know a supplier here too, and refuse one that is no text.
	for (const key of ["role", "tooling", "supplier"]) readString(root, key, complaints);
	const timestamp = readInstant(root, "timestamp", complaints);
	const elements = readElements(root, complaints);
	const document = {
		specification: "0.2.0",
		id: readString(root, "@id", complaints),
		author: readString(root, "author", complaints),
		timestamp,
		lastUpdated: readInstant(root, "last_updated", complaints),
		version: readInteger(root, "version", complaints),
		statements: elements
			.map((element, index) => readStatement(element, index, timestamp, complaints))
			.filter((statement) => statement !== undefined),
	} as const;
	checkRequired(root, elements, complaints);
	return document;
}

function readElements(root: JsonObject, complaints: Complaints): readonly JsonNode[] {
	const list = readArray(root, "statements", complaints);
	if (list !== undefined && list.elements.length > 0) return list.elements;
	const span = memberOf(root, "statements")?.value.span ?? openingOf(root);
	const isWrong = list === undefined && present(root, "statements") !== undefined;
	if (!isWrong) complaints.add("warning", span, "The document has no statements", "It has no effect");
	return [];
}

function checkRequired(root: JsonObject, elements: readonly JsonNode[], complaints: Complaints): void {
	for (const key of ["@id", "author", "version"]) {
		if (present(root, key) !== undefined) continue;
		complaints.add("warning", openingOf(root), `"${key}" is missing`, "Scanners accept it; the specification does not");
	}
	if (present(root, "timestamp") !== undefined) return;
	const undated = elements.find((element) => element.kind === "object" && present(element, "timestamp") === undefined);
	if (undated === undefined) {
		complaints.add("warning", openingOf(root), '"timestamp" is missing', "Scanners accept it; the specification does not");
	} else {
		const hint = `${REFUSED_BY_GRYPE}: a statement has no timestamp either`;
		complaints.add("error", openingOf(root), '"timestamp" is missing', hint);
	}
}

function readLegacy(root: JsonObject, contextSpan: Span, complaints: Complaints): VexDocument {
	const elements = readElements(root, complaints);
	const timestamp = readInstant(root, "timestamp", complaints);
	const isCurrent = elements.some((element) => element.kind === "object" && memberOf(element, "vulnerability")?.value.kind === "object");
	if (isCurrent) {
		complaints.add(
			"error",
			contextSpan,
			"The context names version 0.0.1, the statements are those of 0.2.0",
			`${REFUSED_BY_GRYPE}. Write "${CONTEXT}"`,
		);
	} else {
		const hint = "Trivy and Grype refuse such documents, Hullguard only reads them. Write new statements to a document of version 0.2.0";
		complaints.add("warning", contextSpan, "This is a document of OpenVEX 0.0.1", hint);
	}
	return {
		specification: "0.0",
		id: readString(root, "@id", complaints),
		author: readString(root, "author", complaints),
		timestamp,
		lastUpdated: undefined,
		version: undefined,
		statements: elements
			.map((element, index) => (isCurrent ? undefined : readLegacyStatement(element, index, timestamp, complaints)))
			.filter((statement) => statement !== undefined),
	};
}
