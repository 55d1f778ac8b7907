import type { Attribution, Origin } from "../../server/core/attribution/origin.ts";
import type { Image } from "../../server/core/image/image.ts";
import type { Component } from "../../server/core/sbom/component.ts";
import type { Severity } from "../../server/core/severity.ts";
import type { ScanReport } from "../../server/core/vulnerabilities/report.ts";
import type { Vulnerability } from "../../server/core/vulnerabilities/vulnerability.ts";

/** A vulnerability of `name version` in layer `L<layer>`. */
export function vulnerability(
	id: string,
	severity: Severity,
	name: string,
	layer: number | undefined,
	more: Partial<Vulnerability> & {
		readonly version?: string;
		readonly fixed?: string;
		readonly path?: string;
		readonly type?: string;
	} = {},
): Vulnerability {
	const { version = "1.0", fixed, path, type = "deb", ...rest } = more;
	const namespace = type === "deb" ? "debian/" : "";
	return {
		id,
		aliases: [],
		severity,
		package: { name, version, purl: `pkg:${type}/${namespace}${name}@${version}`, type, path },
		fixedVersions: fixed === undefined ? [] : [fixed],
		fixState: fixed === undefined ? "affected" : "fixed",
		title: undefined,
		description: undefined,
		link: undefined,
		reportedBy: ["trivy"],
		layer: layer === undefined ? undefined : `L${layer}`,
		suppressedBy: undefined,
		...rest,
	};
}

export function image(layerCount: number, more: Partial<Image> = {}): Image {
	return {
		reference: "localhost:5000/app:1",
		digest: `sha256:${"a".repeat(64)}`,
		platform: "linux/amd64",
		repositoryDigests: [`localhost:5000/app@sha256:${"a".repeat(64)}`],
		manifestDigests: [],
		layers: Array.from({ length: layerCount }, (_, index) => ({
			diffId: `L${index}`,
			digest: `B${index}`,
			size: 1,
			createdBy: undefined,
		})),
		config: {
			user: undefined,
			entrypoint: [],
			command: [],
			environment: [],
			exposedPorts: [],
			labels: {},
			workdir: undefined,
			history: [],
		},
		created: undefined,
		...more,
	};
}

export function component(name: string, version: string, more: Partial<Component> = {}): Component {
	const type = more.type ?? "deb";
	const purl = `pkg:${type}/${type === "deb" ? "debian/" : ""}${name}@${version}`;
	return { purl, name, version, type, licenses: [], layer: undefined, locations: [], dependsOn: [], reference: purl, ...more };
}

/** An attribution in which layer `n` comes from the n-th origin: `base 1`, `3-4`, `?`; lines are one-based. */
export function attribution(text: string, origins: readonly string[], certainty: "exact" | "history" = "exact"): Attribution {
	return { text, target: undefined, origins: origins.map((origin) => readOrigin(origin, certainty)) };
}

function readOrigin(text: string, certainty: "exact" | "history"): Origin {
	if (text === "?") return { kind: "unknown" };
	const [first = 1, last = first] = text.replace("base ", "").split("-").map(Number);
	const lines = { first: first - 1, last: last - 1 };
	return text.startsWith("base")
		? { kind: "base", lines, certainty }
		: { kind: "instruction", lines, certainty, related: [], copiedImage: undefined };
}

export function report(vulnerabilities: readonly Vulnerability[], more: Partial<ScanReport> = {}): ScanReport {
	return {
		image: image(10),
		scanners: [{ name: "trivy", version: "0.76.0", databaseDate: undefined }],
		components: [],
		vulnerabilities,
		attribution: undefined,
		problems: [],
		started: "2026-01-02T03:04:05Z",
		durationMs: 1000,
		...more,
	};
}
