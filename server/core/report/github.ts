import type { LintSeverity, Problem } from "../finding.ts";
import type { LintReporter } from "./lintReport.ts";

const COMMANDS: Readonly<Record<LintSeverity, "error" | "warning" | "notice">> = {
	error: "error",
	warning: "warning",
	info: "notice",
	hint: "notice",
};

/** The report as commands of GitHub Actions: each finding is an annotation on its lines (GitHub, "Workflow commands"). */
export function githubReporter(write: (text: string) => void): LintReporter {
	return {
		file({ path, findings }) {
			for (const { severity, range, message, code } of findings) {
				const place = `file=${property(path)},line=${range.start.line + 1},endLine=${range.end.line + 1},col=${range.start.character + 1},endColumn=${range.end.character + 1}`;
				write(`::${COMMANDS[severity]} ${place},title=${property(`hullguard: ${code}`)}::${data(message)}\n`);
			}
		},
		end(problems: readonly Problem[]) {
			for (const { message, hint } of problems)
				write(`::error title=hullguard::${data(hint === undefined ? message : `${message}. ${hint}`)}\n`);
		},
	};
}

function data(text: string): string {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
	return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
