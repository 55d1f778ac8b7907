import { commandsOf, scriptOf } from "../commands/scripts.ts";
import { lastReader } from "./downloadPipes.ts";
import type { Download } from "./downloads.ts";

/** Whether somebody may look at the headers: not where they go to the build log alone, beside a file that is stored. */
export function showsHeaders(download: Download): boolean {
	const { arguments: args, command, sink } = download;
	const targets = args.options.filter(({ name }) => name === "-D" || name === "--dump-header");
	const isLogged = sink.kind === "file" && command.redirects.length === 0 && printsToLog(download) && lastReader(download) === undefined;
	return targets.some(({ value }) => !isLogged || !/^(?:-|\/dev\/std(?:out|err))$/.test(value ?? ""));
}

/** Whether nothing around a command takes its output: it stands alone, or in a branch without a pipe and a redirection of its own. */
function printsToLog({ step, command }: Download): boolean {
	if (commandsOf(step).some(({ program, redirects }) => program === "exec" && redirects.length > 0)) return false;
	if (command.within.length === 0) return true;
	if (command.within.length > 1 || command.within[0] !== "branch") return false;
	const statements = scriptOf(step, command)?.statements ?? [];
	return statements.some(({ compound, at, end }) => compound && at <= command.at && command.end <= end);
}
