import type { LintSeverity } from "../finding.ts";
import { rulePageLink } from "../links.ts";
import { findRule } from "../rules/registry.ts";
import { lineHashes } from "./fingerprint.ts";
import type { LintReporter } from "./lintReport.ts";

const SEVERITIES: Readonly<Record<LintSeverity, "critical" | "major" | "minor" | "info">> = {
	error: "critical",
	warning: "major",
	info: "minor",
	hint: "info",
};

/** The report for GitLab's merge requests (GitLab, "Code Quality", report format). A finding keeps its fingerprint when its line moves. */
export function gitlabReporter(write: (text: string) => void): LintReporter {
	let before = "[";
	return {
		file({ path, text, findings }) {
			const hashes = findings.length === 0 ? [] : lineHashes(text);
			const seen = new Map<string, number>();
			for (const { rule, code, severity, message, range } of findings) {
				const identity = `${code} ${path} ${hashes[range.start.line] ?? ""}`;
				const times = (seen.get(identity) ?? 0) + 1;
				seen.set(identity, times);
				const issue = {
					description: message,
					check_name: code,
					fingerprint: `${identity} ${times}`,
					severity: SEVERITIES[severity],
					categories: [findRule(rule)?.category === "style" ? "Style" : "Security"],
					content: { body: rulePageLink(rule) },
					location: {
						path,
						positions: {
							begin: { line: range.start.line + 1, column: range.start.character + 1 },
							end: { line: range.end.line + 1, column: range.end.character + 1 },
						},
					},
				};
				write(`${before}${JSON.stringify(issue)}`);
				before = ",\n";
			}
		},
		end() {
			write(before === "[" ? "[]\n" : "]\n");
		},
	};
}
