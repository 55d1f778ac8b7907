import { basename, join, resolve } from "node:path";
import type { BuildEvent } from "../core/build/build.ts";
import { problemJson } from "../core/report/json.ts";
import { buildImage, type FailedBuild } from "../operations/build.ts";
import type { ParsedCall } from "./arguments.ts";
import { commandHost } from "./host.ts";
import { showScan } from "./scan.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";

/** `hullguard build` */
export async function buildCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const { options } = call;
	const folder = resolve(terminal.folder, call.operands[0] ?? ".");
	const path = typeof options["file"] === "string" ? options["file"] : join(call.operands[0] ?? ".", "Dockerfile");
	const tag =
		typeof options["tag"] === "string"
			? options["tag"]
			: `${basename(folder)
					.toLowerCase()
					.replace(/[^a-z0-9._-]+/g, "-")}:dev`;
	const host = commandHost(terminal);
	const outcome = await buildImage(host.context, {
		dockerfile: resolve(terminal.folder, path),
		context: folder,
		tags: [tag],
		output: options["push"] === true ? "push" : "load",
		provenance: "max",
		sbom: true,
		buildArguments: buildArguments(options["build-arg"]),
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

function buildArguments(given: unknown): Readonly<Record<string, string>> {
	const words = Array.isArray(given) ? (given as readonly string[]) : [];
	return Object.fromEntries(
		words.map((word) => {
			const equals = word.indexOf("=");
			// `--build-arg NAME` takes the value from the environment, as Docker's own does.
			return equals === -1 ? [word, process.env[word] ?? ""] : [word.slice(0, equals), word.slice(equals + 1)];
		}),
	);
}

function showEvent(event: BuildEvent, terminal: Terminal): void {
	if (event.kind === "step" && event.state === "started") terminal.progress(event.step.name);
	if (event.kind === "log" || event.kind === "text") terminal.err(`${terminal.errorColors.dim(event.text)}\n`);
}

function showFailure({ failure, hint }: FailedBuild, path: string, call: ParsedCall, terminal: Terminal): ExitCode {
	const line = failure.lines === undefined ? undefined : failure.lines.first;
	const problem = {
		kind: "failed" as const,
		message: failure.message,
		...(hint === undefined ? {} : { hint }),
		path,
		...(line === undefined ? {} : { range: { start: { line, character: 0 }, end: { line: failure.lines?.last ?? line, character: 0 } } }),
	};
	if (call.options["format"] === "json")
		terminal.out(`${JSON.stringify({ image: null, problems: [problemJson(problem)], log: failure.log })}\n`);
	printProblem(terminal, problem);
	return EXIT.failed;
}
