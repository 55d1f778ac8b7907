import { orderOf } from "../../dockerfile/commands/commandOrder.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { type CacheUse, isRefusedClean } from "../../dockerfile/layers/cacheUses.ts";
import { cachesLeft, cleaningFixes } from "../../dockerfile/layers/layerCaches.ts";
import { type PackageCall, packageCallAt } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { defineRule, type Report } from "../rule.ts";

/** Not pnpm: what is in its store are links to the files in node_modules, which take no room. */
const TOOLS = new Set(["npm"] as const);

export const npmCacheKept = defineRule({
	id: "npm-cache-kept",
	title: "npm's cache stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["npm"] },
	why: "npm keeps every archive that it downloads in `~/.npm`, for the next install. In a layer there is no next install: the cache is a second, compressed copy of all of `node_modules`, that each host pulls and stores.",
	remedy:
		"Append `&& npm cache clean --force` to the RUN that installs, or mount a cache: `RUN --mount=type=cache,target=/root/.npm npm ci` keeps the downloads for the next build and out of the layer.",
	references: ["https://docs.npmjs.com/cli/v11/commands/npm-cache", "https://docs.docker.com/build/cache/optimize/#use-cache-mounts"],
	examples: [
		{
			caption: "Emptied by the RUN that filled it",
			good: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n",
		},
		{
			caption: "The archives stay",
			bad: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm «ci» --omit=dev\n",
			fixed: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n",
		},
		{
			caption: "In the layout of the file, in an ancestor, for another user",
			bad: "FROM node:22 AS base\r\nUSER node\r\nRUN npm «install» --omit=dev \\\r\n  # quietly\r\n  --no-audit && \\\r\n  rm -rf /tmp/*\r\nFROM base\r\nRUN <<EOF\nset -e\nnpm «i» -g pm2\nEOF\n",
			fixed:
				"FROM node:22 AS base\r\nUSER node\r\nRUN npm install --omit=dev \\\r\n  # quietly\r\n  --no-audit && \\\r\n  rm -rf /tmp/* && \\\r\n  npm cache clean --force\r\nFROM base\r\nRUN <<EOF\nset -e\nnpm i -g pm2\r\nnpm cache clean --force\nEOF\n",
		},
		{
			caption: "npm is gone at the end",
			bad: "FROM alpine:3.22\nRUN apk add --no-cache npm && npm «i» -g x && apk del npm && rm -rf /tmp/*\nRUN apk add --no-cache -t .b npm && \\\n  npm «i» -g y && \\\n  apk del .b\nRUN set -e; npm «i» -g z; rm -rf /usr/lib/node_modules/npm\n",
			fixed:
				"FROM alpine:3.22\nRUN apk add --no-cache npm && npm i -g x && npm cache clean --force && apk del npm && rm -rf /tmp/*\nRUN apk add --no-cache -t .b npm && \\\n  npm i -g y && \\\n  npm cache clean --force && \\\n  apk del .b\nRUN set -e; npm i -g z; npm cache clean --force; rm -rf /usr/lib/node_modules/npm\n",
		},
		{
			caption: "A plain image of a distribution sets nothing that says where it is",
			bad: "FROM rockylinux:9\nRUN npm «ci»\n",
			fixed: "FROM rockylinux:9\nRUN npm ci && npm cache clean --force\n",
		},
		{
			caption: "Red Hat's sets `container`",
			bad: "FROM registry.access.redhat.com/ubi9/ubi:9.6\nRUN npm «ci»\n",
			fixed: "FROM registry.access.redhat.com/ubi9/ubi:9.6\nRUN npm ci && npm cache clean --force\n",
		},
		{
			caption: "Fedora's sets its release",
			bad: "FROM fedora:44\nRUN npm «ci»\n",
			fixed: "FROM fedora:44\nRUN npm ci && npm cache clean --force\n",
		},
		{
			caption: "AlmaLinux's sets nothing either",
			bad: "FROM almalinux:9\nRUN npm «ci»\n",
			fixed: "FROM almalinux:9\nRUN npm ci && npm cache clean --force\n",
		},
		{
			caption: "Nor does SUSE's",
			bad: "FROM opensuse/leap:15.6\nRUN npm «ci»\n",
			fixed: "FROM opensuse/leap:15.6\nRUN npm ci && npm cache clean --force\n",
		},
		{
			caption: "Nor does Microsoft's",
			bad: "FROM mcr.microsoft.com/azurelinux/base/core:3.0\nRUN npm «ci»\n",
			fixed: "FROM mcr.microsoft.com/azurelinux/base/core:3.0\nRUN npm ci && npm cache clean --force\n",
		},
		{
			caption: "By the words that found it",
			bad: 'FROM debian:12\nRUN PATH="/opt/node/bin:$PATH" CI=1 npm «ci»\nRUN HOME=/app npm «ci»\nRUN /opt/node/bin/npm «ci» && rm -rf /opt/node/bin\n',
			fixed:
				'FROM debian:12\nRUN PATH="/opt/node/bin:$PATH" CI=1 npm ci && PATH="/opt/node/bin:$PATH" npm cache clean --force\nRUN HOME=/app npm ci && HOME=/app npm cache clean --force\nRUN /opt/node/bin/npm ci && /opt/node/bin/npm cache clean --force && rm -rf /opt/node/bin\n',
		},
		{
			caption: "Only where it was called",
			bad: "FROM acme/base:1\nUSER root\nENV HOME=/root npm_config_cache=/c\nRUN if [ -f package.json ]; then npm «ci»; fi; mkdir /x\nRUN [ -f package.json ] && npm «ci»; mkdir /y\nRUN cd app && npm «ci» && rm -rf /app\n",
			fixed:
				"FROM acme/base:1\nUSER root\nENV HOME=/root npm_config_cache=/c\nRUN if [ -f package.json ]; then npm ci && npm cache clean --force; fi; mkdir /x\nRUN [ -f package.json ] && npm ci && npm cache clean --force; mkdir /y\nRUN cd app && npm ci && npm cache clean --force && rm -rf /app\n",
		},
		{
			caption: "In a shell of its own, behind which nobody knows npm: a mount alone",
			bad: "FROM debian:12\nRUN bash -c '. \"$NVM_DIR/nvm.sh\" && npm «install» -g yarn'\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,target=/root/.npm bash -c '. \"$NVM_DIR/nvm.sh\" && npm install -g yarn'\n",
		},
		{
			caption: "What empties it is the npm that was installed: not without asking",
			bad: "FROM node:22\nRUN npm «install» -g npm@latest\nRUN npm «i» -g npm && npm ci\n",
			fixed:
				"FROM node:22\nRUN npm install -g npm@latest && npm cache clean --force\nRUN npm i -g npm && npm ci && npm cache clean --force\n",
		},
		{
			caption: "Emptied too early",
			bad: "FROM node:22\nRUN npm i a && npm cache clear --force && npm «ci»\n",
			fixed: "FROM node:22\nRUN npm i a && npm cache clear --force && npm ci && npm cache clean --force\n",
		},
		{
			caption: "npm refuses to empty it without --force",
			bad: "FROM node:12\nRUN npm «ci» && npm cache clean || true\nRUN npm «i» a; npm --silent cache clear; npm cache verify\nRUN npm cache clean; npm «i» b\n",
			fixed:
				"FROM node:12\nRUN npm ci && npm cache clean --force || true\nRUN npm i a; npm --silent cache clear --force; npm cache verify\nRUN npm cache clean; npm i b && npm cache clean --force\n",
		},
		{
			caption: "One entry alone is taken out: no edit",
			bad: "FROM node:22\nRUN npm «ci» && npm cache clean express\n",
		},
		{
			caption: "Old versions do not, and a variable or the settings may say it",
			good: "FROM node:6\nRUN npm i a && npm cache clean\nFROM node:22\nRUN npm ci && npm_config_force=true npm cache clean\nFROM debian:9\nRUN npm ci && npm cache clean\nFROM node:22\nRUN npm config set force true && npm ci && npm cache clean\nFROM node:22\nRUN echo force=true >> .npmrc\nRUN npm ci && npm cache clean\nFROM node:22\nCOPY .npmrc .\nRUN npm ci && npm cache clean\n",
		},
		{
			caption: "Emptied in between",
			bad: "FROM node:22\nRUN npm i a && npm cache clean --force && npm i b && npm cache clean --force && npm «ci»\n",
			fixed:
				"FROM node:22\nRUN npm i a && npm cache clean --force && npm i b && npm cache clean --force && npm ci && npm cache clean --force\n",
		},
		{
			caption: "By a function, which may run at the end",
			good: "FROM node:22\nRUN clean() { npm cache clean --force; }; npm i a && npm ci && clean\n",
		},
		{
			caption: "Cached elsewhere, where npm alone would not clean",
			bad: "FROM node:22\nUSER nobody\nRUN npm_config_cache=/tmp/c npm «ci» && npm ci --cache /tmp/d\n",
		},
		{
			caption: "A mount on another folder",
			bad: "FROM node:22\nRUN --mount=type=cache,target=/root/.cache/pip,id=pip pip install a && npm «ci»\n",
			fixed: "FROM node:22\nRUN --mount=type=cache,target=/root/.cache/pip,id=pip pip install a && npm ci && npm cache clean --force\n",
		},
		{
			caption: "Emptied, or on a mount",
			good: "FROM node:22\nRUN npm ci && npm cache clean --force\nRUN npm ci && npm cache clear --force\nRUN npm --prefix /x ci && npm --prefix /x cache clean --force\nRUN npm ci && rm -rf /root/.npm/_cacache\nRUN npm i a && rm -rf ~/.npm\nRUN npm i b && rm -rf /root/.npm/_cacache /root/.npm\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=tmpfs,target=/root npm ci\nENV npm_config_cache=/cache\nRUN --mount=type=cache,target=/cache npm ci\n",
		},
		{
			caption: "Somewhere else, by somebody else, or not shipped",
			good: "FROM node:22 AS build\nRUN npm ci\nFROM node:22\nCOPY --from=build /app /app\nRUN npm config set cache /tmp/npm\nRUN npm ci --omit=dev\nFROM acme/node:1\nRUN npm ci\n",
		},
		{
			caption: "Nothing is fetched",
			good: "FROM node:22\nRUN npm run build && npm prune --omit=dev && npm ci --offline && npm cache verify\nRUN pnpm install --prod\n",
		},
		{
			caption: "Beside a mount for what a build keeps",
			bad: "FROM node:22\nRUN --mount=type=cache,target=/app/.next/cache npm «ci» && npm run build\n",
			fixed: "FROM node:22\nRUN --mount=type=cache,target=/app/.next/cache npm ci && npm run build && npm cache clean --force\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of cachesLeft(file, TOOLS)) {
			const call = use.calls[0];
			if (call.verbWord === undefined) continue;
			const refused = refusedClean(use);
			const left = `npm ${call.verb} leaves its cache in the layer`;
			reports.push({
				span: call.verbWord.span,
				message: refused === undefined || namesKey(refused) ? left : `${left}: npm refuses to empty it without --force`,
				fixes: () => (refused === undefined ? cleaningFixes(use, "npm cache clean --force", "safe") : forcingFixes(refused)),
			});
		}
		return reports;
	},
});

/** The last call that should empty the cache, but is refused; undefined if none stands behind the last install. */
function refusedClean({ step, calls }: CacheUse): PackageCall | undefined {
	const clean = commandsOf(step).findLast((command) => isRefusedClean(step, command));
	if (clean === undefined || clean.decoded || clean.within.includes("function")) return undefined;
	const order = orderOf(step);
	const isEarly = calls.some(({ command }) => (order.get(command) ?? 0) > (order.get(clean) ?? 0));
	return isEarly ? undefined : packageCallAt(step, clean);
}

/** `npm cache clean KEY` takes out one entry, by force or not. */
function namesKey({ operands }: PackageCall): boolean {
	return operands.length > 1;
}

function forcingFixes(clean: PackageCall): readonly EditFix[] {
	const [word] = clean.operands;
	if (word === undefined || namesKey(clean)) return [];
	return [{ title: "Add --force", safety: "review", edits: [insertAfter(word.span, " --force")] }];
}
