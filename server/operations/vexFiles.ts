import { isAbsolute, join, relative } from "node:path";
import type { Problem } from "../core/finding.ts";
import { type AssessedVulnerability, assess, isSuppressed, type VexFile } from "../core/vex/apply.ts";
import { readVexDocument } from "../core/vex/document.ts";
import { isVexFile } from "../core/vex/files.ts";
import type { ScanReport } from "../core/vulnerabilities/report.ts";
import { type Vulnerability, vulnerabilityKey } from "../core/vulnerabilities/vulnerability.ts";
import type { Files } from "../tools/files.ts";

/** The OpenVEX documents that count, and what is wrong with those that do not. */
export interface VexFiles {
	readonly files: readonly VexFile[];
	readonly problems: readonly Problem[];
}

/** Folders that hold no document of the project, and many files. */
const SKIPPED = new Set([".git/", "node_modules/", "vendor/", ".venv/", "site-packages/", "dist/", "target/"]);
const DEEPEST = 6;

/** The OpenVEX files of a folder, by their names: `*.openvex.json`, `*.vex.json`, and JSON files in `.vex`. Absolute paths, sorted. */
export async function findVexFiles(folder: string, files: Files): Promise<readonly string[]> {
	const found: string[] = [];
	const visit = async (current: string, depth: number): Promise<void> => {
		for (const name of (await files.list(current)) ?? []) {
			const path = join(current, name);
			if (!name.endsWith("/")) {
				if (isVexFile(relative(folder, path))) found.push(path);
			} else if (depth < DEEPEST && !SKIPPED.has(name)) await visit(path, depth + 1);
		}
	};
	await visit(folder, 0);
	return found.sort();
}

/** Reads documents. A path that cannot be read, and a document that scanners refuse, is a problem. */
export async function readVexFiles(paths: readonly string[], files: Files): Promise<VexFiles> {
	const read: VexFile[] = [];
	const problems: Problem[] = [];
	for (const path of paths) {
		const text = await files.readText(path);
		if (text === undefined) {
			problems.push({ kind: "file", message: `${path} cannot be read`, path });
			continue;
		}
		const { document, problems: own } = readVexDocument(text, path);
		problems.push(...own.filter((problem) => problem.severity === "error"));
		if (document !== undefined) read.push({ path, document });
	}
	return { files: read, problems };
}

/** What the documents say about the vulnerabilities of a report. */
export interface Assessment {
	statusOf(vulnerability: Vulnerability): AssessedVulnerability["status"];
	/** Why it is hidden, in words: `not affected: … (vex.openvex.json)`; undefined if it is open. */
	suppression(vulnerability: Vulnerability): string | undefined;
	/** The file that hides it. */
	suppressedBy(vulnerability: Vulnerability): string | undefined;
}

/** @param folder paths of documents are shown relative to it */
export function assessReport(report: ScanReport, files: readonly VexFile[], folder: string | undefined): Assessment {
	const assessed = new Map(
		assess(report.vulnerabilities, report.image, files).map((entry) => [vulnerabilityKey(entry.vulnerability), entry] as const),
	);
	const shown = (path: string): string => {
		const below = folder === undefined ? path : relative(folder, path);
		return below.startsWith("..") || isAbsolute(below) ? path : below.split("\\").join("/");
	};
	const hiding = (vulnerability: Vulnerability): AssessedVulnerability | undefined => {
		const entry = assessed.get(vulnerabilityKey(vulnerability));
		return entry !== undefined && isSuppressed(entry) ? entry : undefined;
	};
	return {
		statusOf: (vulnerability) => assessed.get(vulnerabilityKey(vulnerability))?.status ?? "open",
		suppressedBy(vulnerability) {
			const entry = hiding(vulnerability);
			return entry?.statement === undefined ? undefined : shown(entry.statement.path);
		},
		suppression(vulnerability) {
			const entry = hiding(vulnerability);
			if (entry?.statement === undefined) return undefined;
			const { statement, path } = entry.statement;
			const reason = statement.impact ?? statement.justification?.replaceAll("_", " ");
			return `${entry.status.replaceAll("_", " ")}${reason === undefined ? "" : `: ${reason}`} (${shown(path)})`;
		},
	};
}
