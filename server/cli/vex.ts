import { homedir } from "node:os";
import { relative, resolve } from "node:path";
import type { Problem } from "../core/finding.ts";
import type { Image } from "../core/image/image.ts";
import { applyEdits } from "../core/text.ts";
import { readDecision } from "../core/vex/decision.ts";
import { scopeOf, type VexScope } from "../core/vex/products.ts";
import type { Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { gitAuthor } from "../operations/author.ts";
import { readTrivyFile } from "../operations/reportFile.ts";
import { scanImage } from "../operations/scan.ts";
import { findingsNamed, triage } from "../operations/triage.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandHost } from "./host.ts";
import { printProblem, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";

/** `hullguard vex create` */
export async function vexCreateCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const [id = "", reference] = call.operands;
	const { options } = call;
	const fail = (problem: Problem): ExitCode => {
		printProblem(terminal, problem);
		return EXIT.failed;
	};
	if (typeof options["status"] !== "string")
		return fail({
			kind: "invalid",
			message: "hullguard vex create needs --status",
			hint: "It can be not_affected, affected, fixed or under_investigation.",
		});
	const read = readDecision({
		status: options["status"],
		justification: textOf(options["justification"]),
		comment: textOf(options["comment"]),
	});
	if ("problem" in read) return fail(read.problem);
	const scanned = await scannedImage(call, reference, terminal);
	if (scanned === undefined)
		return fail({
			kind: "invalid",
			message: "hullguard vex create needs an image or a report",
			hint: "Name the image, or give a report of Trivy with --trivy-json.",
		});
	const findings = findingsNamed(id, scanned.vulnerabilities);
	if ("kind" in findings) return fail(findings);
	const scope = chosenScope(call, scanned.image);
	if (scope === undefined) {
		return fail({
			kind: "invalid",
			message: "No registry knows this image, so that a statement cannot name it",
			hint: "Push it first, give its repository with --image-repo, or use --scope package.",
		});
	}
	const path = resolve(terminal.folder, textOf(options["file"]) ?? "vex.openvex.json");
	const before = await diskFiles.readText(path);
	const author = textOf(options["author"]) ?? (await gitAuthor(terminal.folder, homedir(), diskFiles)) ?? "";
	const result = triage({
		findings,
		decision: read.decision,
		scope,
		document: before,
		author,
		tooling: `hullguard/${terminal.version}`,
		now: now(terminal),
	});
	if ("problem" in result) return fail(result.problem);
	const after = applyEdits(before ?? "", result.edits);
	const shown = relative(terminal.folder, path) || path;
	if (options["diff"] === true) terminal.out(unifiedDiff(shown, before ?? "", after));
	else if (after !== before) await diskFiles.writeText(path, after);
	const what = result.edits.length === 0 ? "already says so" : options["diff"] === true ? "would say so" : "says so";
	terminal.err(`${id}: ${read.decision.status.replaceAll("_", " ")}; ${shown} ${what}.\n`);
	return EXIT.clean;
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" ? value : undefined;
}

interface Scanned {
	readonly image: Image;
	readonly vulnerabilities: readonly Vulnerability[];
}

async function scannedImage(call: ParsedCall, reference: string | undefined, terminal: Terminal): Promise<Scanned | undefined> {
	const file = textOf(call.options["trivy-json"]);
	if (file !== undefined) return readTrivyFile(resolve(terminal.folder, file));
	if (reference === undefined) return undefined;
	const report = await scanImage(commandHost(terminal).context, { reference, offline: false });
	terminal.progress("");
	return report;
}

/** `--image-repo` names the repository itself; else the image's own names count. */
function chosenScope(call: ParsedCall, image: Image): VexScope | undefined {
	const repository = textOf(call.options["image-repo"]);
	const kind = (textOf(call.options["scope"]) ?? "repository") as VexScope["kind"];
	if (kind === "repository" && repository !== undefined) return { kind, repositories: [repository] };
	return scopeOf(kind, image);
}

/** `SOURCE_DATE_EPOCH` fixes the time, as other tools that write VEX have it: for documents that can be made again. */
function now(terminal: Terminal): Date {
	const epoch = Number(terminal.environment["SOURCE_DATE_EPOCH"]);
	return terminal.environment["SOURCE_DATE_EPOCH"] === undefined || Number.isNaN(epoch) ? new Date() : new Date(epoch * 1000);
}
