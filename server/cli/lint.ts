import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type LintSeverity, type Problem, reaches } from "../core/finding.ts";
import { lint } from "../core/lint/lint.ts";
import { lintJson } from "../core/report/json.ts";
import type { LintedFile, LintReport } from "../core/report/lintReport.ts";
import { lintSarif } from "../core/report/sarif.ts";
import { lintText } from "../core/report/text.ts";
import type { RuleLayer } from "../core/settings/rules.ts";
import type { PresetName } from "../core/settings/schema.ts";
import { createProject, type Project } from "../operations/project.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { type FoundFile, findDockerfiles } from "./dockerfiles.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";

/** `hullguard lint` */
export async function lintCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const { inputs, problems } = await readInputs(call, terminal);
	const layers = layersOf(call);
	const files: LintedFile[] = [];
	const noted = new Map<string, Problem>();
	for (const { file, text } of inputs) {
		terminal.signal.throwIfAborted();
		const setup = await layers.project.lintOptionsFor(file.absolute, layers.layers);
		for (const problem of setup.problems) noted.set(JSON.stringify(problem), problem);
		const result = lint(text, setup.options);
		files.push({ path: file.path, text, findings: result.findings, suppressedCount: result.suppressed.length });
	}
	const report: LintReport = { files, problems: [...problems, ...noted.values()] };
	const format = call.options["format"];
	if (format === "json") terminal.out(lintJson(report));
	else if (format === "sarif") terminal.out(lintSarif(report, terminal.version));
	else terminal.out(lintText(report, terminal.colors));
	for (const problem of report.problems) printProblem(terminal, problem);
	if (report.problems.length > 0) return EXIT.failed;
	const threshold = call.options["fail-on"];
	const failing =
		threshold !== "never" && files.some((file) => file.findings.some((finding) => reaches(finding.severity, threshold as LintSeverity)));
	return failing ? EXIT.findings : EXIT.clean;
}

/** A text to work on, and where it is from. */
export interface Input {
	readonly file: FoundFile;
	readonly text: string;
	/** Read from standard input: there is nothing to write back to. */
	readonly fromInput: boolean;
}

/** The texts that a call names: files, folders, and `-` for standard input. */
export async function readInputs(
	call: ParsedCall,
	terminal: Terminal,
): Promise<{ readonly inputs: readonly Input[]; readonly problems: readonly Problem[] }> {
	const paths = call.operands.filter((operand) => operand !== "-");
	const inputs: Input[] = [];
	const problems: Problem[] = [];
	if (call.operands.includes("-")) {
		const name = call.options["stdin-filename"];
		const path = typeof name === "string" ? name : "Dockerfile";
		inputs.push({ file: { path, absolute: resolve(terminal.folder, path) }, text: await terminal.input(), fromInput: true });
	}
	if (paths.length > 0 || inputs.length === 0) {
		const found = await findDockerfiles(paths, terminal.folder, diskFiles);
		problems.push(...found.problems);
		for (const file of found.files) {
			try {
				inputs.push({ file, text: await readFile(file.absolute, "utf8"), fromInput: false });
			} catch (error) {
				problems.push({
					kind: "file",
					message: `${file.path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
					path: file.path,
				});
			}
		}
		if (found.files.length === 0 && found.problems.length === 0 && inputs.length === 0) {
			problems.push({
				kind: "file",
				message: "No Dockerfile was found",
				hint: "Name a file, or a folder that has a Dockerfile, a Containerfile or a *.dockerfile.",
			});
		}
	}
	return { inputs, problems };
}

/** The project's files and what the flags say, ready for `lintOptionsFor`. */
export function layersOf(call: ParsedCall): {
	readonly project: Project;
	readonly layers: { readonly commandLine: RuleLayer; readonly today: string };
} {
	const preset = call.options["preset"];
	const today = new Date().toISOString().slice(0, 10);
	return {
		project: createProject(diskFiles),
		layers: { commandLine: { source: "--preset", ...(typeof preset === "string" ? { preset: preset as PresetName } : {}) }, today },
	};
}
