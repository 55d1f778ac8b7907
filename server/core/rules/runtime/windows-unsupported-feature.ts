import { isForWindows } from "../../dockerfile/base/windows.ts";
import { removeFlag, removeInstruction } from "../../dockerfile/edits/edit.ts";
import { mentions } from "../../dockerfile/model/mentions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { lastStep } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { defineRule, type Report } from "../rule.ts";

export const windowsUnsupportedFeature = defineRule({
	id: "windows-unsupported-feature",
	title: "Windows containers do not know what the instruction asks for",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		{ tool: "tally", id: "windows/no-chown-flag", relation: "same" },
		{ tool: "tally", id: "windows/no-run-mounts", relation: "same" },
		{ tool: "tally", id: "windows/no-stopsignal", relation: "same" },
	],
	why: "Windows has no owners and modes as Linux has them, and no signals. `--chown`, `--chmod` and STOPSIGNAL end the build, or are left out without a word, depending on the builder: who relies on them has files that everybody may change, or a program that is never told to stop. Docker builds Windows images without BuildKit, and so without `RUN --mount`: a secret that was to be mounted finds another way into the image.",
	remedy:
		"Set access rights with `icacls` in a RUN, and leave the signal out: Windows tells console programs to stop with a control event of its own.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
		"https://learn.microsoft.com/en-us/virtualization/windowscontainers/manage-docker/manage-windows-dockerfile",
	],
	examples: [
		{
			caption: "An owner",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY «--chown=app» app.exe C:/app/\nCMD ["C:/app/app.exe"]\n',
			fixed: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:/app/\nCMD ["C:/app/app.exe"]\n',
		},
		{
			caption: "Without an owner",
			good: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:/app/\nCMD ["C:/app/app.exe"]\n',
		},
		{
			caption: "Owners, modes, signals",
			bad: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY «--chown=app» `\n  a b\nADD --from=x «--chmod=755» c d\n«STOPSIGNAL» SIGTERM\nCMD x\n",
			fixed: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY `\n  a b\nADD --from=x c d\nCMD x\n",
		},
		{ caption: "Mounts", bad: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN «--mount=type=secret,id=a» x\n" },
		{
			caption: "By platform",
			bad: "FROM --platform=windows/amd64 acme/base\nONBUILD COPY «--chown=1» a b\n",
			fixed: "FROM --platform=windows/amd64 acme/base\nONBUILD COPY a b\n",
		},
		{
			caption: "Linux, also with another escape character",
			good: "# escape=`\nFROM debian:12\nCOPY --chown=1 a b\nRUN --mount=type=cache,target=/x y\nSTOPSIGNAL SIGTERM\n",
		},
		{
			caption: "The escape character alone makes no Windows of it",
			good: "# escape=`\nFROM acme/app:1\nCOPY --chown=app:app . /usr/src/app\nRUN apt-get update && `\n    apt-get install -y curl\nSTOPSIGNAL SIGTERM\n",
		},
		{
			caption: "With a path of Windows it does",
			bad: "# escape=`\nFROM acme/app:1\nCOPY «--chown=app» a C:\\app\\\n",
			fixed: "# escape=`\nFROM acme/app:1\nCOPY a C:\\app\\\n",
		},
		{
			caption: "Accounts of Windows, which the builders look up, and one that the file makes",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nARG WHO\nRUN net user /add User03\nCOPY --chown=User03 a b\nCOPY --chown=containeruser a b\nADD --chown=BUILTIN\\\\Users a b\nCOPY --chown=$WHO a b\nCOPY --chown=S-1-5-32-544 a b\n",
		},
		{ caption: "A platform that only the build knows", good: "FROM --platform=$TARGETPLATFORM acme/base\nCOPY --chown=1 a b\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (!isForWindows(stage)) continue;
			for (const step of stage.steps) reports.push(...reportsOf(step));
		}
		return reports;
	},
});

function reportsOf(step: Step): readonly Report[] {
	const { file } = step.stage;
	const reports: Report[] = [];
	if (step.keyword === "STOPSIGNAL" && step.arguments.text !== "") {
		const fixes: readonly Fix[] = [{ title: "Remove STOPSIGNAL", safety: "review", edits: [removeInstruction(file, step)] }];
		reports.push({ span: step.keywordSpan, message: "Windows containers have no signals", fixes });
	}
	for (const flag of step.flags) {
		if ((step.keyword === "COPY" || step.keyword === "ADD") && (flag.name === "chown" || flag.name === "chmod")) {
			if (flag.name === "chown" && mayBeAccount(step, flag.value ?? "")) continue;
			reports.push({
				span: flag.span,
				message: `--${flag.name} is for Linux containers, and this stage is for Windows`,
				fixes: [{ title: `Remove --${flag.name}`, safety: "review", edits: [removeFlag(file, flag)] }],
			});
		} else if (step.keyword === "RUN" && flag.name === "mount") {
			reports.push({
				span: flag.span,
				message: "RUN --mount needs BuildKit, which Docker does not build Windows images with",
				severity: "info",
			});
		}
	}
	return reports;
}

/** What every Windows image has, a security identifier, an account with its domain, and what only the build knows. */
const ACCOUNT = /^(?:ContainerUser|ContainerAdministrator|S-1-[\d-]+)$|\\|\$/i;

/** Whether `--chown` names an account of Windows: the builders look it up (https://github.com/moby/moby/pull/35521), whatever the documentation says. */
function mayBeAccount(step: Step, owner: string): boolean {
	if (ACCOUNT.test(owner)) return true;
	// `net user`, `New-LocalUser`.
	const makes = (text: string): boolean => /user/i.test(text) && mentions(text, owner);
	return lastStep(step.stage, step, (other) => other.keyword === "RUN" && makes(stepText(other))) !== undefined;
}
