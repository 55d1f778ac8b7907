import type { ScanReport } from "../core/vulnerabilities/report.ts";
import type { Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { type Assessment, assessReport, findVexFiles, readVexFiles, type VexFiles } from "../operations/vexFiles.ts";
import { diskFiles } from "../tools/files.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** The OpenVEX documents of the workspace, and what they say about reports. */
export interface VexState {
	files(): VexFiles;
	/** Reads them, if nobody has yet. */
	ensureRead(): Promise<void>;
	/** They have changed, but nobody needs them yet. */
	forget(): void;
	/** Reads them again. False if somebody who began later has read them meanwhile. */
	reload(): Promise<boolean>;
	/** Why a vulnerability is hidden, by the scanner's own word or by a document; undefined if it is open. */
	suppression(report: ScanReport, vulnerability: Vulnerability): string | undefined;
	/** The vulnerabilities of a report that nothing hides. */
	open(report: ScanReport): readonly Vulnerability[];
	isOpen(report: ScanReport, vulnerability: Vulnerability): boolean;
}

interface Verdict {
	readonly assessment: Assessment;
	readonly open: ReadonlySet<Vulnerability>;
}

export function createVexState(state: ServerState, work: Work): VexState {
	let files: VexFiles = { files: [], problems: [] };
	let verdicts = new WeakMap<ScanReport, Verdict>();
	let reading: Promise<boolean> | undefined;
	let generation = 0;

	const verdictOn = (report: ScanReport): Verdict => {
		const known = verdicts.get(report);
		if (known !== undefined) return known;
		const assessment = assessReport(report, files.files, work.folderPaths()[0]);
		const open = report.vulnerabilities.filter((each) => each.suppressedBy === undefined && assessment.suppression(each) === undefined);
		const verdict = { assessment, open: new Set(open) };
		verdicts.set(report, verdict);
		return verdict;
	};

	const read = async (): Promise<boolean> => {
		const own = ++generation;
		const paths = (await Promise.all(work.folderPaths().map((folder) => findVexFiles(folder, diskFiles)))).flat();
		const found = await readVexFiles([...new Set(paths)], diskFiles);
		if (own !== generation) return false;
		files = found;
		verdicts = new WeakMap();
		for (const problem of found.problems) state.connection.console.warn(`${problem.path ?? ""}: ${problem.message}`);
		return true;
	};
	const reload = (): Promise<boolean> => {
		reading = read();
		return reading;
	};

	return {
		files: () => files,
		async ensureRead() {
			// What was forgotten while it was read is read again.
			while (!(await (reading ?? reload())));
		},
		forget() {
			generation++;
			reading = undefined;
		},
		reload,
		suppression: (report, vulnerability) => vulnerability.suppressedBy ?? verdictOn(report).assessment.suppression(vulnerability),
		open: (report) => [...verdictOn(report).open],
		isOpen: (report, vulnerability) => verdictOn(report).open.has(vulnerability),
	};
}
