import type { Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { parseDockerfile } from "../core/dockerfile/parse/parse.ts";
import type { Sbom } from "../core/sbom/component.ts";
import type { Settings } from "../core/settings/schema.ts";
import type { Severity } from "../core/severity.ts";
import { createPlaceFinder } from "../core/vulnerabilities/places.ts";
import { type FindingsSource, findingKey } from "../core/vulnerabilities/tree.ts";
import { isFixable, type Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import type { FailedBuild } from "../operations/build.ts";
import { RESULTS_CHANGED, type ScanSummary } from "../protocol.ts";
import { type BuildFailures, createBuildFailures } from "./buildFailures.ts";
import { shownProblem } from "./convert.ts";
import { type KeptScan, type PlacedFinding, placedFindings } from "./fileScans.ts";
import { tell } from "./handle.ts";
import { dockerfileOf } from "./parsed.ts";
import type { ServerState } from "./state.ts";
import { createVexState, type VexState } from "./vexState.ts";
import { vulnerabilityDiagnostic } from "./vulnerabilities.ts";
import type { Work } from "./work.ts";

/** What was found in this session, with what the OpenVEX documents of the workspace say about it now. */
export interface Results {
	/** Keeps a scan, unless a later one of the same image is there; an earlier one goes. */
	keep(scan: KeptScan): Promise<ScanSummary>;
	keepSbom(sbom: Sbom): void;
	/** Notes how the last build of a Dockerfile ended; undefined if it succeeded. */
	noteBuild(uri: string, failed: FailedBuild | undefined): void;
	clear(): void;
	scans(): readonly KeptScan[];
	sbom(): Sbom | undefined;
	/** Reads the OpenVEX documents again, if any result needs them. */
	reloadVex(): Promise<void>;
	readonly vex: VexState;
	readonly failures: BuildFailures;
	/** What the Findings view shows: a source for each scan. */
	sources(): readonly FindingsSource[];
	/** The open findings of scans on the lines of a document as it is now. */
	placed(document: TextDocument, settings: Settings): readonly PlacedFinding[];
	/** Those as diagnostics, and the failure of the last build. */
	diagnostics(document: TextDocument, settings: Settings): readonly Diagnostic[];
	/** A finding by its key. */
	find(key: string): { readonly scan: KeptScan; readonly vulnerability: Vulnerability } | undefined;
}

/** @param changed called when what stands on the lines of documents may be another */
export function createResults(state: ServerState, work: Work, changed: () => void): Results {
	const scans = new Map<string, KeptScan>();
	const vex = createVexState(state, work);
	const failures = createBuildFailures();
	let sbom: Sbom | undefined;

	const tellState = (): void => {
		const all = [...scans.values()];
		const open = all.flatMap(({ report }) => vex.open(report));
		const total = all.reduce((sum, { report }) => sum + report.vulnerabilities.length, 0);
		tell(state, RESULTS_CHANGED, {
			hasRun: all.length > 0,
			hasSbom: sbom !== undefined,
			counts: countsOf(open),
			fixable: open.filter(isFixable).length,
			suppressed: total - open.length,
		});
	};
	const scansChanged = (): void => {
		tellState();
		changed();
	};
	const placed = (document: TextDocument, settings: Settings): readonly PlacedFinding[] => {
		const own = [...scans.values()].filter(({ uri }) => uri === document.uri);
		const file = own.length === 0 ? undefined : dockerfileOf(document);
		return file === undefined ? [] : placedFindings(own, file, vex, settings);
	};

	return {
		vex,
		failures,
		scans: () => [...scans.values()],
		sbom: () => sbom,
		async keep(scan) {
			await vex.ensureRead();
			const key = `${scan.uri ?? ""} ${scan.report.image.reference}`;
			const before = scans.get(key);
			if (before === undefined || before.report.started <= scan.report.started) {
				// The last one is the newest, also among the images of a Dockerfile.
				scans.delete(key);
				scans.set(key, scan);
				scansChanged();
			}
			return summaryOf(scan, vex);
		},
		keepSbom(next) {
			sbom = next;
			scansChanged();
		},
		noteBuild(uri, failed) {
			if (failures.note(uri, failed)) changed();
		},
		clear() {
			scans.clear();
			sbom = undefined;
			scansChanged();
		},
		async reloadVex() {
			if (scans.size === 0) vex.forget();
			else if (await vex.reload()) scansChanged();
		},
		sources: () =>
			[...scans.values()].map(({ report, uri }) => {
				const document = uri === undefined ? undefined : state.documents.get(uri);
				const text = report.attribution?.text;
				const file = document !== undefined ? dockerfileOf(document) : text === undefined ? undefined : parseDockerfile(text);
				return {
					report,
					dockerfile: uri === undefined || file === undefined ? undefined : { uri, find: createPlaceFinder(report, file) },
					suppression: (vulnerability) => vex.suppression(report, vulnerability),
				};
			}),
		placed,
		diagnostics(document, settings) {
			const found = placed(document, settings).map(({ finding }) => vulnerabilityDiagnostic(finding, document.uri));
			const failure = failures.diagnostic(document);
			return failure === undefined ? found : [...found, failure];
		},
		find(key) {
			for (const scan of scans.values()) {
				const vulnerability = scan.report.vulnerabilities.find((candidate) => findingKey(scan.report, candidate) === key);
				if (vulnerability !== undefined) return { scan, vulnerability };
			}
			return undefined;
		},
	};
}

function countsOf(vulnerabilities: readonly Vulnerability[]): Readonly<Partial<Record<Severity, number>>> {
	const counts: Partial<Record<Severity, number>> = {};
	for (const { severity } of vulnerabilities) counts[severity] = (counts[severity] ?? 0) + 1;
	return counts;
}

function summaryOf({ report }: KeptScan, vex: VexState): ScanSummary {
	const open = vex.open(report);
	return {
		image: report.image.reference,
		counts: countsOf(open),
		fixable: open.filter(isFixable).length,
		problems: report.problems.map(shownProblem),
	};
}
