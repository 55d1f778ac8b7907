import { baseName } from "../../baseName.ts";
import { baseImageFacts } from "../../dockerfile/base/baseFacts.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { cloneArguments, gitVerb } from "../../dockerfile/commands/gitCommands.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import { globMatches } from "../../dockerfile/files/removals.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { compiles } from "../../dockerfile/packages/compiling.ts";
import { installedPackages, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { splitStage } from "../../dockerfile/start/split.ts";
import { isWorkplace } from "../../dockerfile/start/workplace.ts";
import type { Fix, Related } from "../../finding.ts";
import { C_COMPILER_PACKAGES, COMPILERS } from "../../knowledge/compilers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { defineRule, similar } from "../rule.ts";

/** Packages that make programs, besides compilers for C: nothing that runs needs them. */
const BUILD_TOOL_PACKAGES =
	/^(?:gfortran|make|cmake|automake|autoconf|ninja-build|meson|golang(?:-[\d.]+)?(?:-go)?|rustc|cargo|maven|gradle|(?:default|openjdk-\d+)-jdk(?:-headless)?|java-[\d.]+-openjdk-devel)$/;
const HEADER_PACKAGES = /-(?:dev|devel|headers)$/;
const INTERPRETERS = /^(?:python[\d.]*|pypy3?|php[\d.]*|ruby|irb|perl[\d.]*|node|ghci|erl|iex|lua|R|julia|guile|racket)$/;
/** How much speaks for a build before it is called one. */
const THRESHOLD = 4;

export const multiStageBuildMissing = defineRule({
	id: "multi-stage-build-missing",
	title: "What is only needed to build is shipped",
	category: "base-image",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "prefer-multi-stage-build"], ["droast", "DF011"]),
	supersededBy: ["final-stage-from-sdk-image"],
	onlyWith: { instructions: ["RUN"] },
	why: "The file has one stage, and compiles in it: compilers, header files and sources stay in the image. They make it several times as large, fill the lists of scanners, and give somebody who has got in the tools to build more. Removing them in a later instruction leaves them in the layer below.",
	remedy: "Build in a stage of its own, and copy what was built into one that starts from a plain image: `COPY --from=build /app /app`.",
	references: [
		"https://docs.docker.com/build/building/multi-stage/",
		"https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds",
	],
	examples: [
		{
			caption: "Where it can be told what is started",
			bad: 'FROM «debian:12»\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /src\nCOPY . .\nRUN gcc -o /app main.c\nCMD ["/app"]\n',
			fixed:
				'FROM debian:12 AS build\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /src\nCOPY . .\nRUN gcc -o /app main.c\n\nFROM debian:12\nWORKDIR /src\nCOPY --from=build /app /app\nCMD ["/app"]\n',
		},
		{
			caption: "Built in a stage of its own",
			good: 'FROM debian:12 AS build\nRUN apt-get update && apt-get install -y gcc make\nCOPY . /src\nRUN make -C /src\nFROM debian:12-slim\nCOPY --from=build /src/app /usr/local/bin/app\nCMD ["app"]\n',
		},
		{
			caption: "A compiler, and a program that is built with it",
			bad: 'FROM «debian:12»\nRUN apt-get update && apt-get install -y gcc make\nCOPY . /src\nRUN make -C /src && cp /src/mock /usr/local/bin/mock\nUSER 1000\nCMD ["/usr/local/bin/mock"]\n',
		},
		{
			caption: "Header files, sources from the web, a build",
			bad: 'FROM «python:3.13»\nRUN apt-get update && apt-get install -y libfoo-dev\nRUN curl -fsSL https://example.com/a.tar.gz | tar xz && cd a && ./configure && make && make install\nCMD ["python", "/a.py"]\n',
		},
		{
			caption: "The sources are removed, the compilers stay",
			bad: 'FROM «debian:12»\nRUN apt-get update && apt-get install -y gcc make\nRUN git clone https://example.com/a.git /src && make -C /src install && rm -rf /src\nCMD ["/app"]\n',
		},
		{
			caption: "Something else is removed",
			bad: 'FROM «debian:12»\nRUN apt-get update && apt-get install -y gcc make\nRUN git -c core.autocrlf=false clone https://example.com/a.git /src && make -C /src install && rm -rf /var/lib/apt/lists/*\nCMD ["/app"]\n',
		},
		{
			caption: "Removed in the same layer",
			good: 'FROM alpine:3.22\nRUN apk add --no-cache --virtual .build gcc make && make -C /src && apk del .build\nCMD ["/app"]\n',
		},
		{
			caption: "One sign alone",
			good: 'FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc libpq-dev\nRUN pip install psycopg2\nCMD ["python", "/a.py"]\n',
		},
		{
			caption: "Two stages, and a place to work in",
			good: "FROM debian:12 AS build\nRUN apt-get install -y gcc make && make\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
		{
			caption: "An interpreter for others to build on",
			good: 'FROM buildpack-deps:bookworm\nRUN apt-get install -y make gcc && make install\nCMD ["python3"]\n',
		},
		{
			caption: "The container makes packages",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y build-essential devscripts fakeroot git\nCOPY . /src\nWORKDIR /src\nRUN make cmds\nCMD debuild -us -uc -b && mv /tmp/*.deb /dist\n",
		},
		{ caption: "A shell for developers", good: 'FROM debian:12\nRUN apt-get install -y gcc make && make\nCMD ["bash"]\n' },
	],
	check(file) {
		const stage = file.stages[0];
		if (
			stage?.image === undefined ||
			file.stages.length !== 1 ||
			stage.base.kind === "scratch" ||
			(stage.base.kind === "image" && baseImageFacts(stage.base.reference).sdk !== undefined) ||
			!runSteps(stage).some((step) => commandsOf(step).some(isBuild)) ||
			isWorkplace(stage) ||
			isInterpreter(stage)
		)
			return [];
		const signs = runSteps(stage).flatMap(signsOf);
		const kinds = new Set(signs.map(({ kind }) => kind));
		const points = [...kinds].reduce((sum, kind) => sum + POINTS[kind], 0);
		if (points < THRESHOLD || !kinds.has("build")) return [];
		return [
			{
				span: stage.image.span,
				message: `The only stage builds the program, so that ${shippedBy(stage, kinds)} are shipped`,
				related: signs.slice(0, 4).map(({ related }) => related),
				fixes: () => fixesFor(stage),
			},
		];
	},
});

/** What is shipped for nothing, as far as the file shows it. */
function shippedBy(stage: Stage, kinds: ReadonlySet<SignKind>): string {
	const tools = kinds.has("compiler") ? "compilers" : "header files";
	return stage.steps.some(leavesSources) ? `${tools} and sources` : tools;
}

/** Whether a step copies folders of the context, or fetches sources and does not remove their folder. */
function leavesSources(step: Step): boolean {
	const copy = contextCopyOf(step);
	if (copy !== undefined)
		return wholeContextSource(copy) !== undefined || copy.sources.some(({ value }) => /(?:^|\/)(?:src|sources?)$|.\/$/.test(value ?? ""));
	if (step.keyword !== "RUN" || !signsOf(step).some(({ kind }) => kind === "sources")) return false;
	const commands = commandsOf(step);
	const folders = commands.flatMap(sourceFolders);
	return !commands.some((command) => removesFolder(command, folders));
}

/** The folders that sources are fetched to, taken out to, or built in, as they are written. */
function sourceFolders(command: ShellCommand): readonly string[] {
	const { program, args } = command;
	const words = args.map(comparable);
	const operands = words.filter((word) => !word.startsWith("-"));
	if (program === "cd") return operands.slice(0, 1);
	if (program === "git") return (cloneArguments(command)?.operands ?? []).map((word) => comparable(word).replace(/\.git\/?$/, ""));
	if (program === "tar" || program === "unzip") return words.filter((_, at) => /^(?:-C|-d|--directory)$/.test(words[at - 1] ?? ""));
	return [];
}

function removesFolder({ program, args }: ShellCommand, folders: readonly string[]): boolean {
	const words = args.map(comparable);
	if (program !== "rm" || !words.some((word) => /^-\w*[rR]|^--recursive$/.test(word))) return false;
	const removed = words.filter((word) => !word.startsWith("-")).map((word) => word.replace(/(?:\/\*?)+$/, ""));
	return folders.some((folder) => {
		const path = folder.replace(/\/+$/, "");
		return (
			path !== "" &&
			removed.some((word) => word !== "" && (`${path}/`.startsWith(`${word}/`) || globMatches(baseName(word), baseName(path))))
		);
	});
}

/** Whether the container starts an interpreter with nothing to run: an image for others to build on. */
function isInterpreter(stage: Stage): boolean {
	const { commands } = containerStart(stage);
	return (
		commands.length === 1 &&
		commands.every(({ program, args }) => INTERPRETERS.test(program ?? "") && args.every(({ text }) => /^-[ai]$/.test(text)))
	);
}

type SignKind = "compiler" | "headers" | "build" | "sources";

const POINTS: Readonly<Record<SignKind, number>> = { compiler: 2, headers: 1, build: 2, sources: 1 };

interface Sign {
	readonly kind: SignKind;
	readonly related: Related;
}

/** What speaks for a build in a RUN; nothing where the packages for it are removed again. */
function signsOf(step: Step): readonly Sign[] {
	const packages = installedPackages(step);
	const kept = packages.filter((installed) => !isRemovedAgain(step, installed));
	const cleaned = packages.some((installed) => isRemovedAgain(step, installed));
	const signs: Sign[] = [];
	for (const { name, word } of kept) {
		if (C_COMPILER_PACKAGES.test(name) || BUILD_TOOL_PACKAGES.test(name))
			signs.push({ kind: "compiler", related: { span: word.span, message: "Installs a compiler" } });
		else if (HEADER_PACKAGES.test(name)) signs.push({ kind: "headers", related: { span: word.span, message: "Installs header files" } });
	}
	for (const command of commandsOf(step)) {
		if (cleaned || command.name === undefined) continue;
		if (isBuild(command)) signs.push({ kind: "build", related: { span: command.name.span, message: "Builds" } });
		if (gitVerb(command) === "clone") signs.push({ kind: "sources", related: { span: command.name.span, message: "Fetches sources" } });
	}
	const archive = cleaned ? undefined : downloadsOf(step).find(({ address }) => /\.(?:tar(?:\.\w+)?|tgz|txz|zip)$/.test(address));
	if (archive !== undefined) signs.push({ kind: "sources", related: { span: archive.command.span, message: "Fetches sources" } });
	return signs;
}

const COMPILED = Object.keys(COMPILERS).filter((language) => language !== "JavaScript");
const COMPILING: ReadonlySet<string> = new Set(COMPILED.flatMap((language) => Object.keys(COMPILERS[language] ?? {})));

function isBuild(command: ShellCommand): boolean {
	if (command.program === "configure") return true;
	if (command.program === undefined || !COMPILING.has(command.program)) return false;
	return COMPILED.some((language) => compiles(command, language));
}

function fixesFor(stage: Stage): readonly Fix[] {
	if (stage.image === undefined || stage.image.text.includes("$") || !plainDistribution(stage)) return [];
	const edits = splitStage(stage, stage.image.text);
	if (edits === undefined) return [];
	const note = "Libraries and files that the program reads beside what is copied have to be installed or copied, too.";
	return [{ title: "Ship the program in a stage of its own", safety: "review", edits, note }];
}
