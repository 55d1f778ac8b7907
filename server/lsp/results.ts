import type { Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import type { Sbom } from "../core/sbom/component.ts";
import type { Settings } from "../core/settings/schema.ts";
import type { Severity } from "../core/severity.ts";
import { placeVulnerabilities, type VulnerabilityFinding } from "../core/vulnerabilities/place.ts";
import { createPlaceFinder } from "../core/vulnerabilities/places.ts";
import type { ScanReport } from "../core/vulnerabilities/report.ts";
import { type FindingsSource, findingKey, openCounts } from "../core/vulnerabilities/tree.ts";
import type { Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { isFixable } from "../core/vulnerabilities/vulnerability.ts";
import { type Assessment, assessReport, findVexFiles, readVexFiles, type VexFiles } from "../operations/vexFiles.ts";
import { RESULTS_CHANGED, type ResultState, type ScanSummary } from "../protocol.ts";
import { diskFiles } from "../tools/files.ts";
import type { BuildFailureNote } from "./buildFailures.ts";
import { shownProblem } from "./convert.ts";
import type { ServerState } from "./state.ts";
import { vulnerabilityDiagnostic } from "./vulnerabilities.ts";
import type { Work } from "./work.ts";

/** A scan, and the Dockerfile that its image is from. */
export interface KeptScan {
	readonly report: ScanReport;
	readonly uri: string | undefined;
}

/** What was found in this session, with what the OpenVEX documents of the workspace say about it now. */
export interface Results {
	/** Keeps a scan; an older one of the same image goes. */
	keep(scan: KeptScan): Promise<ScanSummary>;
	keepSbom(sbom: Sbom): void;
	clear(): void;
	/** Something that diagnostics depend on has changed. */
	refresh(): void;
	readonly scans: () => readonly KeptScan[];
	readonly sbom: () => Sbom | undefined;
	/** Reads the documents of the workspace again. */
	reloadVex(): Promise<void>;
	vexFiles(): VexFiles;
	assessment(report: ScanReport): Assessment;
	/** What the Findings view shows: a source for each scan. */
	sources(): readonly FindingsSource[];
	/** The open findings of scans on the lines of a document as it is now. */
	placed(document: TextDocument, settings: Settings): readonly VulnerabilityFinding[];
	diagnostics(document: TextDocument, settings: Settings): readonly Diagnostic[];
	/** The report that a vulnerability is in. */
	reportOf(vulnerability: Vulnerability): ScanReport | undefined;
	/** A finding by its key. */
	find(key: string): { readonly scan: KeptScan; readonly vulnerability: Vulnerability } | undefined;
	/** `2 critical, 5 high, 3 fixable`; undefined without a scan. */
	summaryOf(uri: string): string | undefined;
	readonly failures: BuildFailureNote;
}

export function createResults(state: ServerState, work: Work, failures: BuildFailureNote, changed: () => void): Results {
	const scans = new Map<string, KeptScan>();
	let sbom: Sbom | undefined;
	let vex: VexFiles = { files: [], problems: [] };
	let vexRead = false;
	let assessments = new WeakMap<ScanReport, Assessment>();

	const assessment = (report: ScanReport): Assessment => {
		const known = assessments.get(report) ?? assessReport(report, vex.files, work.folderPaths()[0]);
		assessments.set(report, known);
		return known;
	};
	const isHidden = (report: ScanReport, vulnerability: Vulnerability): boolean =>
		vulnerability.suppressedBy !== undefined || assessment(report).suppression(vulnerability) !== undefined;
	const open = (scan: KeptScan): readonly Vulnerability[] =>
		scan.report.vulnerabilities.filter((vulnerability) => !isHidden(scan.report, vulnerability));
	const tell = (): void => {
		void state.connection.sendNotification(RESULTS_CHANGED.method, resultState());
		changed();
	};
	const sources = (): readonly FindingsSource[] =>
		[...scans.values()].map(({ report, uri }) => {
			const document = uri === undefined ? undefined : state.documents.get(uri);
			const text = document?.getText() ?? report.attribution?.text;
			return {
				report,
				dockerfile: uri === undefined || text === undefined ? undefined : { uri, find: createPlaceFinder(report, parseDockerfile(text)) },
				suppression: (vulnerability) => assessment(report).suppression(vulnerability),
			};
		});
	const resultState = (): ResultState => {
		const all = [...scans.values()];
		return {
			hasRun: all.length > 0,
			hasSbom: sbom !== undefined,
			counts: openCounts(sources()),
			fixable: all.flatMap(open).filter(isFixable).length,
			suppressed: all.reduce((sum, scan) => sum + scan.report.vulnerabilities.length - open(scan).length, 0),
		};
	};
	const summary = (scan: KeptScan): ScanSummary => {
		const found = open(scan);
		const counts: Partial<Record<Severity, number>> = {};
		for (const { severity } of found) counts[severity] = (counts[severity] ?? 0) + 1;
		return {
			image: scan.report.image.reference,
			counts,
			fixable: found.filter(isFixable).length,
			problems: scan.report.problems.map(shownProblem),
		};
	};
	const placed = (document: TextDocument, settings: Settings): readonly VulnerabilityFinding[] => {
		const own = [...scans.values()].filter((scan) => scan.uri === document.uri);
		if (own.length === 0 || settings["scan.inline"] === "off") return [];
		const file = parseDockerfile(document.getText());
		return own.flatMap(({ report }) =>
			placeVulnerabilities(report, file, {
				inline: settings["scan.inline"],
				minimumSeverity: settings["scan.minimumSeverity"],
				isSuppressed: (vulnerability) => isHidden(report, vulnerability),
			}),
		);
	};

	const reloadVex = async (): Promise<void> => {
		vexRead = true;
		const paths = (await Promise.all(work.folderPaths().map((folder) => findVexFiles(folder, diskFiles)))).flat();
		vex = await readVexFiles(paths, diskFiles);
		assessments = new WeakMap();
		for (const problem of vex.problems) state.connection.console.warn(`${problem.path ?? ""}: ${problem.message}`);
		if (scans.size > 0 || sbom !== undefined) tell();
	};

	return {
		failures,
		refresh: changed,
		scans: () => [...scans.values()],
		sbom: () => sbom,
		async keep(scan) {
			// One image of a Dockerfile stays: that of its last build. Scans of base images stand beside it.
			scans.set(`${scan.uri ?? ""} ${scan.report.image.reference}`, scan);
			if (vexRead) tell();
			else await reloadVex();
			return summary(scan);
		},
		keepSbom(next) {
			sbom = next;
			tell();
		},
		clear() {
			scans.clear();
			sbom = undefined;
			tell();
		},
		reloadVex,
		vexFiles: () => vex,
		assessment,
		sources,
		placed,
		diagnostics(document, settings) {
			const found = placed(document, settings).map((finding) => vulnerabilityDiagnostic(finding, document.uri));
			const failure = failures.diagnostic(document);
			return failure === undefined ? found : [...found, failure];
		},
		reportOf: (vulnerability) => [...scans.values()].find((scan) => scan.report.vulnerabilities.includes(vulnerability))?.report,
		find(key) {
			for (const scan of scans.values()) {
				const vulnerability = scan.report.vulnerabilities.find((candidate) => findingKey(scan.report, candidate) === key);
				if (vulnerability !== undefined) return { scan, vulnerability };
			}
			return undefined;
		},
		summaryOf(uri) {
			const own = [...scans.values()].filter((scan) => scan.uri === uri);
			if (own.length === 0) return undefined;
			const found = own.flatMap(open);
			const parts = (["critical", "high"] as const).map(
				(severity) => [severity, found.filter((vulnerability) => vulnerability.severity === severity).length] as const,
			);
			const fixable = found.filter(isFixable).length;
			const worst = parts.filter(([, count]) => count > 0).map(([severity, count]) => `${count} ${severity}`);
			return worst.length === 0 ? "nothing critical or high" : [...worst, ...(fixable > 0 ? [`${fixable} fixable`] : [])].join(", ");
		},
	};
}
