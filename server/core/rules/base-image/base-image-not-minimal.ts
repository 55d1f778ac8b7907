import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { installedPackages } from "../../dockerfile/packages/installedPackages.ts";
import { packageCallOf } from "../../dockerfile/packages/packageCalls.ts";
import { calledCommands, calledProgram } from "../../dockerfile/start/calledCommands.ts";
import { isWorkplace } from "../../dockerfile/start/workplace.ts";
import { type ImageUse, imageUsesOf, tagEdit } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { byRepository, familiarName, type ImageReference, isRepositoryAmong } from "../../image/reference.ts";
import { C_COMPILER_PACKAGES } from "../../knowledge/compilers.ts";
import { MINIMAL_IMAGES, type MinimalImage } from "../../knowledge/minimalImages.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const baseImageNotMinimal = defineRule({
	id: "base-image-not-minimal",
	title: "The shipped image starts from a full one although there is a small one",
	category: "base-image",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	supersededBy: ["final-stage-from-sdk-image"],
	why: "Full language images hold compilers, version control and the header files of dozens of libraries, for the sake of builds. In an image that is shipped they are several hundred megabytes, most of a scanner's list, and tools for somebody who has got in.",
	remedy:
		"Ship the small variant of the same distribution, and build what has to be compiled in a stage from the full one. Smaller still, at the price of a shell: distroless, Chainguard's and Docker's hardened images. Alpine is small as well, but its C library is another one: ready-made wheels and binaries may not run.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
		"https://github.com/GoogleContainerTools/distroless",
		"https://docs.docker.com/dhi/",
	],
	options: [{ name: "allow", description: "Repositories that may be full, as names or with a `*` at the end.", default: [] }],
	examples: [
		{
			caption: "The small one",
			good: 'FROM python:3.13-slim\nCOPY . /app\nRUN pip install -r /app/requirements.txt\nCMD ["python", "/app/main.py"]\n',
		},
		{
			caption: "The same, without compilers",
			bad: 'FROM «python:3.13»\nCOPY . /app\nRUN pip install -r /app/requirements.txt\nCMD ["python", "/app/main.py"]\n',
			fixed: 'FROM python:3.13-slim\nCOPY . /app\nRUN pip install -r /app/requirements.txt\nCMD ["python", "/app/main.py"]\n',
		},
		{
			caption: "With a code name, a digest, from a stage; only what is shipped",
			bad: `FROM node:22 AS build\nRUN npm ci\nFROM «node:22-bookworm@sha256:${"1".repeat(64)}» AS base\nFROM base\nCOPY --from=build /a /a\nCMD ["node", "/a"]\n`,
			fixed:
				'FROM node:22 AS build\nRUN npm ci\nFROM node:22-bookworm-slim AS base\nFROM base\nCOPY --from=build /a /a\nCMD ["node", "/a"]\n',
		},
		{
			caption: "Another repository",
			bad: 'FROM «registry.access.redhat.com/ubi9/ubi:9.4»\nCOPY a /a\nCMD ["/a"]\n',
			fixed: 'FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4\nCOPY a /a\nCMD ["/a"]\n',
		},
		{
			caption: "From an ARG",
			bad: 'ARG V=12\nFROM «debian:$V»\nCMD ["/a"]\n',
			fixed: 'ARG V=12-slim\nFROM debian:$V\nCMD ["/a"]\n',
		},
		{
			caption: "The build calls what the small one lacks: no repair",
			bad: 'FROM «python:3.13»\nRUN git clone https://example.com/a /a\nCMD ["python", "/a"]\n',
		},
		{
			caption: "Nor where a package manager calls it",
			bad: 'FROM «python:3.12»\nRUN pip install git+https://example.com/a\nCMD ["python", "/a"]\n',
		},
		{ caption: "A tool of the full one alone", bad: "FROM «erlang:23»\nADD . /app\nRUN rebar get-deps\nCMD erl -pa ebin\n" },
		{
			caption: "Gems are compiled as they are installed",
			bad: 'FROM «ruby:4.0»\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\nCMD ["bundle", "exec", "puma"]\n',
		},
		{
			caption: "With a compiler of the file's own",
			bad: 'FROM «ruby:4.0»\nRUN apt-get update && apt-get install -y build-essential\nRUN gem install puma\nCMD ["puma"]\n',
			fixed: 'FROM ruby:4.0-slim\nRUN apt-get update && apt-get install -y build-essential\nRUN gem install puma\nCMD ["puma"]\n',
		},
		{ caption: "So are modules of Node.js", bad: 'FROM «node:22»\nRUN npx node-gyp rebuild\nCMD ["node", "/a"]\n' },
		{ caption: "A health check", bad: 'FROM «node:22»\nHEALTHCHECK CMD curl -f localhost || exit 1\nCMD ["node", "/a"]\n' },
		{ caption: "Or the start", bad: 'FROM «node:22»\nCMD ["sh", "-c", "git pull && node /a"]\n' },
		{ caption: "Red Hat's small images have no shadow-utils", bad: 'FROM «redhat/ubi9:9.4»\nRUN useradd a\nCMD ["/a"]\n' },
		{
			caption: "Small ones, and others",
			good: 'FROM python:3.13-slim\nCMD ["python"]\nFROM ubuntu:24.04\nCMD ["/a"]\nFROM python:3.13-alpine\nCMD ["/a"]\nFROM acme/python:3.13\nCMD ["/a"]\n',
		},
		{ caption: "A place to work in", good: "FROM debian:12\nRUN apt-get update\n" },
		{ caption: "Tests", good: 'FROM python:3.13\nCOPY . .\nCMD ["pytest", "-s", "tests"]\n' },
		{
			caption: "The latest of something is no test",
			bad: 'FROM «node:22»\nCMD ["npm", "run", "serve:latest"]\n',
			fixed: 'FROM node:22-slim\nCMD ["npm", "run", "serve:latest"]\n',
		},
		{
			caption: "What is built before the server starts is no work for people",
			bad: "FROM «node:22»\nCMD npm run build && npm start\n",
			fixed: "FROM node:22-slim\nCMD npm run build && npm start\n",
		},
		{ caption: "Tests whose end is told", good: "FROM node:22\nCMD npm install && npm test; echo done\n" },
		{ caption: "Allowed", good: 'FROM debian:12\nCMD ["/a"]\n', options: { allow: ["debian"] } },
	],
	check(file, { options }) {
		const allow = options["allow"] as readonly string[];
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const root = use.step?.stage;
			if (use.kind !== "from" || root === undefined || isRepositoryAmong(use.reference, allow)) continue;
			const small = smallVariant(use.reference);
			if (small === undefined) continue;
			const shipped = file.stages.filter((stage) => stage.use === "shipped" && lineage(stage).includes(root));
			if (shipped.length === 0 || shipped.some(isWorkplace)) continue;
			const full = `${familiarName(use.reference)}:${use.reference.tag}`;
			reports.push({
				span: use.span,
				message: `${shortened(full, 34)} is a full image, ${shortened(small.text, 34)} the small one`,
				fixes: () => fixesFor(use, small, shipped),
			});
		}
		return reports;
	},
});

interface SmallVariant {
	readonly entry: MinimalImage;
	readonly tag: string;
	readonly text: string;
}

function smallVariant(reference: ImageReference): SmallVariant | undefined {
	const { tag } = reference;
	if (tag === undefined) return undefined;
	const entry = minimalImages(reference).find((candidate) => candidate.tag.test(tag));
	if (entry === undefined) return undefined;
	const small = tag.replace(entry.tag, entry.small);
	return { entry, tag: small, text: `${entry.repository ?? familiarName(reference)}:${small}` };
}

const minimalImages = byRepository(MINIMAL_IMAGES);

function fixesFor(use: ImageUse, { entry, tag, text }: SmallVariant, shipped: readonly Stage[]): readonly Fix[] {
	const lacks = entry.lacks ?? [];
	if (shipped.some((stage) => calledCommands(stage).some((command) => calls(command, lacks)))) return [];
	if (lacks.includes("gcc") && shipped.some(needsCompiler)) return [];
	const whole = use.written !== undefined && use.written.text === use.reference.text ? replace(use.written.span, text) : undefined;
	const edit = entry.repository === undefined ? (whole ?? tagEdit(use, tag)) : whole;
	if (edit === undefined) return [];
	const note = "What the build compiles, and programs that it calls, may be missing in the small image: build and test with it.";
	return [{ title: `Start from ${text}`, safety: "review", edits: [edit], note }];
}

/** Whether a command calls one of the programs, or hands it to what it calls: package managers ask Git for `git+https://…`. */
function calls(command: ShellCommand, programs: readonly string[]): boolean {
	const program = calledProgram(command);
	if (program !== undefined && programs.includes(program)) return true;
	return programs.includes("git") && command.args.some(({ text }) => /(?:^|[\s@"'])git\+|^["']?(?:github:|git:\/\/|git@)/.test(text));
}

/** Whether a build installs gems, many of which are compiled as they are installed, or calls node-gyp, with no compiler but the base image's. */
function needsCompiler(stage: Stage): boolean {
	if (!calledCommands(stage).some(compilesModules)) return false;
	const steps = lineage(stage).flatMap((ancestor) => runSteps(ancestor));
	return !steps.some((step) => installedPackages(step).some(({ name }) => C_COMPILER_PACKAGES.test(name)));
}

function compilesModules(command: ShellCommand): boolean {
	const call = packageCallOf(command);
	if ((call?.manager === "gem" || call?.manager === "bundle") && call.kind === "install") return true;
	return calledProgram(command) === "node-gyp" || command.args.some(({ text }) => /^node-gyp(?:@|$)/.test(text));
}
