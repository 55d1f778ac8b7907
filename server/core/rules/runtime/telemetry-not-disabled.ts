import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { programChain } from "../../dockerfile/start/innerProgram.ts";
import { TELEMETRY, type TelemetrySetting } from "../../knowledge/telemetry.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

export const telemetryNotDisabled = defineRule({
	id: "telemetry-not-disabled",
	title: "A tool reports how it is used",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [{ tool: "tally", id: "prefer-telemetry-opt-out", relation: "same" }],
	onlyWith: {
		instructions: ["RUN"],
		words: [
			"dotnet",
			"next",
			"gatsby",
			"nuxt",
			"nuxi",
			"ng",
			"astro",
			"turbo",
			"strapi",
			"brew",
			"pwsh",
			"az",
			"func",
			"sam",
			"wrangler",
			"vercel",
			"terraform",
		],
	},
	why: "Some tools send to their makers which commands run, on which system, in which project. A build machine has not been asked; in a closed network the attempt costs time, and in some organisations nothing of the kind may leave.",
	remedy: "Set the variable with which the tool is told not to: with ENV, or with ARG in a stage that only builds.",
	references: [
		"https://learn.microsoft.com/en-us/dotnet/core/tools/telemetry",
		"https://nextjs.org/telemetry",
		"https://consoledonottrack.com/",
	],
	examples: [
		{ caption: "Switched off", good: "FROM mcr.microsoft.com/dotnet/sdk:8.0\nENV DOTNET_CLI_TELEMETRY_OPTOUT=1\nRUN dotnet publish\n" },
		{
			caption: "Once for each tool and stage",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN «dotnet» restore\nRUN dotnet publish\n",
			fixed: "FROM mcr.microsoft.com/dotnet/sdk:8.0\nENV DOTNET_CLI_TELEMETRY_OPTOUT=1\nRUN dotnet restore\nRUN dotnet publish\n",
		},
		{
			caption: "In a stage that only builds",
			bad: "FROM node:22 AS build\nRUN npm ci && npx «next» build\nFROM node:22\nCOPY --from=build /a /a\n",
			fixed: "FROM node:22 AS build\nARG NEXT_TELEMETRY_DISABLED=1\nRUN npm ci && npx next build\nFROM node:22\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Started by other package managers",
			bad: "FROM node:22\nRUN pnpm exec «next» build\nFROM node:22\nRUN pnpm «turbo» build\nFROM node:22\nRUN yarn «next» build\nFROM node:22\nRUN npm exec -- «next@15» build\nFROM node:22\nRUN pnpm dlx «turbo» prune web\n",
			fixed:
				"FROM node:22\nARG NEXT_TELEMETRY_DISABLED=1\nRUN pnpm exec next build\nFROM node:22\nARG TURBO_TELEMETRY_DISABLED=1\nRUN pnpm turbo build\nFROM node:22\nARG NEXT_TELEMETRY_DISABLED=1\nRUN yarn next build\nFROM node:22\nARG NEXT_TELEMETRY_DISABLED=1\nRUN npm exec -- next@15 build\nFROM node:22\nENV TURBO_TELEMETRY_DISABLED=1\nRUN pnpm dlx turbo prune web\n",
		},
		{
			caption: "Once for a stage and those that start from it",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nRUN «dotnet» build\nFROM build AS publish\nRUN dotnet publish\nFROM debian:12\nCOPY --from=publish /a /a\n",
			fixed:
				"FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nARG DOTNET_CLI_TELEMETRY_OPTOUT=1\nRUN dotnet build\nFROM build AS publish\nRUN dotnet publish\nFROM debian:12\nCOPY --from=publish /a /a\n",
		},
		{ caption: "Told not to", good: "FROM node:22\nARG NEXT_TELEMETRY_DISABLED=1\nRUN next build && NG_CLI_ANALYTICS=false ng build\n" },
		{
			caption: "By a command, or for all tools",
			good: "FROM node:22\nENV DO_NOT_TRACK=1\nRUN npx next telemetry disable && npx next build && npx turbo build\nFROM node:22\nRUN npx gatsby telemetry --disable && npx gatsby build && npx strapi telemetry:disable && npx strapi build\n",
		},
		{
			caption: "Projects that are called so, and a command that only asks",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nWORKDIR /src\nCOPY . .\nRUN «dotnet» restore analytics/Analytics.csproj\nFROM node:22\nRUN npx «ng» build analytics-dashboard\nRUN npx «next» telemetry status\n",
			fixed:
				"FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nWORKDIR /src\nCOPY . .\nARG DOTNET_CLI_TELEMETRY_OPTOUT=1\nRUN dotnet restore analytics/Analytics.csproj\nFROM node:22\nENV NG_CLI_ANALYTICS=false\nRUN npx ng build analytics-dashboard\nENV NEXT_TELEMETRY_DISABLED=1\nRUN npx next telemetry status\n",
		},
		{ caption: "A base image that may have said so", good: "FROM acme/base\nRUN dotnet restore\n" },
		{ caption: "Another tool", good: "FROM node:22\nRUN npm run next && echo turbo\n" },
	],
	check(file) {
		const reports: Report[] = [];
		const namedIn = new Map<Stage, ReadonlySet<string>>();
		for (const stage of file.stages) {
			// What is set in a stage, be it by ARG, counts in those that start from it.
			const parent = stage.base.kind === "stage" ? namedIn.get(stage.base.stage) : undefined;
			const named = new Set(parent);
			namedIn.set(stage, named);
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const found = settingFor(command);
					// The tool keeps that in its own settings.
					if (found !== undefined && switchesOff(command)) named.add(found.setting.name);
					if (found === undefined || named.has(found.setting.name) || !isMissing(step, command, found.setting)) continue;
					named.add(found.setting.name);
					const { setting, span } = found;
					const keyword = stage.use === "shipped" || stage.use === "ancestor" ? "ENV" : "ARG";
					const line = `${keyword} ${setting.name}=${setting.value}`;
					reports.push({
						span,
						message: `${setting.tool} reports how it is used: ${setting.name} is not set`,
						fixes: [{ title: `Set ${setting.name}`, safety: "review", edits: [insertInstructionBefore(file, step, line)] }],
					});
				}
			}
		}
		return reports;
	},
});

/** The tool that a command is, or that `npx`, `pnpm exec` and their like run. */
function settingFor(command: ShellCommand) {
	for (const { program, at } of programChain(command)) {
		const word = at === -1 ? command.name : command.args[at];
		const tool = at === -1 ? program : program.replace(/@.*$/, "");
		const setting = Object.hasOwn(TELEMETRY, tool) ? TELEMETRY[tool] : undefined;
		if (word !== undefined && setting !== undefined) return { setting, span: word.span };
	}
	return undefined;
}

/** `next telemetry disable`, `brew analytics off`, `strapi telemetry:disable`. */
function switchesOff({ args }: ShellCommand): boolean {
	return args.some(
		({ text }, index) =>
			text === "telemetry:disable" ||
			(/^(?:telemetry|analytics)$/.test(text) && /^(?:--)?(?:disable|off)$/.test(args[index + 1]?.text ?? "")),
	);
}

/** Microsoft's own images are known not to set it. */
function isMissing(step: Step, command: ShellCommand, { name, honoursDoNotTrack }: TelemetrySetting): boolean {
	if (honoursDoNotTrack && shellVariableAt(step, command, "DO_NOT_TRACK").kind !== "unset") return false;
	const value = shellVariableAt(step, command, name);
	if (value.kind !== "unknown") return value.kind === "unset";
	const base = rootBase(step.stage);
	const declared = step.stage.file.instructions.some((instruction) => instruction.arguments.text.includes(name));
	return name.startsWith("DOTNET") && !declared && base.kind === "image" && base.reference.repository.startsWith("dotnet/");
}
