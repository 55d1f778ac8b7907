import { oldKnowledge } from "../operations/knowledgeAge.ts";
import { checkTools, type ToolReport } from "../operations/tools.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandHost } from "./host.ts";
import type { Terminal } from "./terminal.ts";

/** `hullguard tools check` */
export async function toolsCheckCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const reports = await checkTools(commandHost(terminal).context, process.platform);
	terminal.progress("");
	const notes = oldKnowledge(new Date());
	if (call.options["format"] === "json") terminal.out(`${JSON.stringify({ tools: reports, notes })}\n`);
	else {
		for (const report of reports) terminal.out(reportText(report, terminal));
		for (const note of notes) terminal.out(`${note}\n`);
	}
	return reports.every((report) => report.optional || report.state === "ready") ? EXIT.clean : EXIT.findings;
}

function reportText(report: ToolReport, terminal: Terminal): string {
	const { bold, dim, green, yellow } = terminal.colors;
	const { state, title, version, path, message, hint } = report;
	const shownState = state === "ready" ? green("ready") : report.optional ? dim(state) : yellow(state);
	const found = path === undefined ? "" : ` ${dim(path)}`;
	return `${bold(title)}${version === undefined ? "" : ` ${version}`}: ${shownState}${found}\n  ${message}${hint === undefined ? "" : `\n  ${hint}`}\n`;
}
