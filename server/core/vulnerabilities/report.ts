import type { Origin } from "../attribution/origin.ts";
import type { Problem } from "../finding.ts";
import type { Image } from "../image/image.ts";
import type { Component } from "../sbom/component.ts";
import type { Vulnerability } from "./vulnerability.ts";

/** What a scan gives. A report with one failed scanner is still a report. */
export interface ScanReport {
	readonly image: Image;
	readonly scanners: readonly ScannerRun[];
	readonly components: readonly Component[];
	readonly vulnerabilities: readonly Vulnerability[];
	/** Where each layer comes from, by DiffID, and by blob digest where known. */
	readonly origins: ReadonlyMap<string, Origin>;
	readonly problems: readonly Problem[];
	/** ISO 8601. */
	readonly started: string;
	readonly durationMs: number;
}

export interface ScannerRun {
	readonly name: "trivy" | "grype";
	readonly version: string;
	/** When its database was made; ISO 8601. */
	readonly databaseDate: string | undefined;
}
