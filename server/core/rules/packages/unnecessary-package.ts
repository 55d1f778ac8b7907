import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { type InstalledPackage, installedPackages, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { isNamedWorkplace } from "../../dockerfile/start/workplace.ts";
import type { EditFix } from "../../finding.ts";
import { INTERACTIVE_PACKAGES, type InteractivePackage } from "../../knowledge/packageNames.ts";
import { shortened } from "../../text.ts";
import { SYSTEM_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const MOST_CHARACTERS = 40;
const INTERACTIVE: ReadonlyMap<string, InteractivePackage> = new Map(Object.entries(INTERACTIVE_PACKAGES));

export const unnecessaryPackage = defineRule({
	id: "unnecessary-package",
	title: "The image holds a package that has no place in production",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["cis", "4.3"], ["dockle", "CIS-DI-0003"]),
	onlyWith: { words: SYSTEM_MANAGER_WORDS },
	why: "Editors, debuggers and network tools serve people at a terminal; in a container that ships nobody sits there. Whoever breaks in finds them ready: to look around, to reach other hosts, to change files. And each of them brings vulnerabilities that every scan reports.",
	remedy:
		"Leave them out, and bring tools to a running container when they are needed: `docker debug`, `kubectl debug --image=…`. The option `packages` adds names of your own.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages",
		"https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container",
	],
	options: [
		{ name: "packages", description: "Names of more packages that have no place in an image", default: [] },
		{ name: "allowed", description: "Names of packages that are fine", default: [] },
	],
	examples: [
		{
			caption: "What the server needs",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl ca-certificates\nCMD ["/app"]\n',
		},
		{
			caption: "Tools for people",
			bad: 'FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    «vim» \\\n    «gdb» \\\n    git\nCMD ["/app"]\n',
			fixed: 'FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    git\nCMD ["/app"]\n',
		},
		{
			caption: "In other dialects, with Windows line breaks",
			bad: 'FROM alpine:3.20\r\nRUN apk add --no-cache «bind-tools» «strace=6.9-r0» curl\r\nCMD ["/app"]\r\n',
			fixed: 'FROM alpine:3.20\r\nRUN apk add --no-cache curl\r\nCMD ["/app"]\r\n',
		},
		{
			caption: "Nothing else is installed: no edit",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y «nano»\n",
		},
		{
			caption: "Names from the options",
			bad: "FROM debian:12\nRUN apt-get install -y «cowsay» vim curl\n",
			fixed: "FROM debian:12\nRUN apt-get install -y vim curl\n",
			options: { packages: ["cowsay"], allowed: ["vim"] },
		},
		{
			caption: "What the file itself uses",
			good: 'FROM debian:12\nRUN apt-get install -y netcat-openbsd vim lsof && apt-get clean\nRUN vim +PlugInstall +qall\nHEALTHCHECK CMD nc -z localhost 80\nENTRYPOINT ["sh", "-c", "lsof -i"]\n',
		},
		{
			caption: "What a script may use that nobody sees",
			good: 'FROM debian:12\nCOPY entrypoint.sh /\nRUN apt-get install -y netcat-openbsd iputils-ping dnsutils\nENTRYPOINT ["/entrypoint.sh"]\n',
		},
		{
			caption: "In images to work in",
			good: 'FROM mcr.microsoft.com/devcontainers/base:bookworm\nRUN apt-get install -y gdb vim curl\nFROM debian:12 AS test\nRUN apt-get install -y strace curl\nFROM debian:12\nARG PING\nRUN if [ "$PING" = true ]; then apt-get install -y inetutils-ping; fi\n',
		},
		{
			caption: "Removed again, in a builder, or nobody knows",
			good: "FROM debian:12 AS build\nRUN apt-get install -y gdb vim\nFROM debian:12\nCOPY --from=build /a /a\nRUN apt-get install -y nano && apt-get purge -y nano && apt-get install -y $TOOLS vim-common\n",
		},
	],
	check(file, { options }) {
		const own = list(options["packages"]);
		const allowed = list(options["allowed"]);
		const used = new Map<string, boolean>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				for (const found of installedPackages(step)) {
					const fact = factOf(found.name, own);
					// Whoever switches it on wants it.
					if (fact === undefined || found.call.command.within.includes("branch")) continue;
					if (allowed.includes(found.name) || isNamedWorkplace(stage) || isRemovedAgain(step, found)) continue;
					if ((fact.forScripts === true && runsHiddenScript(stage)) || isUsedOnce(used, stage, fact.programs)) continue;
					reports.push({
						span: found.word.span,
						message: `${shortened(found.name, MOST_CHARACTERS)} is ${fact.what}`,
						fixes: () => fixesOf(step, found),
					});
				}
			}
		}
		return reports;
	},
});

function list(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function factOf(name: string, own: readonly string[]): InteractivePackage | undefined {
	if (own.includes(name)) return { what: "on the list of packages that images do without", programs: [] };
	return INTERACTIVE.get(name);
}

/** Asked for each package; the answer depends on stage and programs alone. */
function isUsedOnce(used: Map<string, boolean>, stage: Stage, programs: readonly string[]): boolean {
	const key = `${stage.index} ${programs.join(" ")}`;
	const answer = used.get(key) ?? isUsed(stage, programs);
	used.set(key, answer);
	return answer;
}

/** Whether the file calls one of the programs; in a RUN that installs it their names may be those of packages. */
function isUsed(stage: Stage, programs: readonly string[]): boolean {
	return stage.file.stages.some(
		(other) =>
			lineage(other).includes(stage) &&
			other.steps.some((step) => {
				if (!["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD", "SHELL"].includes(step.keyword)) return false;
				if (installedPackages(step).length > 0) return commandsOf(step).some(({ program }) => programs.includes(program ?? ""));
				return programs.some((program) => instructionMentions(step, program));
			}),
	);
}

/** Whether a script that the file does not show runs in the container: it may wait for a port, or look up a name. */
function runsHiddenScript(stage: Stage): boolean {
	return stage.file.stages.some((other) => {
		if (other.use !== "shipped" || !lineage(other).includes(stage)) return false;
		const { commands, hiddenScript } = containerStart(other);
		return hiddenScript !== undefined || commands.length === 0;
	});
}

function fixesOf(step: Step, { call, word, name, version }: InstalledPackage): readonly EditFix[] {
	const { command } = call;
	if (command.decoded || call.operands.length < 2 || word.value !== word.text || word.text !== name + (version ?? "")) return [];
	// Each edit leaves one package behind, as long as not all of them are on the list.
	if (call.operands.every((other) => INTERACTIVE.has(other.value ?? ""))) return [];
	return [{ title: `Remove ${shortened(name, MOST_CHARACTERS)}`, safety: "review", edits: [removeArgument(step.stage.file, word.span)] }];
}
