import { basename, join, resolve } from "node:path";
import type { BuildEvent } from "../core/build/build.ts";
import { buildFailureText, buildProblem } from "../core/report/buildFailure.ts";
import { problemJson } from "../core/report/json.ts";
import { buildImage, type FailedBuild } from "../operations/build.ts";
import { shownPath } from "../operations/findFiles.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandHost } from "./host.ts";
import { showScan } from "./scan.ts";
import { printLog, type Terminal } from "./terminal.ts";

/** `hullguard build` */
export async function buildCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const { options } = call;
	const folder = resolve(terminal.folder, call.operands[0] ?? ".");
	const dockerfile = typeof options["file"] === "string" ? resolve(terminal.folder, options["file"]) : join(folder, "Dockerfile");
	const path = shownPath(dockerfile, terminal.folder);
	const tag =
		typeof options["tag"] === "string"
			? options["tag"]
			: `${basename(folder)
					.toLowerCase()
					.replace(/[^a-z0-9._-]+/g, "-")}:dev`;
	const host = commandHost(terminal);
	const outcome = await buildImage(host.context, {
		dockerfile,
		context: folder,
		tags: [tag],
		output: options["push"] === true ? "push" : "load",
		provenance: "max",
		sbom: true,
		buildArguments: buildArguments(options["build-arg"], terminal),
		...(typeof options["target"] === "string" ? { target: options["target"] } : {}),
		...(typeof options["platform"] === "string" ? { platforms: options["platform"].split(",") } : {}),
		onEvent: (event) => showEvent(event, terminal),
	});
	terminal.progress("");
	if (outcome.kind === "failed") return showFailure(outcome, path, call, terminal);
	const { reference, digest } = outcome;
	if (options["scan"] === true) {
		const scan = { ...call, options: { ...options, severity: "low", "fail-on": "high" } };
		return showScan(scan, terminal, host, { reference, dockerfile: { path, text: outcome.text }, build: outcome });
	}
	if (options["format"] === "json") terminal.out(`${JSON.stringify({ image: { reference, digest: digest ?? null }, problems: [] })}\n`);
	else terminal.out(`${reference}${digest === undefined ? "" : `@${digest}`}\n`);
	return EXIT.clean;
}

function buildArguments(given: unknown, { environment }: Terminal): Readonly<Record<string, string>> {
	const words = Array.isArray(given) ? (given as readonly string[]) : [];
	return Object.fromEntries(
		words.map((word) => {
			const equals = word.indexOf("=");
			// `--build-arg NAME` takes the value from the environment, as Docker's own does.
			return equals === -1 ? [word, environment[word] ?? ""] : [word.slice(0, equals), word.slice(equals + 1)];
		}),
	);
}

/** On a terminal one line shows the current step; elsewhere, as in CI, all that happens is kept in the order in which it happens. */
function showEvent(event: BuildEvent, terminal: Terminal): void {
	if (terminal.lively && !terminal.verbose) return;
	if (event.kind === "step" && (event.state === "started" || event.state === "cached")) {
		printLog(terminal, `${event.step.name}${event.state === "cached" ? " (cached)" : ""}`);
	}
	// The builder's own lines repeat what the failure says.
	if (event.kind === "log" || (event.kind === "text" && terminal.verbose)) printLog(terminal, event.text);
}

function showFailure({ failure, hint, text }: FailedBuild, path: string, call: ParsedCall, terminal: Terminal): ExitCode {
	const problem = buildProblem(failure, path, hint);
	if (call.options["format"] === "json")
		terminal.out(`${JSON.stringify({ image: null, problems: [problemJson(problem)], log: failure.log })}\n`);
	terminal.err(buildFailureText(failure, problem, text, terminal.errorColors));
	return EXIT.failed;
}
