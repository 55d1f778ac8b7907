import type { LintReporter } from "./lintReport.ts";
import { xmlText } from "./xml.ts";

/** The report in Checkstyle's XML, which most servers for builds read. A hint is an info there. */
export function checkstyleReporter(write: (text: string) => void): LintReporter {
	write('<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n');
	return {
		file({ path, findings }) {
			if (findings.length === 0) return;
			write(`<file name="${xmlText(path)}">\n`);
			for (const { range, severity, message, code } of findings) {
				const level = severity === "hint" ? "info" : severity;
				write(
					`<error line="${range.start.line + 1}" column="${range.start.character + 1}" severity="${level}" message="${xmlText(message)}" source="hullguard.${xmlText(code)}"/>\n`,
				);
			}
			write("</file>\n");
		},
		end: () => write("</checkstyle>\n"),
	};
}
