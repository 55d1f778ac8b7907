import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
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
		"error-action": "SHELL starts PowerShell without `$ErrorActionPreference = 'Stop'`: a step goes on behind an error.",
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
			caption: "No settings",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\n«SHELL» ["powershell", "-NoProfile", "-Command"]\nRUN a; b\n',
			fixed:
				'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-NoProfile", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN a; b\n',
		},
		{
			caption: "Downloads that draw",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\n«SHELL» ["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]\nRUN Invoke-WebRequest https://a -OutFile b\n',
		},
		{
			caption: "Started by hand",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command a\nRUN «powershell.exe» -NoProfile -Command b\n",
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
			} else if (
				!/ProgressPreference/i.test(settings + own) &&
				/\b(?:Invoke-WebRequest|iwr|Invoke-RestMethod|irm|Expand-Archive)\b/i.test(own)
			) {
				seen.add(shellStep);
				reports.push({
					span: shellStep.keywordSpan,
					message: "A progress bar slows the downloads in PowerShell down",
					subCode: "progress",
				});
			}
		}
	}
	return reports;
}

function fixesFor(step: Step): readonly Fix[] {
	const elements = step.exec?.elements ?? [];
	const last = elements[elements.length - 1];
	if (last === undefined || !/^-(?:c|command)$/i.test(last.value)) return [];
	const settings = "\"$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';\"";
	return [{ title: "Stop at errors, without progress bars", safety: "review", edits: [insertAfter(last.span, `, ${settings}`)] }];
}

/** From the second step on that starts PowerShell by name. */
function started(file: Dockerfile): readonly Report[] {
	const reports: Report[] = [];
	for (const stage of file.stages) {
		const steps = runSteps(stage).filter(
			(step) =>
				step.exec === undefined && shellAt(stage, step).kind === "cmd" && /^(?:powershell|pwsh)(?:\.exe)?\s/i.test(step.arguments.text),
		);
		const [, second] = steps;
		if (second === undefined) continue;
		const length = /^\S+/.exec(second.arguments.text)?.[0].length ?? 0;
		reports.push({
			span: sourceSpan(second.arguments, 0, length),
			message: `${steps.length} steps start PowerShell themselves`,
			subCode: "shell-instruction",
		});
	}
	return reports;
}
