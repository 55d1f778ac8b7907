import { basename, join, resolve } from "node:path";
import type { Problem } from "../core/finding.ts";
import { configReportText, configuredRules } from "../core/report/configReport.ts";
import { problemJson } from "../core/report/json.ts";
import { configText } from "../core/settings/configText.ts";
import { HADOLINT_FILE_NAMES, readHadolintConfig } from "../core/settings/hadolintConfig.ts";
import { shownPath } from "../operations/findFiles.ts";
import { ignoreFileFor } from "../operations/ignoreFileFor.ts";
import { createProject } from "../operations/project.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { printProblem, type Terminal } from "./terminal.ts";

/** `hullguard config show` */
export async function configShowCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const path = call.operands[0] ?? "Dockerfile";
	const today = new Date().toISOString().slice(0, 10);
	const absolute = resolve(terminal.folder, path);
	const isFolder = (await diskFiles.look(absolute))?.kind === "folder";
	const setup = await createProject(diskFiles).lintOptionsFor(isFolder ? join(absolute, "Dockerfile") : absolute, { today });
	const files = setup.configFiles.map((file) => shownPath(file, terminal.folder));
	if (call.options["format"] === "json") {
		const { preset } = setup.resolved;
		const report = { path, files, preset, rules: configuredRules(setup.resolved), problems: setup.problems.map(problemJson) };
		terminal.out(`${JSON.stringify(report)}\n`);
	} else terminal.out(configReportText(path, files, setup.resolved, terminal.colors));
	for (const problem of setup.problems) printProblem(terminal, problem);
	return setup.problems.length > 0 ? EXIT.failed : EXIT.clean;
}

/** `hullguard config import`: what another linter's configuration says, as ours. */
export async function configImportCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const fail = (problem: Problem): ExitCode => {
		printProblem(terminal, problem);
		return EXIT.failed;
	};
	const names = call.operands[0] === undefined ? HADOLINT_FILE_NAMES : [call.operands[0]];
	for (const name of names) {
		const path = resolve(terminal.folder, name);
		const text = await diskFiles.readText(path);
		if (text === undefined) continue;
		const { layer, problems, passedOver } = readHadolintConfig(text, path);
		for (const problem of problems) printProblem(terminal, problem);
		if (problems.length > 0) return EXIT.failed;
		const notes = [...new Set(passedOver)].map((what) => `# not taken over: ${what.replace(/\s+/g, " ")}\n`);
		terminal.out(`# Made from ${basename(path)}\n${notes.join("")}${configText(layer)}`);
		return EXIT.clean;
	}
	const wanted = call.operands[0] ?? HADOLINT_FILE_NAMES.join(" or ");
	return fail({ kind: "file", message: `There is no ${wanted}`, hint: "Name the configuration file of hadolint." });
}

/** `hullguard config dockerignore`: a `.dockerignore` for a build context, on standard output. */
export async function configDockerignoreCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	terminal.out(await ignoreFileFor(diskFiles, resolve(terminal.folder, call.operands[0] ?? ".")));
	return EXIT.clean;
}
