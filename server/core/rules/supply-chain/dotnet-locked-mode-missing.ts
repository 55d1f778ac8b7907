import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { isSwitchedOn, isThere, type LockNames, lockFileOf, lockNote } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const NAMES: LockNames = { manifests: ["*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx"], lockFiles: ["packages.lock.json"] };

export const dotnetLockedModeMissing = defineRule({
	id: "dotnet-locked-mode-missing",
	title: "dotnet restore may depart from the lock file",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["scorecard", "nugetCommand"]),
	onlyWith: { words: ["dotnet"] },
	why: "`dotnet restore` reads `packages.lock.json`, but where a project file asks for something else it resolves again and writes a new lock file, in the image, where nobody sees it. What was reviewed is then not what is shipped. In locked mode it fails instead, and compares the hash of every package.",
	remedy: "Call `dotnet restore --locked-mode`, or set `RestoreLockedMode` in the project for builds.",
	references: ["https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files#locking-dependencies"],
	examples: [
		{
			caption: "The lock file decides",
			good: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY app.csproj packages.lock.json ./\nRUN dotnet restore --locked-mode\n",
		},
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY app.csproj packages.lock.json ./\nRUN dotnet «restore» -r linux-x64\n",
			fixed:
				"FROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY app.csproj packages.lock.json ./\nRUN dotnet restore --locked-mode -r linux-x64\n",
		},
		{
			caption: "The whole context, with a lock file in it",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY . .\nRUN dotnet «restore»\n",
			fixed: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY . .\nRUN dotnet restore --locked-mode\n",
			workspace: { contextEntries: ["app.csproj", "packages.lock.json"] },
		},
		{
			caption: "Enforced, or no lock file is known",
			good: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nENV RestoreLockedMode=true\nCOPY app.csproj packages.lock.json ./\nRUN dotnet restore\nFROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY app.csproj packages.lock.json ./\nRUN dotnet restore --locked-mode && dotnet restore -p:RestoreLockedMode=true && dotnet build\nFROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY *.csproj ./\nRUN dotnet restore\nFROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY . .\nRUN dotnet restore\nCOPY --from=0 /a /a\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const verb = call.verbWord;
					if (
						call.manager !== "dotnet" ||
						call.verb !== "restore" ||
						verb === undefined ||
						callHasOption(call, "--locked-mode", "--force-evaluate")
					)
						continue;
					if (call.command.args.some((word) => /RestoreLockedMode/i.test(word.text))) continue;
					// MSBuild takes variables for properties.
					if (isSwitchedOn(step, call.command, "RestoreLockedMode", "RESTORELOCKEDMODE")) continue;
					const lock = lockFileOf(step, call.command, NAMES, workspace.contextEntries);
					if (lock === undefined || !isThere(lock)) continue;
					reports.push({
						span: verb.span,
						message: "dotnet restore may depart from packages.lock.json",
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: [{ span: lock.span, message: lockNote(lock.kind) }],
						fixes: call.command.decoded
							? []
							: [
									{
										title: "Add --locked-mode",
										safety: "review",
										edits: [insertAfter(verb.span, " --locked-mode")],
										note: "It fails where packages.lock.json does not fit the project.",
									},
								],
					});
				}
			}
		}
		return reports;
	},
});
