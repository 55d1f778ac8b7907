import { powershellArguments } from "./powershellWords.ts";

/** Scripts that say themselves what an error means. */
const HANDLES_ERRORS = /ErrorActionPreference|\*:(?:ErrorAction|EA)\b|\b(?:try|trap|throw|exit)\b|\$\?/i;

/** What a command that reports errors is called: `Verb-Noun`, and the short names of those that change something. */
const COMMAND = /^(?:[a-z]+-[a-z]\w*|iwr|irm|iex|del|ri|copy|cpi|move|mi|ren|rni|ni|sl|cd|chdir|pushd|sp|saps)$/i;
/** Short names on Windows alone: elsewhere programs are called so. Source: InitialSessionState.cs of PowerShell 7. Read 2026-11. */
const WINDOWS_COMMAND = /^(?:md|mkdir|rm|rmdir|cp|mv|sasv)$/i;
/** A call of a method, whose exceptions are errors, too. */
const METHOD_CALL = /^(?:\[[\w.]+\]::|\$[\w:]+\.|\(New-Object\b[^)]{1,200}\)\.)\w+\s?\(/i;
/** What cannot fail, or whose error changes nothing: an execution policy that another one overrides is reported as one. */
const HARMLESS = /^(?:Set-ExecutionPolicy|Write-\w+|Out-\w+|Start-Sleep|New-Object|Set-Variable|Get-Date|Set-StrictMode)$/i;
/** A command that says what its own error means. */
const OWN_ACTION = /\s-(?:ErrorAction|EA)\b/i;

/** What nothing may stand in front of (about_Using, about_Functions_Advanced). */
const COMES_FIRST = /^(?:using\b|param\s*\(|\[CmdletBinding\b)/i;

/** Whether a script begins with what nothing may stand in front of. */
export function hasFirstStatement(script: string): boolean {
	return COMES_FIRST.test(script.trimStart());
}

/** Where a statement can stand in front of a script: behind `using`, of which only the simple forms are read; undefined if none can. */
export function placeInFront(script: string): number | undefined {
	const place = /^\s*(?:using\s[^;\n'"`({@]*[;\n]\s*)*/i.exec(script)?.[0].length ?? 0;
	return hasFirstStatement(script.slice(place)) ? undefined : place;
}

/** Whether a script of PowerShell goes on behind an error that nobody hears of: that of a command in front of its last one. */
export function losesErrors(script: string, isWindows: boolean): boolean {
	if (HANDLES_ERRORS.test(script)) return false;
	const statements = statementsOf(script);
	const [only, ...others] = statements;
	const block = others.length === 0 ? /^&\s*\{(.*)\}$/s.exec(only ?? "")?.[1] : undefined;
	const run = block === undefined ? statements : statementsOf(block);
	return run.slice(0, -1).some((statement) => reportsErrors(statement, isWindows));
}

function reportsErrors(statement: string, isWindows: boolean): boolean {
	if (OWN_ACTION.test(statement)) return false;
	const called = statement.replace(/^\$[\w:]+\s*=\s*/, "").replace(/^&\s*/, "");
	const name = /^[^\s(;|]+/.exec(called)?.[0] ?? "";
	if (METHOD_CALL.test(called) || (isWindows && WINDOWS_COMMAND.test(name))) return true;
	return COMMAND.test(name) && !HARMLESS.test(name);
}

/** The statements of a script, in order; none of one with comments or brackets that nobody closes. */
function statementsOf(script: string): readonly string[] {
	const statements: string[] = [];
	let start = 0;
	let place = 0;
	while (place < script.length) {
		const { words, end } = powershellArguments(script, place);
		const separator = script[end];
		if (words.some(({ text }) => text.startsWith("#")) || (separator !== undefined && !/[;\n|&\r]/.test(separator))) return [];
		place = end + 1;
		// A pipe and a call operator go on with what stands in front of them.
		if (separator === "|" || separator === "&") continue;
		statements.push(script.slice(start, end).trim());
		start = place;
	}
	if (start < script.length) statements.push(script.slice(start).trim());
	return statements.filter((statement) => statement !== "");
}
