import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { hasNewNpm } from "../../dockerfile/packages/npmVersion.ts";
import { callHasOption, packageCallAt, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { isRepositoryAmong } from "../../image/reference.ts";
import { byProgram } from "../../knowledge/byProgram.ts";
import { SAFETY_OVERRIDES, type SafetyOverride } from "../../knowledge/safetyOverrides.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report } from "../rule.ts";

export const packageManagerSafetyOverride = defineRule({
	id: "package-manager-safety-override",
	title: "A package manager is told to go on where it would stop",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["npm", "pip", "uv", "composer", "cargo", ...APT_WORDS, "yum", "dnf", "microdnf", "dpkg", "rpm"] },
	why: "Such options were added on the day on which a build failed, and stay for ever. What they silence, conflicts, missing requirements, packages that do not fit, is then found in production: the build is green whatever the next version brings.",
	remedy:
		"Take the option out and solve what it hides: update what conflicts, name the versions that fit. For Python, install into a virtual environment instead of the system's packages.",
	references: [
		"https://docs.npmjs.com/cli/v11/commands/npm-install",
		"https://getcomposer.org/doc/03-cli.md#install-i",
		"https://peps.python.org/pep-0668/",
	],
	examples: [
		{
			caption: "Conflicts between packages are ignored",
			bad: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci «--legacy-peer-deps»\n",
			fixed: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
		},
		{ caption: "It stops where packages do not fit", good: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n" },
		{
			caption: "Conflicts are ignored",
			bad: "FROM node:22\nRUN npm ci «--legacy-peer-deps» && npm install --omit=dev \\\n      # hm\n      «--force» \\\n      a@1\n",
			fixed: "FROM node:22\nRUN npm ci && npm install --omit=dev \\\n      # hm\n      a@1\n",
		},
		{
			caption: "Other managers, with Windows line breaks",
			bad: "FROM debian:12\r\nRUN apt-get install -y «--allow-downgrades» a=1 && composer install «--ignore-platform-reqs»\r\nRUN dpkg -i «--force-depends» c.deb; dnf install -y «--skip-broken» d && rpm -i «--nodeps» e.rpm\r\nRUN apt-get «-o Dpkg::Options::=\"--force-downgrade\"» install f; yum install «--nobest» g; composer install «--ignore-platform-req='*'»; cargo publish «--allow-dirty»\r\n",
			fixed:
				"FROM debian:12\r\nRUN apt-get install -y a=1 && composer install\r\nRUN dpkg -i c.deb; dnf install -y d && rpm -i e.rpm\r\nRUN apt-get install f; yum install g; composer install; cargo publish\r\n",
		},
		{
			caption: "A Python that the distribution manages takes nothing without: no edit",
			bad: "FROM ubuntu:24.04\nRUN pip install «--break-system-packages» b==1\n",
		},
		{
			caption: "The pip of a virtual environment",
			bad: "FROM ubuntu:24.04\nRUN python3 -m venv /opt/app && /opt/app/bin/pip install «--break-system-packages» a==1\nRUN /venv/bin/pip install «--break-system-packages» b==1\n",
			fixed: "FROM ubuntu:24.04\nRUN python3 -m venv /opt/app && /opt/app/bin/pip install a==1\nRUN /venv/bin/pip install b==1\n",
		},
		{
			caption: "Where it does nothing",
			bad: "FROM python:3.13 AS a\nRUN pip install «--break-system-packages» b==1\nFROM public.ecr.aws/docker/library/python:3.13\nRUN pip install «--break-system-packages» c==1\nCOPY --from=a /a /a\n",
			fixed:
				"FROM python:3.13 AS a\nRUN pip install b==1\nFROM public.ecr.aws/docker/library/python:3.13\nRUN pip install c==1\nCOPY --from=a /a /a\n",
		},
		{
			caption: "What apt mends afterwards: no edit",
			bad: "FROM debian:12\nRUN dpkg -i «--force-depends» a.deb && apt-get -y -f install\n",
		},
		{
			caption: "Files of another package: no edit",
			bad: "FROM debian:12\nRUN dpkg -i «--force-overwrite» a.deb && apt-get «-o Dpkg::Options::=--force-overwrite» install b\n",
		},
		{
			caption: "With a value",
			bad: "FROM node:22\nRUN npm install «--unsafe-perm true» a@1\n",
			fixed: "FROM node:22\nRUN npm install a@1\n",
		},
		{
			caption: "An npm that runs scripts as nobody without it, and one that nobody knows: no edit",
			bad: "FROM node:12.4-alpine AS a\nENV NPM_CONFIG_PREFIX=/esy\nRUN npm install -g «--unsafe-perm» esy@0.6.0\nFROM acme/base:1\nRUN npm install -g «--unsafe-perm» esy@0.6.0\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Where the file switches to a Node that is old or unknown: no edit",
			bad: "FROM debian:12 AS a\nRUN apt-get update && apt-get install -y npm && npm install -g n && n 12 && npm install -g «--unsafe-perm» b@1\nFROM node:22\nRUN nvm install $NODE\nRUN npm install -g «--unsafe-perm» b@1\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Where it switches to a new one",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y npm && npm install -g n && n prune && n lts && asdf install ruby 2.7\nRUN npm install -g «--unsafe-perm» b@1\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y npm && npm install -g n && n prune && n lts && asdf install ruby 2.7\nRUN npm install -g b@1\n",
		},
		{
			caption: "An npm of Red Hat's systems, new and old",
			bad: "FROM rockylinux:9 AS a\nRUN dnf install -y npm && npm install -g «--unsafe-perm» b@1\nFROM redhat/ubi8\nRUN dnf install -y npm && npm install -g «--unsafe-perm» b@1\nCOPY --from=a /a /a\n",
			fixed:
				"FROM rockylinux:9 AS a\nRUN dnf install -y npm && npm install -g b@1\nFROM redhat/ubi8\nRUN dnf install -y npm && npm install -g --unsafe-perm b@1\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Something else",
			good: "FROM node:22\nRUN npm install --legacy-peer-deps false a@1 && npm cache clean --force && npm install --legacy-peer-deps=false && rm --force x && dpkg -i --force-confold a.deb && dpkg --purge --force-remove-essential bash && composer install --ignore-platform-req=ext-gd && cargo install --force b && rpm -e --nodeps c && apt-get install -y --allow-downgrades=false d && apt-get -o Dpkg::Options::=--force-confold install e && cargo build --allow-dirty\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					for (const { option, entry, program } of overrides(step, command)) {
						const place = { start: option.word.span.start, end: (option.valueWord ?? option.word).span.end };
						const severity = stage.use === "unused" || entry.minor === true ? "hint" : undefined;
						const exact = option.word.text.startsWith(option.name);
						reports.push({
							span: place,
							message: isForgotten(step, program, option)
								? `npm 7 and later ignore ${option.name}`
								: `${program} ${option.name} ${entry.fact}`,
							...(severity === undefined ? {} : { severity }),
							fixes:
								command.decoded || !exact || isNeeded(step, command, option)
									? []
									: [
											{
												title: `Remove ${option.name}`,
												safety: "review",
												edits: [removeArgument(file, place)],
												note: "The build fails where the option hides something.",
											},
										],
						});
					}
				}
			}
		}
		return reports;
	},
});

/** Whether the build is certain, or likely, to end without the option, whatever the next version brings. */
function isNeeded(step: Step, command: ShellCommand, { name, value }: ShellOption): boolean {
	// npm 6 runs the scripts of packages as nobody where root calls it.
	if (name === "--unsafe-perm") return !hasNewNpm(step);
	if (name === "--break-system-packages") return !hasOwnPython(step.stage) && !isOfEnvironment(step, command);
	if (/--force-overwrite/.test(value ?? name)) return true;
	return name.startsWith("--force-depends") && isMendedBehind(step, command);
}

/** Whether an option does nothing in the npm that is certain to be there. */
function isForgotten(step: Step, program: string, { name }: ShellOption): boolean {
	return program === "npm" && name === "--unsafe-perm" && hasNewNpm(step);
}

/** Whether the Python of the stage is certain to be none that a distribution manages (PEP 668): there the option does nothing. */
function hasOwnPython(stage: Stage): boolean {
	const base = rootBase(stage);
	return base.kind === "image" && isRepositoryAmong(base.reference, ["python", "public.ecr.aws/docker/library/python"]);
}

/** Whether a command is the pip of a virtual environment, by its path, which no distribution manages. */
function isOfEnvironment(step: Step, command: ShellCommand): boolean {
	const path = command.name?.value ?? "";
	const folder = /^(.+)\/bin\/[^/]+$/.exec(path)?.[1];
	if (folder === undefined) return false;
	return /venv|virtualenv/.test(folder) || environmentsOf(step.stage).has(folder);
}

/** The folders that a stage's lineage makes virtual environments in, with the other words of those commands. */
const environmentsOf = remembered(
	(stage: Stage): ReadonlySet<string> =>
		new Set(
			lineage(stage)
				.flatMap(runSteps)
				.flatMap(commandsOf)
				.filter(makesEnvironment)
				.flatMap(({ args }) => args.flatMap(({ value }) => value ?? [])),
		),
);

function makesEnvironment({ program, args }: ShellCommand): boolean {
	return program === "virtualenv" || (/^(?:python[\d.]*|uv)$/.test(program ?? "") && args.some(({ value }) => value === "venv"));
}

/** `dpkg -i --force-depends x.deb && apt-get -f install`: what is missing comes afterwards. */
function isMendedBehind(step: Step, command: ShellCommand): boolean {
	return packageCallsOf(step).some(
		(call) => call.manager === "apt" && call.command.at > command.at && callHasOption(call, "-f", "--fix-broken"),
	);
}

interface Override {
	readonly option: ShellOption;
	readonly entry: SafetyOverride;
	readonly program: string;
}

const NONE: readonly Override[] = [];
const OVERRIDES_OF = byProgram(SAFETY_OVERRIDES);

function overrides(step: Step, command: ShellCommand): readonly Override[] {
	const call = packageCallAt(step, command);
	const id = call?.manager ?? command.program;
	const entries = id === undefined ? undefined : OVERRIDES_OF.get(id);
	if (entries === undefined) return NONE;
	const options = call?.options ?? readArguments(command.args, ["--root", "--dbpath", "--admindir"]).options;
	if (options.length === 0) return NONE;
	// `rpm -e --nodeps` takes something out.
	if (id === "rpm" && !options.some(({ name }) => /^(?:-[iUF]|--install|--upgrade)$/.test(name))) return [];
	if (id === "dpkg" && options.some(({ name }) => /^(?:-[rP]|--remove|--purge)$/.test(name))) return [];
	const verb = call?.verb ?? "";
	const program = (call?.manager === "pip" ? "pip" : command.program) ?? "";
	const found: Override[] = [];
	for (const entry of entries) {
		for (const option of options) {
			if (entry.names.test(option.name) && entry.verbs?.test(verb) !== false && entry.harmless?.test(option.value ?? "") !== true)
				found.push({ option, entry, program });
		}
	}
	return found;
}
