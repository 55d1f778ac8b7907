import type { FixSafety } from "../core/finding.ts";
import { fixAll } from "../core/lint/fix.ts";
import { count } from "../core/report/text.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { layersOf, readInputs } from "./lint.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";

/** `hullguard fix` */
export async function fixCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const { inputs, problems } = await readInputs(call, terminal);
	const { project, layers } = layersOf(call);
	const tiers: readonly FixSafety[] = call.options["review"] ? ["safe", "review"] : ["safe"];
	const showsOnly = call.options["diff"] === true || call.options["check"] === true;
	const failed = [...problems];
	let changed = 0;
	let repairs = 0;
	let left = 0;
	for (const { file, text, fromInput } of inputs) {
		terminal.signal.throwIfAborted();
		const setup = await project.lintOptionsFor(file.absolute, layers);
		failed.push(...setup.problems);
		const result = fixAll(text, setup.options, tiers);
		repairs += result.applied.length;
		left += result.remaining.findings.length;
		if (result.text !== text) changed++;
		if (call.options["diff"]) terminal.out(unifiedDiff(file.path, text, result.text));
		else if (fromInput && !showsOnly) terminal.out(result.text);
		else if (call.options["check"] && result.text !== text) terminal.err(`${file.path} would change\n`);
		else if (result.text !== text) {
			try {
				await diskFiles.writeText(file.absolute, result.text);
			} catch (error) {
				failed.push({
					kind: "file",
					message: `${file.path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
					path: file.path,
				});
			}
		}
	}
	for (const problem of failed) printProblem(terminal, problem);
	terminal.err(
		`${count(repairs, "repair")} in ${count(changed, "file")}${showsOnly ? ", nothing written" : ""}; ${count(left, "finding")} left.\n`,
	);
	if (failed.length > 0) return EXIT.failed;
	return call.options["check"] === true && changed > 0 ? EXIT.findings : EXIT.clean;
}
