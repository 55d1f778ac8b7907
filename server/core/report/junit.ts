import type { LintedFile, LintReporter } from "./lintReport.ts";
import { xmlText } from "./xml.ts";

/** The report as JUnit's XML: a file is a suite, a finding a test that failed, a file without findings one that passed. */
export function junitReporter(write: (text: string) => void): LintReporter {
	write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="hullguard">\n');
	return {
		file(file) {
			const cases = file.findings.length === 0 ? [`<testcase name="${xmlText(file.path)}" classname="hullguard"/>`] : casesOf(file);
			write(
				`<testsuite name="${xmlText(file.path)}" tests="${cases.length}" failures="${file.findings.length}" errors="0">\n${cases.join("\n")}\n</testsuite>\n`,
			);
		},
		end(problems) {
			if (problems.length > 0) {
				const cases = problems.map(
					({ message, path }) =>
						`<testcase name="${xmlText(path ?? "run")}" classname="hullguard"><error message="${xmlText(message)}"/></testcase>`,
				);
				write(
					`<testsuite name="hullguard" tests="${cases.length}" failures="0" errors="${cases.length}">\n${cases.join("\n")}\n</testsuite>\n`,
				);
			}
			write("</testsuites>\n");
		},
	};
}

function casesOf({ path, findings }: LintedFile): readonly string[] {
	return findings.map(({ range, code, severity, message }) => {
		const place = `${path}:${range.start.line + 1}:${range.start.character + 1}`;
		return `<testcase name="${xmlText(`${code} ${place}`)}" classname="hullguard"><failure type="${severity}" message="${xmlText(message)}">${xmlText(`${place}: ${message}`)}</failure></testcase>`;
	});
}
