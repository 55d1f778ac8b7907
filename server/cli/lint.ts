import { type LintSeverity, type Problem, reaches } from "../core/finding.ts";
import { checkstyleReporter } from "../core/report/checkstyle.ts";
import { githubReporter } from "../core/report/github.ts";
import { gitlabReporter } from "../core/report/gitlab.ts";
import { jsonReporter } from "../core/report/json.ts";
import { junitReporter } from "../core/report/junit.ts";
import type { LintReporter } from "../core/report/lintReport.ts";
import { markdownReporter } from "../core/report/markdownReport.ts";
import { sarifReporter } from "../core/report/sarif.ts";
import { textReporter } from "../core/report/text.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { inputsOf, LINTABLE } from "./inputs.ts";
import { lintInputs } from "./lintInput.ts";
import { createSetup } from "./setup.ts";
import { printProblem, type Terminal } from "./terminal.ts";

/** `hullguard lint`: files are read, checked, reported and forgotten, a few at a time. */
export async function lintCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const problems: Problem[] = [];
	const setup = createSetup(call, terminal, (problem) => problems.push(problem));
	const reporter = reporterFor(call, terminal);
	const threshold = call.options["fail-on"];
	let failing = false;
	const inputs = inputsOf(call, terminal, (problem) => problems.push(problem), LINTABLE);
	for await (const { input, lint } of lintInputs(inputs, setup)) {
		const { text, findings, suppressedCount } = lint;
		reporter.file({ path: input.file.path, text, findings, suppressedCount });
		failing ||= threshold !== "never" && findings.some(({ severity }) => reaches(severity, threshold as LintSeverity));
	}
	reporter.end(problems);
	for (const problem of problems) printProblem(terminal, problem);
	return problems.length > 0 ? EXIT.failed : failing ? EXIT.findings : EXIT.clean;
}

function reporterFor(call: ParsedCall, terminal: Terminal): LintReporter {
	const write = (text: string): void => terminal.out(text);
	switch (call.options["format"]) {
		case "json":
			return jsonReporter(write);
		case "sarif":
			return sarifReporter(write, terminal.version);
		case "github":
			return githubReporter(write);
		case "gitlab":
			return gitlabReporter(write);
		case "junit":
			return junitReporter(write);
		case "checkstyle":
			return checkstyleReporter(write);
		case "markdown":
			return markdownReporter(write);
		default:
			return textReporter(write, terminal.colors);
	}
}
