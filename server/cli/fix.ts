import type { FixSafety, Problem } from "../core/finding.ts";
import { terminalText } from "../core/report/terminalText.ts";
import { count } from "../core/report/text.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { inputsOf, LINTABLE } from "./inputs.ts";
import { fixInput } from "./lintInput.ts";
import { createSetup } from "./setup.ts";
import { printProblem, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";
import { writeBack } from "./writeBack.ts";

interface Total {
	files: number;
	changed: number;
	repairs: number;
	left: number;
}

/** `hullguard fix` */
export async function fixCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const problems: Problem[] = [];
	const note = (problem: Problem): void => {
		problems.push(problem);
	};
	const setup = createSetup(call, terminal, note);
	const tiers: readonly FixSafety[] = call.options["review"] === true ? ["safe", "review"] : ["safe"];
	const diff = call.options["diff"] === true;
	const check = call.options["check"] === true;
	const total: Total = { files: 0, changed: 0, repairs: 0, left: 0 };
	// Where standard output is the repaired text or the difference, what was done goes to standard error.
	let print = diff ? terminal.err : terminal.out;
	for await (const input of inputsOf(call, terminal, note, LINTABLE)) {
		const { file, text, fromInput } = input;
		const result = await fixInput(input, setup, tiers);
		const changed = result.text !== text;
		total.files++;
		total.left += result.remaining.findings.length;
		if (diff) terminal.out(unifiedDiff(file.path, text, result.text));
		else if (fromInput && !check) {
			print = terminal.err;
			terminal.out(result.text);
		} else if (changed && !check && !(await writeBack(input, result.text, note))) continue;
		if (!changed) continue;
		total.changed++;
		total.repairs += result.applied.length;
		if (!diff) for (const { rule, title } of result.applied) print(`${terminalText(file.path)}: ${terminalText(title)} [${rule}]\n`);
	}
	for (const problem of problems) printProblem(terminal, problem);
	print(summary(total, diff || check));
	if (problems.length > 0) return EXIT.failed;
	return check && total.changed > 0 ? EXIT.findings : EXIT.clean;
}

function summary({ files, changed, repairs, left }: Total, dry: boolean): string {
	const rest = left === 0 ? "nothing left to report" : `${count(left, "finding")} left, see hullguard lint`;
	if (repairs === 0) return `Nothing to repair in ${count(files, "file")}; ${rest}.\n`;
	return `${count(repairs, "repair")} in ${count(changed, "file")}${dry ? ", nothing written" : ""}; ${rest}.\n`;
}
