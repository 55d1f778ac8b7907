import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import type { Problem } from "../core/finding.ts";
import type { LintOptions } from "../core/lint/options.ts";
import type { PresetName } from "../core/settings/schema.ts";
import { shownPath } from "../operations/findFiles.ts";
import { createProject } from "../operations/project.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

/** How files are linted in this call: what their configuration files say, and above that the flags. */
export interface Setup {
	/** @param path absolute */
	optionsFor(path: string, file?: Dockerfile): Promise<LintOptions>;
}

/** @param note told once of each thing that is wrong in a configuration file */
export function createSetup(call: ParsedCall, terminal: Terminal, note: (problem: Problem) => void): Setup {
	const preset = call.options["preset"];
	const commandLine = { source: "--preset", ...(typeof preset === "string" ? { preset: preset as PresetName } : {}) };
	const project = createProject(diskFiles);
	const noted = new Set<string>();
	const today = new Date().toISOString().slice(0, 10);
	return {
		async optionsFor(path, file) {
			const { options, problems } = await project.lintOptionsFor(path, { commandLine, today, ...(file === undefined ? {} : { file }) });
			for (const problem of problems) {
				const shown = problem.path === undefined ? problem : { ...problem, path: shownPath(problem.path, terminal.folder) };
				const key = JSON.stringify(shown);
				if (!noted.has(key)) note(shown);
				noted.add(key);
			}
			return options;
		},
	};
}
