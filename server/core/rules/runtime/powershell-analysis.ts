import { isForWindows } from "../../dockerfile/base/windows.ts";
import { hasFirstStatement, losesErrors } from "../../dockerfile/commands/powershellErrors.ts";
import { type PowershellStart, powershellStart } from "../../dockerfile/commands/powershellStarts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { insertAfter, insertAt } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import { defineRule, type Report } from "../rule.ts";

export const powershellAnalysis = defineRule({
	id: "powershell-analysis",
	title: "PowerShell goes on behind errors, or is started by hand",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		{ tool: "tally", id: "powershell/error-action-preference", relation: "same" },
		{ tool: "tally", id: "powershell/prefer-shell-instruction", relation: "same" },
		{ tool: "tally", id: "powershell/progress-preference", relation: "same" },
	],
	subCodes: {
		"error-action": "PowerShell is started without `$ErrorActionPreference = 'Stop'`: a step goes on behind an error.",
		progress: "Progress bars slow downloads down many times: `$ProgressPreference = 'SilentlyContinue'` switches them off.",
		"shell-instruction": "Several steps start PowerShell themselves, which SHELL can do once.",
	},
	onlyWith: { instructions: ["RUN"], words: ["powershell", "pwsh"] },
	why: "PowerShell writes most errors down and goes on: a download that failed, a file that was not there, and the step succeeds. While it downloads, Windows PowerShell draws a progress bar that takes more time than the transfer. Both are settings, and each step starts without them.",
	remedy:
		'Write `SHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]` once, above the steps.',
	references: [
		"https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_preference_variables",
		"https://learn.microsoft.com/en-us/virtualization/windowscontainers/manage-docker/manage-windows-dockerfile#shell",
	],
	examples: [
		{
			caption: "A failed download does not end the build",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\n«SHELL» ["powershell", "-Command"]\nRUN Invoke-WebRequest https://example.com/app.zip -OutFile app.zip; Expand-Archive app.zip C:\\app\n',
			fixed:
				'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN Invoke-WebRequest https://example.com/app.zip -OutFile app.zip; Expand-Archive app.zip C:\\app\n',
		},
		{
			caption: "Errors end the step",
			good: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN Invoke-WebRequest https://example.com/app.zip -OutFile app.zip; Expand-Archive app.zip C:\\app\n',
		},
		{
			caption: "No settings",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\n«SHELL» ["powershell", "-NoProfile", "-Command"]\nRUN a; b\n',
			fixed:
				'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-NoProfile", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN a; b\n',
		},
		{
			caption: "Downloads that draw",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\n«SHELL» ["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]\nRUN Invoke-WebRequest https://a -OutFile b\n',
			fixed:
				'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN Invoke-WebRequest https://a -OutFile b\n',
		},
		{
			caption: "Started by hand",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command a\nRUN «powershell.exe» -NoProfile -Command b\n",
		},
		{
			caption: "Scripts of several commands that a step starts",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «powershell» -Command "iwr https://a -OutFile b; c; d"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «@powershell» -NoProfile -ExecutionPolicy Bypass -Command mkdir a ; b\n',
			fixed:
				"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command \"$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; iwr https://a -OutFile b; c; d\"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN @powershell -NoProfile -ExecutionPolicy Bypass -Command $ErrorActionPreference = 'Stop'; mkdir a ; b\n",
		},
		{
			caption: "Over several lines, by its path, and as an array",
			bad: '# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «C:\\ps\\pwsh.exe» -NoLogo -Command " `\n  Invoke-WebRequest https://a -OutFile \\"b\\"; `\n  Expand-Archive b" && del b\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN [«"pwsh"», "-c", "& { cd a; b }"]\n',
			fixed:
				'# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN C:\\ps\\pwsh.exe -NoLogo -Command " `\n  $ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\'; Invoke-WebRequest https://a -OutFile \\"b\\"; `\n  Expand-Archive b" && del b\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN ["pwsh", "-c", "$ErrorActionPreference = \'Stop\'; & { cd a; b }"]\n',
		},
		{
			caption: "In quotes of a shell that has variables, too",
			bad: "FROM mcr.microsoft.com/powershell:ubuntu-22.04\nRUN «pwsh» -Command \"Install-Module a; b\"\nRUN «pwsh» -c 'Install-Module a; b'\n",
			fixed:
				"FROM mcr.microsoft.com/powershell:ubuntu-22.04\nRUN pwsh -Command \"\\$ErrorActionPreference = 'Stop'; Install-Module a; b\"\nRUN pwsh -c '$ErrorActionPreference = \"Stop\"; Install-Module a; b'\n",
		},
		{
			caption: "Behind what has to come first",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «powershell» -Command "using namespace System.IO; using module a; [Path]::Join(\'b\'); c"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN [«"pwsh"», "-c", " using namespace System.IO; cd a; b"]\n',
			fixed:
				'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command "using namespace System.IO; using module a; $ErrorActionPreference = \'Stop\'; [Path]::Join(\'b\'); c"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN ["pwsh", "-c", " using namespace System.IO; $ErrorActionPreference = \'Stop\'; cd a; b"]\n',
		},
		{
			caption: "Where nobody can tell the place behind it, or each step begins so",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «powershell» -Command "using module \'a;b\'; cd c; d"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «powershell» -Command "param($a); cd c; d"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\n«SHELL» ["powershell", "-Command"]\nRUN a\nRUN using namespace System.IO; b\n',
		},
		{
			caption: "Set there, but for the progress bar",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «powershell» $ErrorActionPreference = 'Stop'; iwr https://a -OutFile b; c\n",
		},
		{
			caption: "One command, checks of its own, or commands of which none can fail but the last",
			good: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command "iwr https://a | iex"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command "try { iwr https://a -OutFile b; c } catch { exit 1 }; d"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command "mkdir a -ErrorAction Stop; rm b -EA SilentlyContinue; c"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command "Set-ExecutionPolicy Bypass -Force; $a = \'b\'; iwr $a | iex"\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -File a.ps1; b\nFROM mcr.microsoft.com/powershell:ubuntu-22.04\nRUN pwsh a.ps1; cd b; c\n',
		},
		{
			caption: "Its parameters cut short, or written with slashes",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN «powershell» -noni -inp Text /c "cd a; b"\n',
			fixed:
				"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -noni -inp Text /c \"$ErrorActionPreference = 'Stop'; cd a; b\"\n",
		},
		{
			caption: "Programs elsewhere, whose short names PowerShell has on Windows alone",
			good: "FROM mcr.microsoft.com/powershell:ubuntu-22.04\nRUN pwsh -c 'mkdir a; cp b a; mv c a; rm -r d; rmdir e; Install-Module f'\n",
		},
		{
			caption: "Set for all commands",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command \"$PSDefaultParameterValues['*:ErrorAction'] = 'Stop'; rm a; b\"\n",
		},
		{
			caption: "Set, or nothing that runs",
			good: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["pwsh", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN a\nSHELL ["cmd", "/S", "/C"]\nRUN powershell a\nSHELL ["powershell", "-Command"]\n',
		},
		{
			caption: "Set in the step",
			good: 'FROM mcr.microsoft.com/powershell\nSHELL ["pwsh", "-Command"]\nRUN $ErrorActionPreference = "Stop"; a\n',
		},
	],
	check(file) {
		return [...shells(file), ...started(file)];
	},
});

/** Whether a script downloads or unpacks with a progress bar. */
function drawsProgress(script: string): boolean {
	return /\b(?:Invoke-WebRequest|iwr|Invoke-RestMethod|irm|Expand-Archive)\b/i.test(script) && !/ProgressPreference/i.test(script);
}

/** SHELL instructions without the settings that a step behind them needs. */
function shells(file: Dockerfile): readonly Report[] {
	const seen = new Set<Step>();
	const reports: Report[] = [];
	for (const stage of file.stages) {
		for (const step of runSteps(stage)) {
			const shell = shellAt(stage, step);
			const shellStep = shell.kind === "powershell" ? shell.step : undefined;
			if (shellStep === undefined || seen.has(shellStep) || step.exec !== undefined) continue;
			const settings = shell.words.join(" ");
			const own = step.line.text;
			if (!/ErrorAction/i.test(settings) && !/ErrorAction/i.test(own)) {
				seen.add(shellStep);
				reports.push({
					span: shellStep.keywordSpan,
					message: "Steps in PowerShell go on behind an error",
					subCode: "error-action",
					fixes: () => fixesFor(shellStep),
				});
			} else if (drawsProgress(own) && !/ProgressPreference/i.test(settings)) {
				seen.add(shellStep);
				reports.push({
					span: shellStep.keywordSpan,
					message: "A progress bar slows the downloads in PowerShell down",
					subCode: "progress",
					fixes: () => progressFix(shellStep),
				});
			}
		}
	}
	return reports;
}

function fixesFor(step: Step): readonly Fix[] {
	const elements = step.exec?.elements ?? [];
	const last = elements[elements.length - 1];
	if (last === undefined || !/^-(?:c|command)$/i.test(last.value) || withFirstStatements(step.stage.file).has(step)) return [];
	const settings = "\"$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';\"";
	return [{ title: "Stop at errors, without progress bars", safety: "review", edits: [insertAfter(last.span, `, ${settings}`)] }];
}

/** The setting behind those that are the last word of SHELL. */
function progressFix({ exec }: Step): readonly Fix[] {
	const [option, last] = exec?.elements.slice(-2) ?? [];
	if (option === undefined || last === undefined || !last.plain || !/^-(?:c|command)$/i.test(option.value)) return [];
	const setting = `${/;\s*$/.test(last.value) ? "" : ";"} $ProgressPreference = 'SilentlyContinue';`;
	return [{ title: "Switch progress bars off", safety: "review", edits: [insertAt(last.span.end - 1, setting)] }];
}

/** The SHELL instructions behind which a script begins with what the settings may not stand in front of. */
const withFirstStatements = remembered((file: Dockerfile): ReadonlySet<Step | undefined> => {
	const scripts = file.stages.flatMap(runSteps).filter(({ exec, arguments: { text }, heredocs }) => {
		return exec === undefined && [text, ...heredocs.map(({ body }) => body.text)].some(hasFirstStatement);
	});
	return new Set(scripts.map((step) => shellAt(step.stage, step).step));
});

/** Steps that start PowerShell by name: from the second one on SHELL could do it, and each script has settings of its own. */
function started(file: Dockerfile): readonly Report[] {
	const reports: Report[] = [];
	for (const stage of file.stages) {
		const inCmd: PowershellStart[] = [];
		for (const step of runSteps(stage)) {
			const start = powershellStart(step);
			if (start === undefined) continue;
			if (step.exec === undefined && shellAt(stage, step).kind === "cmd") inCmd.push(start);
			const report = scriptReport(start, stage);
			if (report !== undefined) reports.push(report);
		}
		const [, second] = inCmd;
		if (second !== undefined)
			reports.push({ span: second.program, message: `${inCmd.length} steps start PowerShell themselves`, subCode: "shell-instruction" });
	}
	return reports;
}

/** A script of several commands without the settings. */
function scriptReport({ program, name, script }: PowershellStart, stage: Stage): Report | undefined {
	if (script === undefined) return undefined;
	const { text, at, posixQuote } = script;
	// The older program runs on Windows alone.
	if (losesErrors(text, name === "powershell" || isForWindows(stage))) {
		const settings = ["$ErrorActionPreference = 'Stop'; "];
		if (drawsProgress(text)) settings.push("$ProgressPreference = 'SilentlyContinue'; ");
		const written = settings.join("");
		// A shell of Unix ends its own quotes at one of the same kind, and takes the names in double ones for its variables.
		const newText = posixQuote === "'" ? written.replaceAll("'", '"') : posixQuote === '"' ? written.replaceAll("$", () => "\\$") : written;
		return {
			span: program,
			message: "The script in PowerShell goes on behind an error",
			subCode: "error-action",
			fixes: at === undefined ? [] : [{ title: "Stop at errors", safety: "review", edits: [insertAt(at, newText)] }],
		};
	}
	const isSlow = /ErrorActionPreference/i.test(text) && drawsProgress(text);
	return isSlow ? { span: program, message: "A progress bar slows the downloads in PowerShell down", subCode: "progress" } : undefined;
}
