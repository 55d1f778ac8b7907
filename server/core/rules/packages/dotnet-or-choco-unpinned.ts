import { type PlainCommand, type PlainWord, plainCommands } from "../../dockerfile/commands/plainCommands.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const MOST_CHARACTERS = 50;

interface Installer {
	/** In lower case. */
	readonly programs: readonly string[];
	/** The words in front of the packages. */
	readonly verbs: readonly (readonly (string | RegExp)[])[];
	/** Options that settle the version; PowerShell's may be cut short. */
	readonly versions: RegExp;
	/** Other options that take the next word. */
	readonly values: RegExp;
	/** The option that names the package, where there is one. */
	readonly named?: RegExp;
	/** Whether several names stand behind each other with commas between them. */
	readonly takesList?: boolean;
}

/** Source: the references of choco 2, nuget 6, the .NET CLI 8, winget 1.7, PowerShellGet 2. Read 2026-11. */
const INSTALLERS: readonly Installer[] = [
	{
		programs: ["choco", "cinst"],
		verbs: [["install"], ["upgrade"], []],
		versions: /^--?version(?:=|$)/i,
		values:
			/^--?(?:source|s|params|parameters|packageparameters|package-parameters|pkgparameters|ia|installargs|install-arguments|installarguments|override|timeout|execution-timeout|cache|cache-location|c|log-file|proxy|user|u|password|p|checksum|downloadchecksum|download-checksum)$/i,
	},
	{
		programs: ["dotnet"],
		verbs: [
			["tool", "install"],
			["tool", "update"],
			["add", "package"],
			["add", /\.\w+proj$/, "package"],
		],
		versions: /^(?:--version|-v)(?:=|$)/,
		values: /^(?:--tool-path|--add-source|--configfile|--framework|-f|--source|-s|--arch|-a|--tool-manifest|--verbosity)$/,
	},
	{
		programs: ["nuget"],
		verbs: [["install"]],
		versions: /^-version$/i,
		values: /^-(?:outputdirectory|source|configfile|framework|packagesavemode|solutiondirectory|verbosity)$/i,
	},
	{
		programs: ["winget"],
		verbs: [["install"]],
		versions: /^(?:--version|-v)(?:=|$)/,
		values: /^(?:--source|-s|--scope|--architecture|-a|--location|-l|--locale|--override|--name|--moniker|--log|-o)$/,
		named: /^--id(?:=|$)/,
	},
	{
		programs: ["install-module", "install-script", "install-psresource", "install-package"],
		verbs: [[]],
		versions: /^-(?:RequiredVersion|Version|MaximumVersion|MinimumVersion|Require)/i,
		values: /^-(?:Repository|Scope|ProviderName|Source|Credential|Proxy)$/i,
		named: /^-Name$/i,
		takesList: true,
	},
];

/** Without one of these a RUN calls none of the programs. */
const TRACES: readonly string[] = INSTALLERS.flatMap(({ programs }) => programs);
const TRACE = new RegExp(TRACES.join("|"), "i");

export const dotnetOrChocoUnpinned = defineRule({
	id: "dotnet-or-choco-unpinned",
	title: "Chocolatey, NuGet, winget or PowerShellGet install whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["scorecard", "nugetCommand"]), ...similar(["scorecard", "chocoCommand"])],
	onlyWith: { texts: TRACES },
	why: "A package that is installed by name alone is another one in every build: what was tested is not what is shipped, and a version that was published an hour ago by whoever stole an account runs its install script in the build at once.",
	remedy:
		"Name the version: `choco install git --version 2.47.1 -y`, `dotnet tool install --version 9.0.1 dotnet-ef`, `Install-Module Az -RequiredVersion 13.0.0`.",
	references: [
		"https://docs.chocolatey.org/en-us/choco/commands/install/",
		"https://learn.microsoft.com/dotnet/core/tools/dotnet-tool-install",
		"https://learn.microsoft.com/powershell/module/powershellget/install-module",
	],
	examples: [
		{ caption: "A .NET tool", bad: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN dotnet tool install --global «dotnet-ef»\n" },
		{
			caption: "With a version",
			good: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN dotnet tool install --global dotnet-ef --version 9.0.0\n",
		},
		{
			caption: "Chocolatey, in its own shells",
			bad: '# escape=`\r\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\r\nRUN choco install -y «git» -params "/x" && choco install nodejs --version 22.1.0 -y\r\nSHELL ["powershell", "-Command"]\r\nRUN Install-Module -Name «Az» -Force; `\r\n    Install-Module Pester -RequiredVersion 5.6.1\r\n',
		},
		{ caption: "A heredoc", bad: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN <<EOF\ndotnet tool install --global «dotnet-ef»\nEOF\n" },
		{
			caption: ".NET tools",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN dotnet tool install --global «dotnet-ef» && dotnet tool install --tool-path /t --version 1.2.3 a && dotnet add package «b» && dotnet add src/App.csproj package «c»\n",
		},
		{
			caption: "Several modules at once",
			bad: "FROM mcr.microsoft.com/powershell:7.5-ubuntu-24.04\nSHELL [\"pwsh\", \"-Command\"]\nRUN Install-Module «a,b»; Install-Module -Name «a, b» -Force; Install-Module -Force «'a','b'»\nRUN Install-Module a,$B; Install-Module a,b -RequiredVersion 1.0; choco install c,d\n",
		},
		{
			caption: "PowerShell, called from another shell",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -NoProfile -Command Install-Module -Name «Az» -Force\nRUN powershell -Command "choco install «git» -y; choco install b --version 1"\n',
		},
		{
			caption: "PowerShell on Linux",
			bad: 'FROM mcr.microsoft.com/powershell:7.5-ubuntu-24.04\nRUN pwsh -Command "Install-Module -Name «Az» -Scope AllUsers -Force; Install-Module a -RequiredVersion 1.0" && pwsh -c \'Install-Module «Pester» -Force\' && pwsh -c Install-Module «b»\nRUN pwsh -Command "Install-Module $NAME" && pwsh -File a.ps1 Install-Module c && pwsh Install-Module d\n',
		},
		{
			caption: "PowerShell, called from PowerShell",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command pwsh -c powershell -Command choco install «git» -y\n",
		},
		{
			caption: "Commands without -Command, for cmd, in exec form",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell Install-Module «a» -Force\nRUN powershell -NoProfile -ExecutionPolicy Bypass "Install-Module «b»"\nRUN ["powershell", "Install-Module", "«c»"]\nRUN ["powershell", "-Command", "Install-Module «d»; choco install e --version 1"]\nRUN powershell choco install «f» -y\nRUN cmd /s /c choco install «g» -y\nRUN @powershell -noni /c choco install «h»\n',
		},
		{
			caption: "Scripts with words of their own",
			good: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -File a.ps1 choco install git\nRUN pwsh choco install git\nRUN powershell -f a.ps1 -c choco install git\nRUN powershell a -c choco install git\nRUN powershell .\\a.ps1 choco install git\nRUN cmd a.cmd choco install git\nRUN ["a", "choco", "install", "git"]\n',
		},
		{
			caption: "Versions, lists, nobody knows",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN choco install git --version=2.47.1 -y\nRUN choco install packages.config -y\nRUN nuget install a -Version 1.0\nRUN winget install --id b --version 2\nRUN dotnet tool install c@1.2 & dotnet tool restore\nRUN choco install %PACKAGES% -y\n",
		},
		{
			caption: "Words that only look like it",
			good: "FROM mcr.microsoft.com/dotnet/sdk:9.0\nARG V\nRUN echo choco install git && dotnet restore && dotnet tool install --version $V a && dotnet add app.csproj reference b.csproj && nuget restore\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!TRACE.test(stepText(step))) continue;
				for (const command of plainCommands(step)) {
					const word = unpinned(command);
					if (word === undefined) continue;
					reports.push({
						span: word.span,
						message: `${shortened(word.text, MOST_CHARACTERS)} ${word.text.includes(",") ? "are" : "is"} installed without a version`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});

function unpinned({ program, words }: PlainCommand): PlainWord | undefined {
	const installer = INSTALLERS.find(({ programs }) => programs.includes(program));
	if (installer === undefined || words.some(({ text }) => installer.versions.test(text))) return undefined;
	const verbs = installer.verbs.find((candidate) => candidate.every((verb, index) => isVerb(words[index], verb)));
	if (verbs === undefined || (verbs.length === 0 && program === "choco")) return undefined;
	const rest = words.slice(verbs.length);
	for (let at = 0; at < rest.length; at++) {
		const word = rest[at] as PlainWord;
		if (installer.named?.test(word.text)) return settled(namesAt(installer, rest, at + 1));
		if (installer.values.test(word.text)) at++;
		else if (!/^[-/]/.test(word.text)) return settled(namesAt(installer, rest, at));
	}
	return undefined;
}

function isVerb(word: PlainWord | undefined, verb: string | RegExp): boolean {
	const text = word?.text.toLowerCase() ?? "";
	return typeof verb === "string" ? text === verb : verb.test(text);
}

/** The word with the package, or all those of PowerShell's list: `a,b`, `'a', 'b'`. */
function namesAt({ takesList }: Installer, words: readonly PlainWord[], at: number): PlainWord | undefined {
	const first = words[at];
	if (takesList !== true || first === undefined) return first;
	let end = at;
	while (words[end]?.text.endsWith(",") && end + 1 < words.length) end++;
	const names = words.slice(at, end + 1);
	const text = names.map((word) => word.text.replace(/["']/g, "")).join("");
	return { text: text.replaceAll(",", ", "), span: { start: first.span.start, end: (names.at(-1) ?? first).span.end } };
}

/** Names alone; files, variables and `name@version` are settled, or not known. */
function settled(word: PlainWord | undefined): PlainWord | undefined {
	return word !== undefined &&
		/^[A-Za-z][\w.-]*(?:, [A-Za-z][\w.-]*)*$/.test(word.text) &&
		!/\.(?:config|nupkg|csproj|sln)$/.test(word.text)
		? word
		: undefined;
}
