import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { appendCleaning } from "../../dockerfile/layers/layerCleaning.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { type InstalledPackage, installedPackages, isForBuilds, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import { callHasOption, type PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { SYSTEM_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const MOST_CHARACTERS = 40;
/** Programs that need a compiler, or may. */
const BUILDERS =
	/^(?:make|gmake|cmake|ninja|meson|configure|gcc(?:-\d+)?|g\+\+(?:-\d+)?|cc|c\+\+|clang(?:\+\+)?(?:-\d+)?|cargo|go|pip[\d.]*|poetry|pipenv|uv|npm|yarn|pnpm|node-gyp|gem|bundle|docker-php-ext-install|pecl|phpize|luarocks|cpanm|R|Rscript|mix|autoreconf)$/;
/** Containers that are there to build, or for people. */
const FOR_BUILDS = /^(?:bash|sh|ash|zsh|make|gcc|cargo|go|cmake|npm|yarn|gradle|mvn|tail|sleep|code|jupyter|jupyter-lab)$/;

export const buildDependenciesLeftInLayer = defineRule({
	id: "build-dependencies-left-in-layer",
	title: "Compilers and headers stay in the image that ships",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "prefer-multi-stage-build"]),
	onlyWith: { words: SYSTEM_MANAGER_WORDS },
	why: "What only a build needs is often most of an image: hundreds of megabytes of compilers and headers, that each host pulls, that every scan reports vulnerabilities of, and with which whoever breaks in builds tools on the spot. Removing them in a later RUN does not help: they stay in the layer below.",
	remedy:
		"Build in a stage of its own and copy the result. Where that is not possible, remove them in the same RUN: on Alpine `apk add --no-cache --virtual .build-deps …` and `apk del .build-deps`, on Debian `apt-get purge -y --auto-remove …`.",
	references: [
		"https://docs.docker.com/build/building/multi-stage/",
		"https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper#Add_a_Package",
	],
	examples: [
		{
			caption: "Removed by the RUN that needs them",
			good: 'FROM alpine:3.20\nRUN apk add --no-cache --virtual .build-deps gcc musl-dev make && make -C /src install && apk del .build-deps\nCMD ["/usr/local/bin/app"]\n',
		},
		{
			caption: "For one build step",
			bad: 'FROM alpine:3.20\nRUN apk add --no-cache «gcc» musl-dev make && make -C /src install\nCMD ["/usr/local/bin/app"]\n',
			fixed:
				'FROM alpine:3.20\nRUN apk add --virtual .build-deps --no-cache gcc musl-dev make && make -C /src install && apk del .build-deps\nCMD ["/usr/local/bin/app"]\n',
		},
		{
			caption: "Among others, for wheels, with Windows line breaks: no edit",
			bad: 'FROM python:3.12-slim\r\nRUN apt-get update && apt-get install -y curl \\\r\n    «build-essential» libpq-dev\r\nRUN pip install -r requirements.txt\r\nCMD ["gunicorn", "app"]\r\n',
		},
		{
			caption: "Removed again",
			good: 'FROM alpine:3.20\nRUN apk add --no-cache --virtual .build-deps gcc make && make && apk del .build-deps\nRUN apk add --no-cache g++ && make && apk del g++\nRUN saved="$(apt-mark showmanual)"; apt-get install -y gcc; make; apt-mark auto ".*"; apt-mark manual $saved; apt-get purge -y --auto-remove\nCMD ["/app"]\n',
		},
		{
			caption: "In a builder, for no build, or in an image that is there to build",
			good: 'FROM alpine:3.20 AS build\nRUN apk add --no-cache gcc && make\nFROM alpine:3.20\nCOPY --from=build /app /app\nRUN apk add --no-cache make eudev libffi\nCMD ["/app"]\n',
		},
		{
			caption: "One package, twice",
			bad: 'FROM debian:12\nRUN apt-get update && apt-get install -y «libssl-dev» curl && apt-get install -y libssl-dev\nRUN make\nCMD ["/app"]\n',
		},
		{
			caption: "The base image brings compilers itself",
			good: 'FROM buildpack-deps:bookworm\nRUN apt-get update && apt-get install -y libfoo-dev\nRUN make\nCMD ["/app"]\n',
		},
		{
			caption: "So does the full variant of an image that is built on it",
			good: 'FROM ruby:4.0\nRUN apt-get update && apt-get install -y build-essential\nRUN make\nCMD ["/app"]\n',
		},
		{
			caption: "A small variant does not; compilers by version",
			bad: 'FROM ruby:4.0-slim\nRUN apt-get update && apt-get install -y «g++-11» clang-14 clang-format-14\nRUN g++-11 a.cc\nCMD ["/app"]\n',
		},
		{
			caption: "A digest alone does not say which variant it is",
			bad: `FROM node@sha256:${"1".repeat(64)}\nRUN apt-get update && apt-get install -y «build-essential»\nRUN make\nCMD ["/app"]\n`,
		},
		{ caption: "For people", good: 'FROM debian:12\nRUN apt-get install -y gcc make && make\nCMD ["bash"]\n' },
		{ caption: "Nobody knows what starts", good: "FROM debian:12\nRUN apt-get install -y gcc make && make\n" },
		{
			caption: "An image of source-to-image, which builds applications",
			good: 'FROM debian:12\nLABEL io.openshift.s2i.scripts-url=image:///usr/libexec/s2i\nRUN apt-get update && apt-get install -y gcc make && make -C /src install\nCMD ["/usr/libexec/s2i/usage"]\n',
		},
	],
	check(file) {
		const seen = new Set<Stage>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stageBaseFacts(stage).compilers === true || !isApplication(stage)) continue;
			let last: number | undefined;
			for (const ancestor of lineage(stage)) {
				if (seen.has(ancestor)) continue;
				seen.add(ancestor);
				for (const step of runSteps(ancestor)) {
					const left = installedPackages(step).filter(
						(found) => isForBuilds(found) && !found.word.text.includes("PHPIZE_DEPS") && !isRemovedAgain(step, found),
					);
					const first = left[0];
					if (first === undefined) continue;
					last ??= lastBuild(stage);
					if (step.span.start > last) continue;
					reports.push({ span: first.word.span, message: messageOf(left, first), fixes: () => fixesOf(step, first.call, left) });
				}
			}
		}
		return reports.length > 0 && fileSays(file, SOURCE_TO_IMAGE) ? [] : reports;
	},
});

function messageOf(left: readonly InstalledPackage[], first: InstalledPackage): string {
	const name = shortened(first.name, MOST_CHARACTERS);
	const count = new Set(left.map((found) => found.name)).size;
	return count === 1
		? `${name} stays in the image after the build`
		: `${name} and ${count - 1} more for builds stay in the image after the build`;
}

/** Whether containers run an application, as far as the file says. */
function isApplication(stage: Stage): boolean {
	const { commands } = containerStart(stage);
	const last = commands[commands.length - 1];
	return last?.program !== undefined && !FOR_BUILDS.test(last.program) && !/dev|build|test|ci\b/i.test(stage.name?.text ?? "");
}

/** Images of source-to-image, in which applications are built by their users. */
const SOURCE_TO_IMAGE = /\bio\.openshift\.s2i\b|\bSTI_SCRIPTS_PATH\b/;

/** Where the last RUN that builds something stands; before all others if there is none. */
function lastBuild(stage: Stage): number {
	const builds = lineage(stage)
		.flatMap(runSteps)
		.filter((step) => commandsOf(step).some(isBuild));
	return builds.reduce((last, step) => Math.max(last, step.span.start), -1);
}

function isBuild({ program, args }: ShellCommand): boolean {
	if (program === undefined) return false;
	if (/^python[\d.]*$/.test(program)) return args.some((word) => word.value === "pip" || word.value === "setup.py");
	return BUILDERS.test(program) && !args.some((word) => /^--?(?:version|help)$/.test(word.text));
}

/** On Alpine, where one call brings them all, and the build is in the same RUN. */
function fixesOf(step: Step, call: PackageCall, left: readonly InstalledPackage[]): readonly EditFix[] {
	const verb = call.verbWord;
	if (
		call.manager !== "apk" ||
		stageFamily(step.stage) !== "alpine" ||
		verb === undefined ||
		call.command.decoded ||
		call.command.wrapper !== undefined
	)
		return [];
	if (callHasOption(call, "-t", "--virtual") || left.some((found) => found.call !== call)) return [];
	const all = installedPackages(step).filter((found) => found.call === call);
	const builds = commandsOf(step);
	if (all.length !== left.length || !builds.slice(builds.indexOf(call.command) + 1).some(isBuild)) return [];
	const removal = appendCleaning(step, "apk del .build-deps");
	if (removal === undefined) return [];
	return [
		{
			title: "Remove them in the same RUN",
			safety: "review",
			edits: [insertAfter(verb.span, " --virtual .build-deps"), removal],
			note: "Libraries that the result needs at run time have to be installed by their own names.",
		},
	];
}
