import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { removeInstruction } from "../../dockerfile/edits/edit.ts";
import { addFlags } from "../../dockerfile/edits/layoutEdit.ts";
import { type ContextCopy, contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import { globMatches } from "../../dockerfile/files/removals.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { type DependencyInstall, dependencyInstallsOf } from "../../dockerfile/packages/dependencyInstalls.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { workdirAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** Installs that only read what lists the dependencies: a mount cannot be written to. */
const READ_ONLY = /^(?:ci|download|fetch)$|--frozen-lockfile|--immutable|--locked|--frozen|--require-hashes|(?:^| )-r(?: |$)/;

export const dependencyManifestBindMount = defineRule({
	id: "dependency-manifest-bind-mount",
	title: "Manifests are copied for the install alone",
	category: "cache",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/prefer-gemfile-bind-mounts"]),
	onlyWith: { instructions: ["COPY"], words: MANAGER_WORDS },
	why: "The files that list the dependencies are copied for one step, and once more with the sources: a layer that nobody needs. A bind mount shows them to the step, and the cache looks at them all the same.",
	remedy: "Mount them: `RUN --mount=type=bind,source=package.json,target=package.json npm ci`. The mount can only be read.",
	references: ["https://docs.docker.com/build/cache/optimize/#use-bind-mounts"],
	examples: [
		{
			caption: "Mounted",
			good: "FROM node:22\nWORKDIR /app\nRUN --mount=type=bind,source=package.json,target=package.json \\\n    --mount=type=bind,source=package-lock.json,target=package-lock.json \\\n    npm ci\nCOPY . .\n",
		},
		{
			caption: "npm",
			bad: "FROM node:22\nWORKDIR /app\n«COPY» package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n",
			fixed:
				"FROM node:22\nWORKDIR /app\nRUN --mount=type=bind,source=package.json,target=package.json \\\n    --mount=type=bind,source=package-lock.json,target=package-lock.json \\\n    npm ci\nCOPY . .\n",
		},
		{
			caption: "pip",
			bad: "FROM python:3.12\nWORKDIR /app\n«COPY» requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
			fixed:
				"FROM python:3.12\nWORKDIR /app\nRUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt\nCOPY . .\n",
		},
		{
			caption: "Bundler, with a lock file that stays as it is",
			bad: "FROM ruby:3.3\nWORKDIR /app\nENV BUNDLE_DEPLOYMENT=1\n«COPY» Gemfile Gemfile.lock ./\nRUN bundle install\nCOPY . .\n",
			fixed:
				"FROM ruby:3.3\nWORKDIR /app\nENV BUNDLE_DEPLOYMENT=1\nRUN --mount=type=bind,source=Gemfile,target=Gemfile \\\n    --mount=type=bind,source=Gemfile.lock,target=Gemfile.lock \\\n    bundle install\nCOPY . .\n",
		},
		{
			caption: "The install writes, something else is copied, patterns, no sources behind it",
			good: "FROM node:22 AS a\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nFROM node:22 AS b\nWORKDIR /app\nCOPY package.json src ./\nRUN npm ci\nCOPY . .\nFROM node:22 AS c\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nFROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY src ./src\nCOPY --from=a /a /a\nCOPY --from=b /a /a\nCOPY --from=c /a /a\n",
		},
		{
			caption: "Several steps need them",
			good: "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nRUN npm run prepare\nCOPY . .\nFROM ruby:3.3\nWORKDIR /app\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\nCOPY . .\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const [index, step] of stage.steps.entries()) {
				const copy = step.keyword === "COPY" ? contextCopyOf(step) : undefined;
				const run = stage.steps[index + 1];
				const next = stage.steps[index + 2];
				if (copy === undefined || run?.keyword !== "RUN" || next === undefined || step.flags.length > 0) continue;
				const sources = contextCopyOf(next);
				if (sources === undefined || wholeContextSource(sources) === undefined || sources.target !== copy.target) continue;
				// Of several copies in a row one alone is not enough.
				const before = stage.steps[index - 1];
				if (before?.keyword === "COPY" && contextCopyOf(before)?.target === copy.target) continue;
				const [install] = dependencyInstallsOf(run);
				if (install === undefined || !isEnough(copy, run, install)) continue;
				reports.push({
					span: step.keywordSpan,
					message: "What lists the dependencies is copied for the next step alone",
					fixes: () => fixesOf(file, copy, run),
				});
			}
		}
		return reports;
	},
});

/** Whether the copy holds nothing but manifests in the working directory, and the RUN does nothing but install from them. */
function isEnough(copy: ContextCopy, run: Step, { ecosystem, call }: DependencyInstall): boolean {
	const workdir = workdirAt(run.stage, run);
	if (workdir.kind !== "set" || copy.target !== workdir.value || commandsOf(run).length !== packageCallsOf(run).length) return false;
	const words = [call.verb, ...call.command.args.map((word) => word.text)].join(" ");
	if (!READ_ONLY.test(call.verb) && !READ_ONLY.test(words) && !isFrozen(run, call)) return false;
	const names = [...ecosystem.manifests, ...ecosystem.lockFiles];
	return copy.sources.every(
		({ value }) => value !== undefined && /^[\w.-]+$/.test(value) && names.some((name) => globMatches(name, value)),
	);
}

/** Bundler writes its lock file unless a variable freezes it. */
function isFrozen(run: Step, { manager, command }: PackageCall): boolean {
	if (manager !== "bundle") return false;
	return ["BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN"].some((name) => {
		const value = shellVariableAt(run, command, name);
		return value.kind === "set" && /^(?:1|true)$/i.test(value.value);
	});
}

function fixesOf(file: Dockerfile, copy: ContextCopy, run: Step): readonly Fix[] {
	if (file.comments.some(({ line }) => copy.step.firstLine < line && line < copy.step.lastLine)) return [];
	const flags = copy.sources.map(({ value }) => `--mount=type=bind,source=${value},target=${value}`);
	return [
		{
			title: "Mount them for the install",
			safety: "review",
			edits: [removeInstruction(file, copy.step), addFlags(file, run, flags)],
			note: "The install must not write to these files.",
		},
	];
}
