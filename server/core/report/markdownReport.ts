import { rulePageLink } from "../links.ts";
import { escapeMarkdown, inlineCode } from "../markdown.ts";
import type { LintReporter } from "./lintReport.ts";
import { count } from "./text.ts";

/** The report as Markdown, for summaries and comments: a table for each file that has findings. */
export function markdownReporter(write: (text: string) => void): LintReporter {
	let files = 0;
	let total = 0;
	return {
		file({ path, findings }) {
			files++;
			total += findings.length;
			if (findings.length === 0) return;
			const rows = findings.map(
				({ range, severity, message, rule, code }) =>
					`| ${range.start.line + 1} | ${severity} | ${escapeMarkdown(message)} | [${code}](${rulePageLink(rule)}) |`,
			);
			write(`### ${inlineCode(path)}\n\n| Line | Severity | | Rule |\n|---:|---|---|---|\n${rows.join("\n")}\n\n`);
		},
		end(problems) {
			for (const { message } of problems) write(`- **Could not be done**: ${escapeMarkdown(message)}\n`);
			write(`${problems.length > 0 ? "\n" : ""}${total === 0 ? "No findings" : count(total, "finding")} in ${count(files, "file")}.\n`);
		},
	};
}
