import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseDockerfile } from "../core/dockerfile/parse/parse.ts";
import type { Problem } from "../core/finding.ts";
import { openVulnerabilities, type ShownScan, scanJson } from "../core/report/scan.ts";
import { scanText } from "../core/report/scanText.ts";
import { compareSeverities, type Severity } from "../core/severity.ts";
import { isFixable, type Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { fileProblem } from "../operations/fileProblem.ts";
import { shownPath } from "../operations/findFiles.ts";
import { type ScanRequest, scanImage } from "../operations/scan.ts";
import { assessReport, findVexFiles, readVexFiles } from "../operations/vexFiles.ts";
import { ToolError } from "../tools/errors.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { type CommandHost, commandHost } from "./host.ts";
import { decoded } from "./inputs.ts";
import { printProblem, type Terminal } from "./terminal.ts";

/** `hullguard scan` */
export async function scanCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const reference = call.operands[0] ?? "";
	const file = call.options["file"];
	const dockerfile = typeof file === "string" ? await readDockerfile(file, terminal) : undefined;
	return showScan(call, terminal, commandHost(terminal), { reference, dockerfile });
}

async function readDockerfile(file: string, terminal: Terminal): Promise<ScanTarget["dockerfile"]> {
	const absolute = resolve(terminal.folder, file);
	const path = shownPath(absolute, terminal.folder);
	try {
		return { path, text: decoded(await readFile(absolute)).text };
	} catch (error) {
		throw new ToolError("failed", fileProblem(path, error).message, { hint: "Name the Dockerfile that the image was built from." });
	}
}

/** What is scanned: an image, and the Dockerfile that it is from. */
export interface ScanTarget {
	readonly reference: string;
	/** Its path as the user knows it. */
	readonly dockerfile: { readonly path: string; readonly text: string } | undefined;
	readonly build?: ScanRequest["build"];
}

/** Scans, applies OpenVEX documents, prints, and judges by `--fail-on`. */
export async function showScan(call: ParsedCall, terminal: Terminal, { context }: CommandHost, target: ScanTarget): Promise<ExitCode> {
	const { options } = call;
	const named = await readVexFiles(namedVexFiles(call, terminal), diskFiles);
	const found = await readVexFiles(await foundVexFiles(call, terminal), diskFiles);
	const vexFiles = [...named.files, ...found.files];
	const platform = options["platform"];
	const report = await scanImage(context, {
		reference: target.reference,
		offline: options["offline"] === true,
		...(typeof platform === "string" ? { platform } : {}),
		...(target.dockerfile === undefined ? {} : { dockerfile: { text: target.dockerfile.text } }),
		...(target.build === undefined ? {} : { build: target.build }),
	});
	terminal.progress("");
	const assessment = assessReport(report, vexFiles, terminal.folder);
	const wanted = wantedBy((options["severity"] ?? "low") as Severity, options["fixable-only"] === true);
	const problems: readonly Problem[] = [...report.problems, ...named.problems, ...found.problems];
	const scan: ShownScan = {
		report,
		dockerfile:
			target.dockerfile === undefined ? undefined : { path: target.dockerfile.path, file: parseDockerfile(target.dockerfile.text) },
		statusOf: assessment.statusOf,
		suppressedBy: assessment.suppressedBy,
		wanted,
		problems,
	};
	terminal.out(options["format"] === "json" ? scanJson(scan) : scanText(scan, terminal.colors));
	for (const problem of problems) printProblem(terminal, problem);
	// A document that was found by itself and is broken hides nothing; one that was asked for and cannot be applied is a failure.
	if (named.problems.length > 0) return EXIT.failed;
	const threshold = options["fail-on"] ?? "high";
	const failing =
		threshold !== "never" &&
		openVulnerabilities(scan).some((vulnerability) => compareSeverities(vulnerability.severity, threshold as Severity) <= 0);
	return failing ? EXIT.findings : EXIT.clean;
}

function wantedBy(minimum: Severity, fixableOnly: boolean): (vulnerability: Vulnerability) => boolean {
	return (vulnerability) =>
		(vulnerability.severity === "unknown" || compareSeverities(vulnerability.severity, minimum) <= 0) &&
		(!fixableOnly || isFixable(vulnerability));
}

/** Absolute paths of the documents that `--vex` names. */
function namedVexFiles({ options }: ParsedCall, { folder }: Terminal): readonly string[] {
	const given = options["vex"];
	return Array.isArray(given) ? (given as readonly string[]).map((path) => resolve(folder, path)) : [];
}

async function foundVexFiles(call: ParsedCall, terminal: Terminal): Promise<readonly string[]> {
	if (call.options["no-vex"] === true) return [];
	const named = namedVexFiles(call, terminal);
	return (await findVexFiles(terminal.folder, diskFiles)).filter((path) => !named.includes(path));
}
