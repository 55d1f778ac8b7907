import { homedir, hostname } from "node:os";

/** An object of a recording, of which little is known. */
export type Json = Record<string, unknown>;

/** Reads a recording. Throws if it is no JSON. */
export function parse(text: string): Json {
	return JSON.parse(text) as Json;
}

/** The text that is kept of a recording. */
export function print(value: unknown): string {
	return JSON.stringify(value, undefined, "\t");
}

/** A list of objects; an empty one for anything else. */
export function listOf(value: unknown): readonly Json[] {
	return Array.isArray(value) ? (value as Json[]) : [];
}

/** The packages that stay in a recording. */
const KEPT = new Set(["libexpat1", "bsdutils", "zlib1g", "lodash", "minimist", "perl-base"]);

/** Those packages of a report, each with a short list of references. */
export function trimTrivy(report: Json): Json {
	const results = listOf(report["Results"]).map((result) => ({
		...result,
		Packages: listOf(result["Packages"])
			.filter((found) => KEPT.has(String(found["Name"])))
			.map(({ InstalledFiles: _, ...found }) => found),
		...(result["Vulnerabilities"] === undefined
			? {}
			: {
					Vulnerabilities: listOf(result["Vulnerabilities"])
						.filter((found) => KEPT.has(String(found["PkgName"])))
						.map(shortReferences),
				}),
	}));
	return { ...report, Results: results };
}

function shortReferences(found: Json): Json {
	return { ...found, References: listOf(found["References"]).slice(0, 1) };
}

/** The matches of those packages, without the configuration and the paths of the machine. */
export function trimGrype(report: Json): Json {
	const keep = (match: Json): boolean => KEPT.has(String((match["artifact"] as Json)["name"]));
	const descriptor = report["descriptor"] as Json;
	const { configuration: _, ...described } = descriptor;
	const db = described["db"] as Json;
	const source = report["source"] as { readonly target: Json };
	const { manifest: __, config: ___, ...target } = source.target;
	return {
		...report,
		matches: listOf(report["matches"]).filter(keep),
		...(report["ignoredMatches"] === undefined ? {} : { ignoredMatches: listOf(report["ignoredMatches"]).filter(keep) }),
		source: { ...source, target },
		descriptor: { ...described, db: { status: { ...(db["status"] as Json), path: "/cache/grype/6/vulnerability.db", from: "example" } } },
	};
}

/** Those packages, with what they depend on among themselves. */
export function trimCycloneDx(document: Json): Json {
	const keep = (component: Json): boolean => KEPT.has(String(component["name"])) || component["type"] === "operating-system";
	const components = listOf(document["components"]).filter(keep);
	const references = new Set(components.map((component) => component["bom-ref"]));
	const dependencies = listOf(document["dependencies"])
		.filter((entry) => references.has(entry["ref"]))
		.map((entry) => ({ ...entry, dependsOn: (entry["dependsOn"] as unknown[]).filter((reference) => references.has(reference)) }));
	return { ...document, components, dependencies };
}

/** Those packages, with the relations among them and the files that prove them. */
export function trimSpdx(document: Json): Json {
	const packages = listOf(document["packages"]).filter(
		(found) => KEPT.has(String(found["name"])) || !["LIBRARY", undefined].includes(found["primaryPackagePurpose"] as string | undefined),
	);
	const ids = new Set(packages.map((found) => found["SPDXID"]));
	const relationships = listOf(document["relationships"]).filter((entry) => {
		const isEvidence = String(entry["comment"] ?? "").startsWith("evident-by:");
		const isFile = String(entry["relatedSpdxElement"]).startsWith("SPDXRef-File");
		const isKnown = ids.has(entry["spdxElementId"]) || entry["spdxElementId"] === "SPDXRef-DOCUMENT";
		return isKnown && (ids.has(entry["relatedSpdxElement"]) || (isFile && isEvidence));
	});
	const shown = new Set(relationships.map((entry) => entry["relatedSpdxElement"]));
	const { hasExtractedLicensingInfos: _, ...rest } = document;
	return { ...rest, packages, relationships, files: listOf(document["files"]).filter((file) => shown.has(file["SPDXID"])) };
}

/** The lines that say something about steps; the progress of transfers is left out. */
export function trimProgress(stderr: string): string {
	return stderr
		.split("\n")
		.filter((line) => !line.startsWith('{"statuses"'))
		.join("\n");
}

/** Replaces what names this machine, and the folder of the recording. */
export function anonymous(text: string, folder: string): string {
	let clean = text.replaceAll(folder, "/recording");
	for (const [from, to] of [
		[hostname(), "host"],
		[homedir(), "/home/user"],
	] as const) {
		if (from.length > 3) clean = clean.replaceAll(from, to);
	}
	return clean
		.replace(/COPY \S+\/ \/ # buildkit/g, "COPY extra/ / # buildkit")
		.replace(/lookup (\S+) on [0-9.]+:53/g, "lookup $1 on 192.0.2.53:53")
		.replace(/unix:\/\/\/[^\s";]*docker\.sock/g, "unix:///var/run/docker.sock")
		.replace(/\/opt\/[^\s"':,]*/g, "/opt/tool");
}
