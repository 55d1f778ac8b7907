import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeCommand } from "../../dockerfile/edits/commandEdit.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { appendCleaning } from "../../dockerfile/layers/layerCleaning.ts";
import { anyStepBehind } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { callOption } from "../../dockerfile/packages/callWords.ts";
import { removedAfter } from "../../dockerfile/packages/cleanUp.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Where the index lies, and where packages are kept if the folder is there. */
const INDEX = "/var/cache/apk";
const INDEX_FILE = `${INDEX}/APKINDEX.00000000.tar.gz`;
const PACKAGES = "/etc/apk/cache";

export const apkCacheKept = defineRule({
	id: "apk-cache-kept",
	title: "apk's package index stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3019"],
		["trivy", "DS-0025"],
		["kics", "ae9c56a6-3ed1-4ac0-9b54-31267f51151d"],
		["semgrep", "missing-apk-no-cache"],
		["sonar", "S6587"],
		["dockle", "DKL-DI-0004"],
		["dockerfilelint", "apkadd-missing_nocache_or_updaterm"],
		["droast", "DF029"],
	),
	onlyWith: { words: ["apk"] },
	why: "apk fetches an index of all packages before it installs, and keeps it in `/var/cache/apk`: about 2 MB for each repository that is out of date within days. In images of 10 MB that counts, and the copy is of no use to anybody.",
	remedy:
		"Call `apk add --no-cache`: it reads the index without writing it, so that `apk update` is not needed either. A cache mount on `/etc/apk/cache` does as well.",
	references: ["https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper", "https://docs.docker.com/build/cache/optimize/#use-cache-mounts"],
	examples: [
		{ caption: "Nothing is cached", good: "FROM alpine:3.20\nRUN apk add --no-cache curl\n" },
		{
			caption: "The index is fetched and kept",
			bad: "FROM alpine:3.20\nRUN apk «add» curl\n",
			fixed: "FROM alpine:3.20\nRUN apk add --no-cache curl\n",
		},
		{
			caption: "Then an update is of no use",
			bad: "FROM alpine:3.20\nRUN apk update && apk «add» curl\nRUN apk update \\\n    # all of it\n    && apk «upgrade» \\\n    && sudo apk --quiet add --virtual .deps \\\n        gcc\n",
			fixed:
				"FROM alpine:3.20\nRUN apk add --no-cache curl\nRUN \\\n    # all of it\n    apk upgrade --no-cache \\\n    && sudo apk --quiet add --no-cache --virtual .deps \\\n        gcc\n",
		},
		{
			caption: "The update alone leaves it",
			bad: "FROM alpine:3.20\nRUN set -ex; \\\n    apk «update»; \\\n    apk add --no-cache curl\n",
			fixed: "FROM alpine:3.20\nRUN set -ex; \\\n    apk add --no-cache curl\n",
		},
		{
			caption: "The next RUN may live on the index that this one fetches",
			bad: "FROM alpine:3.5\nRUN apk --update «add» wget\nRUN apk «add» make\n",
			fixed: "FROM alpine:3.5\nRUN apk --update add --no-cache wget\nRUN apk add --no-cache make\n",
		},
		{
			caption: "Scripts, Windows line breaks, an ancestor of what is shipped",
			bad: "FROM alpine:3.20 AS base\r\nRUN <<EOF\r\nset -e\r\napk -U «add» curl\r\nEOF\r\nFROM base\r\nRUN apk --update \\\r\n  «add» git\r\n",
			fixed:
				"FROM alpine:3.20 AS base\r\nRUN <<EOF\r\nset -e\r\napk -U add --no-cache curl\r\nEOF\r\nFROM base\r\nRUN apk --update \\\r\n  add --no-cache git\r\n",
		},
		{
			caption: "Removed too early, or something else",
			bad: "FROM alpine:3.20\nRUN rm -rf /var/cache/apk/* && apk «add» curl && rm -rf /tmp/*\n",
			fixed: "FROM alpine:3.20\nRUN rm -rf /var/cache/apk/* && apk add --no-cache curl && rm -rf /tmp/*\n",
		},
		{
			caption: "An update that cannot be taken out: no edit",
			bad: "FROM alpine:3.20\nRUN (apk update || true) && apk «add» curl\nRUN apk update && apk search -q foo | grep foo && apk «add» foo\n",
		},
		{
			caption: "An apk that has no such option yet",
			bad: "FROM alpine:3.2 AS base\nRUN apk update && apk «add» curl\nFROM base\nRUN apk «add» -U git\n",
			fixed:
				"FROM alpine:3.2 AS base\nRUN apk update && apk add curl && rm -rf /var/cache/apk/*\nFROM base\nRUN apk add -U git && rm -rf /var/cache/apk/*\n",
		},
		{
			caption: "Not written, or removed again",
			good: "FROM alpine:3.20\nRUN apk add --no-cache curl\nRUN apk --no-cache add git\nRUN apk update && apk add curl && rm -rf /var/cache/apk/*\nRUN apk add -U curl; rm -r /var/cache/apk\nRUN apk add a && rm -rf /var/cache/apk/APKINDEX*\nRUN apk add curl && rm -rf /tmp/* /var/cache/*\nARG FLAGS=--no-cache\nARG OTHER\nRUN apk add $FLAGS curl && apk add $OTHER git\n",
		},
		{
			caption: "On a mount, or kept on purpose",
			good: "FROM alpine:3.20\nRUN --mount=type=cache,target=/etc/apk/cache apk add curl\nRUN --mount=type=cache,target=/var/cache/apk apk update && apk add curl\nRUN --mount=type=tmpfs,target=/var/cache apk add curl\nFROM alpine:3.20\nRUN ln -s /var/cache/apk /etc/apk/cache\nRUN apk add curl\n",
		},
		{
			caption: "In a stage that is not shipped, for another root, or without an index",
			good: "FROM alpine:3.20 AS build\nRUN apk add gcc\nRUN apk update\nFROM alpine:3.20\nCOPY --from=build /out /out\nRUN apk add --root /mnt --initdb busybox && apk del curl && apk info && apk add --no-network ./a.apk && apk fetch x\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const calls = packageCallsOf(step).filter((call) => call.manager === "apk" && !isElsewhere(call));
				const installs = calls.filter((call) => call.verb === "add" || call.verb === "upgrade");
				const updates = calls.filter((call) => call.verb === "update");
				if (installs.length === 0) continue;
				const answers = installs.map((call) => callOption(step, call, (name) => name === "--no-cache"));
				if (answers.includes("unknown")) continue;
				const writing = installs.filter((_, index) => answers[index] === "no");
				const marked = writing[0] ?? updates[0];
				if (marked?.verbWord === undefined || !keepsIndex(step, calls)) continue;
				reports.push({
					span: marked.verbWord.span,
					message: `apk ${marked.verb} leaves its package index in the layer`,
					fixes: () => fixesOf(step, writing, updates),
				});
			}
		}
		return reports;
	},
});

/** Whether a call works on another root, with another cache or without the network. */
function isElsewhere(call: PackageCall): boolean {
	return callHasOption(call, "--root", "-p", "--initdb", "--cache-dir", "--no-network", "--simulate", "-s", "--help", "-h");
}

/** Whether what apk writes in a RUN stays in its layer. */
function keepsIndex(step: Step, calls: readonly PackageCall[]): boolean {
	const last = calls[calls.length - 1];
	if (last === undefined || mountCovers(step, INDEX) !== "no" || mountCovers(step, PACKAGES) !== "no") return false;
	if ([INDEX, INDEX_FILE].some((path) => removedAfter(step, last.command, path) !== "no")) return false;
	// With the folder there, apk keeps packages: somebody wants that.
	return !wanted.upTo(step);
}

const wanted = anyStep(
	(step) =>
		step.keyword === "RUN" &&
		commandsOf(step).some((command) => command.program === "setup-apkcache" || command.args.some((word) => word.text.includes(PACKAGES))),
);

/** The options with which a call fetches the index first. */
const UPDATING = ["-U", "--update", "--update-cache"];

function fetchesIndex(call: PackageCall): boolean {
	return call.verb === "update" || callHasOption(call, ...UPDATING);
}

/** Whether a call of a step may work with the index that is there: one that fetches it counts where it is the first command, so that it always runs. */
function livesOnIndex(step: Step): boolean {
	const calls = packageCallsOf(step).filter(({ manager }) => manager === "apk");
	const [first] = calls;
	const renews = first !== undefined && fetchesIndex(first) && !callHasOption(first, "--no-cache");
	if (renews && first.command === commandsOf(step)[0] && first.command.within.length === 0) return false;
	return calls.some((call) => call.kind !== "remove" && !fetchesIndex(call) && !callHasOption(call, "--no-cache"));
}

const liveOnIndexBehind = anyStepBehind(livesOnIndex);

/** Subcommands that show what the index says, and fetch none. Source: apk(8), apk-tools 2.14. */
const READING = new Set(["search", "policy", "list", "info", "fetch", "version", "query", "dot"]);

function readsIndex({ program, args }: ShellCommand): boolean {
	return program === "apk" && args.some((word) => READING.has(word.value ?? ""));
}

/** Whether the base image is an Alpine whose apk knows no `--no-cache`, which came with 3.3. */
function isBeforeNoCache(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image" || !/(?:^|\/)alpine$/.test(base.reference.repository)) return false;
	const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(base.reference.tag ?? "") ?? [];
	return major !== undefined && (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 3));
}

/** What apk has written is removed at the end. */
function removalFixes(step: Step, call: PackageCall): readonly EditFix[] {
	const prefix = rootPrefix(step, call.command);
	const edit = prefix === undefined ? undefined : appendCleaning(step, `${prefix}rm -rf ${INDEX}/*`);
	return edit === undefined ? [] : [{ title: "Remove apk's index", safety: "review", edits: [edit] }];
}

function fixesOf(step: Step, writing: readonly PackageCall[], updates: readonly PackageCall[]): readonly EditFix[] {
	const first = writing[0];
	if (first !== undefined && isBeforeNoCache(step.stage)) return removalFixes(step, first);
	if (writing.some((call) => call.command.decoded) || (updates.length > 0 && commandsOf(step).some(readsIndex))) return [];
	const edits: SpanEdit[] = [];
	for (const call of writing) if (call.verbWord !== undefined) edits.push(insertAfter(call.verbWord.span, " --no-cache"));
	for (const update of updates) {
		const edit = removeCommand(step, update.command);
		if (edit === undefined) return [];
		edits.push(edit);
	}
	// Old versions of apk fetch no index by themselves: the next RUN may live on this one.
	const fetched = updates.length > 0 || writing.some(fetchesIndex);
	const needed = fetched && liveOnIndexBehind(step);
	const title = writing.length === 0 ? "Remove apk update" : "Add --no-cache";
	return [{ title, safety: needed ? "review" : "safe", edits }];
}
