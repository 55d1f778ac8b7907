import { contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import { cachesLeft, cleaningFixes } from "../../dockerfile/layers/layerCaches.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { defineRule, type Report, same } from "../rule.ts";

const TOOLS = new Set(["yarn"] as const);

export const yarnCacheKept = defineRule({
	id: "yarn-cache-kept",
	title: "Yarn's cache stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3060"], ["droast", "DF055"]),
	onlyWith: { words: ["yarn", "yarnpkg"] },
	why: "Yarn 1 keeps every package that it downloads, unpacked, for the next install. In a layer there is no next install: the cache is a second copy of all of `node_modules`, that each host pulls and stores.",
	remedy:
		"Append `&& yarn cache clean` to the RUN that installs, or mount a cache: `RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install` keeps the downloads for the next build and out of the layer.",
	references: ["https://classic.yarnpkg.com/lang/en/docs/cli/cache/", "https://docs.docker.com/build/cache/optimize/#use-cache-mounts"],
	examples: [
		{
			caption: "Cleaned by the RUN that installs",
			good: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile && yarn cache clean\n",
		},
		{
			caption: "The packages stay",
			bad: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn «install» --frozen-lockfile\n",
			fixed: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile && yarn cache clean\n",
		},
		{
			caption: "Without a subcommand, in the layout of the file",
			bad: "FROM node:22\r\nCOPY package.json yarn.lock ./\r\nRUN set -ex; \\\r\n  «yarn» --production; \\\r\n  yarn add a\r\n",
			fixed:
				"FROM node:22\r\nCOPY package.json yarn.lock ./\r\nRUN set -ex; \\\r\n  yarn --production; \\\r\n  yarn add a; \\\r\n  yarn cache clean\r\n",
		},
		{
			caption: "Of programs, too",
			bad: "FROM node:22\nRUN yarn «global» add @vue/cli\n",
			fixed: "FROM node:22\nRUN yarn global add @vue/cli && yarn cache clean\n",
		},
		{
			caption: "Cleaned too early",
			bad: "FROM node:22\nRUN yarn cache clean && yarn «install»\n",
			fixed: "FROM node:22\nRUN yarn cache clean && yarn install && yarn cache clean\n",
		},
		{
			caption: "Cached elsewhere, where yarn alone would not clean",
			bad: "FROM node:22\nUSER nobody\nRUN YARN_CACHE_FOLDER=/x yarn «install» && yarn install --cache-folder /y\n",
		},
		{
			caption: "Cleaned in another layer; the sources could bring another yarn",
			bad: "FROM node:22\nCOPY . .\nRUN yarn «install»\nRUN yarn cache clean\n",
			fixed: "FROM node:22\nCOPY . .\nRUN yarn install && yarn cache clean\nRUN yarn cache clean\n",
		},
		{
			caption: "Cleaned, moved to a mount, or on one",
			good: 'FROM node:22\nRUN yarn install && yarn cache clean --all\nRUN yarn --cwd /x install && yarn --cwd /x cache clean\nRUN yarn && rm -rf "$(yarn cache dir)"\nRUN yarn && rm -rf /usr/local/share/.cache\nRUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install\nRUN --mount=type=cache,target=/c yarn install --cache-folder /c\nRUN YARN_CACHE_FOLDER=/dev/shm/y yarn\nENV YARN_CACHE_FOLDER=/cache\nRUN --mount=type=cache,target=/cache yarn\n',
		},
		{
			caption: "Later versions, other commands, stages that are not shipped",
			good: "FROM node:22 AS build\nRUN yarn install\nFROM node:22\nCOPY --from=build /app /app\nRUN yarn run build && yarn test && yarn build && yarn global list\nFROM node:22\nCOPY .yarn .yarn\nCOPY .yarnrc.yml ./\nRUN yarn install --immutable\nFROM node:22\nRUN corepack enable\nRUN yarn install\nFROM node:22\nRUN npx yarn@berry install\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of cachesLeft(file, TOOLS)) {
			const call = use.calls[0];
			const word = call.verbWord ?? call.command.name;
			if (word === undefined) continue;
			reports.push({
				span: word.span,
				message: `${["yarn", call.verb, call.verb === "global" ? call.operands[0]?.value : ""].join(" ").trim()} leaves its cache in the layer`,
				fixes: () => cleaningFixes(use, "yarn cache clean", mayBeLater(use.step) ? "review" : "safe"),
			});
		}
		return reports;
	},
});

/** Whether the sources could hold a later version of yarn, which can run programs out of its cache. */
function mayBeLater(step: Step): boolean {
	return wholeCopies.above(step);
}

const wholeCopies = anyStep((step) => {
	const copy = contextCopyOf(step);
	return copy !== undefined && (wholeContextSource(copy) !== undefined || copy.sources.some((source) => source.value === undefined));
});
