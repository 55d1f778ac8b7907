import { cloneArguments } from "../../dockerfile/commands/gitCommands.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { referencesIn } from "../../dockerfile/edits/stageReferences.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { mountsOf } from "../../dockerfile/model/mounts.ts";
import { finalStage, lineage } from "../../dockerfile/model/stages.ts";
import { nameOf } from "../../dockerfile/secrets/secretFileFix.ts";
import { secretCopiesOf } from "../../dockerfile/secrets/secretFiles.ts";
import { secretSinksOf } from "../../dockerfile/secrets/secretFlows.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";
import type { CacheExportFact, WorkspaceFacts } from "../workspaceFacts.ts";

const exported = (fact: Partial<CacheExportFact> = {}): Partial<WorkspaceFacts> => ({
	cacheExports: [{ file: "build.yml", target: undefined, backend: "registry", ...fact }],
});

export const cacheExportLeaksBuilderSecret = defineRule({
	id: "cache-export-leaks-builder-secret",
	title: "An exported build cache holds what was to stay in a builder",
	category: "secrets",
	severity: "hint",
	preset: "opt-in",
	needs: "context",
	since: "0.1.0",
	equivalents: [],
	asks: ["cacheExports"],
	why: "A builder stage keeps keys and private sources out of the image that is shipped. With `mode=max` a build exports the layers of every stage, those of builders too: into a registry, where whoever may pull the cache unpacks them, or into GitHub's cache, which pull requests of strangers can read.",
	remedy:
		"Mount the secret instead of copying it, and check private sources out outside of the build. Where neither is possible, export the cache with `mode=min`, or to a place that only the builders can read. The rule looks at GitHub workflows, Compose files and Bake files of the project that build this Dockerfile.",
	references: [
		"https://docs.docker.com/build/cache/backends/#cache-mode",
		"https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache",
	],
	examples: [
		{
			caption: "Copied, written, and fetched with an SSH key",
			bad: 'FROM node:22 AS build\nCOPY «.npmrc» /root/.npmrc\nRUN --mount=type=secret,id=t,env=TOKEN echo "//r.b/:_authToken=$TOKEN" > «/app/.npmrc»\nRUN --mount=type=ssh «git clone git@git.acme.dev:a/b.git» && make\nRUN --mount=type=ssh «git -C /src clone --depth 1 git@git.acme.dev:a/c.git»\nFROM node:22\nCOPY --from=build /app/dist /app\n',
			workspace: exported(),
		},
		{
			caption: "In a stage that a builder starts from, on GitHub",
			bad: "FROM debian:12 AS keys\nCOPY «id_rsa» /root/.ssh/\nFROM keys AS build\nFROM debian:12\nRUN --mount=from=build,target=/b cp /b/x /x\n",
			workspace: exported({ backend: "gha" }),
		},
		{
			caption: "The cache of another build",
			good: "FROM debian:12 AS tests\nCOPY id_rsa /root/.ssh/\nFROM debian:12 AS app\nFROM app\n",
			workspace: exported({ target: "app" }),
		},
		{
			caption: "No such export; in the image itself, where others report it; removed in the same step",
			good: "FROM debian:12 AS build\nCOPY id_rsa /root/.ssh/\nFROM debian:12\nCOPY --from=build /x /x\n",
		},
		{
			caption: "Nothing private",
			good: "FROM debian:12 AS build\nCOPY . .\nRUN --mount=type=ssh git ls-remote git@git.acme.dev:a/b.git && git clone https://github.com/a/b\nRUN --mount=type=ssh git clone git@git.acme.dev:a/b.git && make -C b && rm -rf b\nFROM debian:12\nCOPY id_rsa.pub /k\nCOPY --from=build /x /x\n",
			workspace: exported(),
		},
	],
	check(file, { workspace }) {
		const told = new Set<Stage>();
		const reports: Report[] = [];
		for (const fact of workspace.cacheExports) {
			for (const stage of buildersOf(file, fact)) {
				if (told.has(stage)) continue;
				told.add(stage);
				const place = fact.backend === "gha" ? "GitHub's cache" : "a cache in a registry";
				for (const { what, span } of privateContentOf(stage))
					reports.push({ span, message: `${shortened(what, 30)} gets into ${place}: ${shortened(fact.file, 25)} exports it` });
			}
		}
		return reports;
	},
});

/** The stages that a build needs, and that are no part of its image. */
function buildersOf(file: Dockerfile, { target }: CacheExportFact): readonly Stage[] {
	const built = target === undefined ? finalStage(file) : file.stages.find(({ name }) => name?.text.toLowerCase() === target.toLowerCase());
	if (built === undefined) return [];
	const needed = new Set([built]);
	for (const stage of needed) for (const reference of referencesIn(stage)) needed.add(reference.stage);
	const shipped = new Set(lineage(built));
	return file.stages.filter((stage) => needed.has(stage) && !shipped.has(stage));
}

interface PrivateContent {
	readonly what: string;
	readonly span: Span;
}

function privateContentOf(stage: Stage): readonly PrivateContent[] {
	return [
		...secretCopiesOf(stage).flatMap((copy) => (copy.step.deferred ? [] : [{ what: nameOf(copy), span: copy.source.span }])),
		...secretSinksOf(stage).map(({ secret, span }) => ({ what: secret, span })),
		...runSteps(stage).flatMap(clonesOf),
	];
}

/** What `git clone` fetches over SSH with a mounted key, where nothing removes anything again. */
function clonesOf(step: Step): readonly PrivateContent[] {
	if (!mountsOf(step).some(({ type }) => type === "ssh")) return [];
	const commands = commandsOf(step);
	if (commands.some(({ program }) => program === "rm")) return [];
	return commands.flatMap((command) => {
		const address = cloneArguments(command)?.operands.find(({ text }) => /^["']?(?:ssh:\/\/|git@|[\w.-]+@[\w.-]+:)/.test(text));
		return address === undefined ? [] : [{ what: `A clone of ${address.text}`, span: command.span }];
	});
}
