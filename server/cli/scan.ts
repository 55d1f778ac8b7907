import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import type { Problem } from "../core/finding.ts";
import { openVulnerabilities, type ShownScan, scanJson, scanText } from "../core/report/scan.ts";
import { compareSeverities, type Severity } from "../core/severity.ts";
import type { Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { type ScanRequest, scanImage } from "../operations/scan.ts";
import { assessReport, findVexFiles, readVexFiles } from "../operations/vexFiles.ts";
import { ToolError } from "../tools/errors.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { type CommandHost, commandHost } from "./host.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";

/** `hullguard scan` */
export async function scanCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const reference = call.operands[0] ?? "";
	const file = call.options["file"];
	const dockerfile = typeof file === "string" ? { path: file, text: await readDockerfile(file, terminal) } : undefined;
	return showScan(call, terminal, commandHost(terminal), { reference, dockerfile });
}

async function readDockerfile(path: string, terminal: Terminal): Promise<string> {
	return readFile(resolve(terminal.folder, path), "utf8").catch(() => {
		throw new ToolError("failed", `${path} cannot be read`, { hint: "Name the Dockerfile that the image was built from." });
	});
}

/** What is scanned: an image, and the Dockerfile that it is from. */
export interface ScanTarget {
	readonly reference: string;
	readonly dockerfile: { readonly path: string; readonly text: string } | undefined;
	readonly build?: ScanRequest["build"];
}

/** Scans, applies OpenVEX documents, prints, and judges by `--fail-on`. */
export async function showScan(call: ParsedCall, terminal: Terminal, { context }: CommandHost, target: ScanTarget): Promise<ExitCode> {
	const { options } = call;
	const given = options["vex"];
	const named = Array.isArray(given) ? (given as readonly string[]).map((path) => resolve(terminal.folder, path)) : [];
	const found = options["no-vex"] === true ? [] : await findVexFiles(terminal.folder, diskFiles);
	const vex = await readVexFiles([...new Set([...named, ...found])], diskFiles);
	const platform = options["platform"];
	const report = await scanImage(context, {
		reference: target.reference,
		offline: options["offline"] === true,
		...(typeof platform === "string" ? { platform } : {}),
		...(target.dockerfile === undefined ? {} : { dockerfile: { text: target.dockerfile.text } }),
		...(target.build === undefined ? {} : { build: target.build }),
	});
	terminal.progress("");
	const assessment = assessReport(report, vex.files, terminal.folder);
	const wanted = wantedBy((options["severity"] ?? "low") as Severity, options["fixable-only"] === true);
	const problems: readonly Problem[] = [...report.problems, ...vex.problems];
	const scan: ShownScan = {
		report,
		dockerfile:
			target.dockerfile === undefined
				? undefined
				: { path: shownPath(target.dockerfile.path, terminal), file: parseDockerfile(target.dockerfile.text) },
		statusOf: assessment.statusOf,
		suppressedBy: assessment.suppressedBy,
		wanted,
		problems,
	};
	terminal.out(options["format"] === "json" ? scanJson(scan) : scanText(scan, terminal.colors));
	for (const problem of problems) printProblem(terminal, problem);
	const threshold = options["fail-on"] ?? "high";
	const failing =
		threshold !== "never" &&
		openVulnerabilities(scan).some((vulnerability) => compareSeverities(vulnerability.severity, threshold as Severity) <= 0);
	return failing ? EXIT.findings : EXIT.clean;
}

function wantedBy(minimum: Severity, fixableOnly: boolean): (vulnerability: Vulnerability) => boolean {
	return ({ severity, fixedVersions }) =>
		(severity === "unknown" || compareSeverities(severity, minimum) <= 0) && (!fixableOnly || fixedVersions.length > 0);
}

function shownPath(path: string, terminal: Terminal): string {
	const below = relative(terminal.folder, resolve(terminal.folder, path));
	return (below.startsWith("..") ? path : below).split("\\").join("/");
}
