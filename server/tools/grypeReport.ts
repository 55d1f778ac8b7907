import { child, type JsonValue, readList, readOptionalText, readText, readTexts } from "../core/json/values.ts";
import { readSeverity } from "../core/severity.ts";
import { advisoryLink, isVulnerabilityId, nameVulnerability } from "../core/vulnerabilities/identifiers.ts";
import type { FixState, Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { readJson } from "./json.ts";

/** A Grype report in our terms. Format: Grype 0.108 to 0.120. */
export interface GrypeReport {
	readonly version: string;
	/** When its database was made; ISO 8601. */
	readonly databaseDate: string | undefined;
	/** Those that Grype hides are among them, with `suppressedBy` set. */
	readonly vulnerabilities: readonly Vulnerability[];
}

/** @throws ToolError if the output is not a report */
export function readGrypeReport(printed: string): GrypeReport {
	return readJson("grype", printed, (root) => {
		const descriptor = child(root, "descriptor");
		const status = child(child(descriptor, "db"), "status");
		return {
			version: readText(descriptor, "version").replace(/^v/, ""),
			databaseDate: readOptionalText(status, "built"),
			vulnerabilities: [
				...readList(root, "matches").map((match) => readMatch(match, undefined)),
				...readList(root, "ignoredMatches").map((match) => readMatch(match, suppressionOf(match))),
			],
		};
	});
}

function suppressionOf(match: JsonValue): string {
	const rule = readList(match, "appliedIgnoreRules")[0];
	if (rule === undefined) return "ignored";
	const status = readOptionalText(rule, "vex-status");
	if (status !== undefined) return `${status} by VEX`;
	const reason = readOptionalText(rule, "reason");
	return `ignored by a rule of Grype${reason ? `: ${reason}` : ""}`;
}

function readMatch(match: JsonValue, suppressedBy: string | undefined): Vulnerability {
	const found = child(match, "vulnerability");
	const artifact = child(match, "artifact");
	const related = readList(match, "relatedVulnerabilities");
	const own = readText(found, "id");
	const { id, aliases } = nameVulnerability(
		own,
		related.map((entry) => readText(entry, "id")),
	);
	const fix = child(found, "fix");
	const fixedVersions = readTexts(fix, "versions");
	const type = readText(artifact, "type");
	const link = readOptionalText(found, "dataSource");
	return {
		id,
		aliases,
		severity: readSeverity(readOptionalText(found, "severity") ?? ""),
		package: {
			name: readText(artifact, "name"),
			version: readText(artifact, "version"),
			purl: readOptionalText(artifact, "purl") ?? "",
			type: ECOSYSTEMS[type] ?? type,
			path: OS_TYPES.has(type) ? undefined : primaryPath(artifact),
		},
		fixedVersions,
		fixState: fixStateOf(readOptionalText(fix, "state")),
		title: undefined,
		description: readOptionalText(found, "description") ?? descriptionOf(related),
		link: isVulnerabilityId(own) ? (link ?? advisoryLink(id)) : link,
		reportedBy: ["grype"],
		layer: layerOf(artifact, type),
		suppressedBy,
	};
}

/** Grype's names of package types, where they differ from those of package URLs. */
const ECOSYSTEMS: Readonly<Record<string, string>> = {
	python: "pypi",
	"java-archive": "maven",
	"go-module": "golang",
	"rust-crate": "cargo",
	dotnet: "nuget",
	"php-composer": "composer",
};

const OS_TYPES = new Set(["deb", "apk", "rpm", "alpm"]);

function descriptionOf(related: readonly JsonValue[]): string | undefined {
	return related.map((entry) => readOptionalText(entry, "description")).find((text) => text !== undefined);
}

interface Location {
	readonly path: string;
	readonly layer: string | undefined;
	readonly evidence: string | undefined;
}

function locationsOf(artifact: JsonValue): readonly Location[] {
	return readList(artifact, "locations").map((location) => ({
		path: readText(location, "path"),
		layer: readOptionalText(location, "layerID"),
		evidence: readOptionalText(child(location, "annotations"), "evidence"),
	}));
}

function primaryLocation(artifact: JsonValue): Location | undefined {
	const locations = locationsOf(artifact);
	return locations.find((location) => location.evidence === "primary") ?? locations[0];
}

function primaryPath(artifact: JsonValue): string | undefined {
	return primaryLocation(artifact)?.path.replace(/^\//, "");
}

/**
 * The layer that brought a package. The primary place of a Debian package is the database, as the last layer wrote it; the list
 * of its checksums stands where it was installed.
 */
function layerOf(artifact: JsonValue, type: string): string | undefined {
	if (type === "deb") {
		const checksums = locationsOf(artifact).find((location) => location.path.endsWith(".md5sums"));
		if (checksums !== undefined) return checksums.layer;
	}
	// The databases of other systems say nothing about the layer either.
	return OS_TYPES.has(type) && type !== "deb" ? undefined : primaryLocation(artifact)?.layer;
}

function fixStateOf(state: string | undefined): FixState {
	if (state === "fixed") return "fixed";
	if (state === "wont-fix") return "will-not-fix";
	return state === "not-fixed" ? "affected" : "unknown";
}
