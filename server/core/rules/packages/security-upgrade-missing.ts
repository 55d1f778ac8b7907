import { listsNeededAfter, listsRemovedAfter } from "../../dockerfile/aptLists.ts";
import { stageBaseFacts } from "../../dockerfile/baseFacts.ts";
import { dnfGeneration } from "../../dockerfile/caches.ts";
import { commandPrefix, insertCommandBefore, insertCommandBehind } from "../../dockerfile/commandEdit.ts";
import { appendCommand, insertInstructionAfter } from "../../dockerfile/edit.ts";
import type { Stage, Step } from "../../dockerfile/model.ts";
import { mountCovers } from "../../dockerfile/mountCoverage.ts";
import { callHasOption, packageCallsOf } from "../../dockerfile/packageCalls.ts";
import { commandsOf, scriptsOf } from "../../dockerfile/scripts.ts";
import { lineage } from "../../dockerfile/stages.ts";
import { isRootUser, userAt } from "../../dockerfile/state.ts";
import { hasNoUpdates, systemUpgraded } from "../../dockerfile/systemUpgrade.ts";
import type { EditFix } from "../../finding.ts";
import { familiarName, type ImageReference } from "../../image/reference.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule } from "../rule.ts";

const LISTS = "/var/lib/apt/lists";

/** How a distribution is brought up to date: in front of the first install of a RUN that is there, or in a RUN of its own. */
interface Upgrade {
	readonly manager: ManagerId;
	readonly command: string;
	/** The commands of a RUN of its own. */
	readonly alone: readonly string[];
}

const APT: Upgrade = {
	manager: "apt",
	command: "apt-get dist-upgrade -y --no-install-recommends",
	alone: ["apt-get update", "apt-get dist-upgrade -y --no-install-recommends", `rm -rf ${LISTS}/*`],
};
const APK: Upgrade = { manager: "apk", command: "apk upgrade --no-cache", alone: ["apk upgrade --no-cache"] };
const ZYPPER: Upgrade = {
	manager: "zypper",
	command: "zypper --non-interactive update",
	alone: ["zypper --non-interactive update", "zypper clean --all"],
};

export const securityUpgradeMissing = defineRule({
	id: "security-upgrade-missing",
	title: "The shipped image never gets the security updates of its distribution",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	excludes: ["system-upgrade-discouraged"],
	why: "An image on a registry is as old as its last build: weeks for the official ones, months for others. What the distribution has repaired since then is published, scanners report it, and attackers read the same advisories. Until the base image is rebuilt the only way to the repaired packages is to install them.\n\nPeople used to advise against upgrades in a Dockerfile. Docker and OWASP no longer do. What speaks against them is that two builds may differ, and that the layer cache keeps an old upgrade: a build that matters has to run without the cache for this layer.",
	remedy:
		"Upgrade early, in one layer together with the removal of what was fetched for it: `apt-get update && apt-get dist-upgrade -y --no-install-recommends && rm -rf /var/lib/apt/lists/*`. Build with `--no-cache-filter`, or let a date in an ARG above it end the cache; where builds have to be reproducible, use a snapshot mirror.",
	references: [
		"https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
		"https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
		"https://docs.docker.com/reference/cli/docker/buildx/build/#no-cache-filter",
	],
	examples: [
		{
			caption: "One layer below FROM and ARG, above everything else",
			bad: "FROM «debian:12»\nARG VERSION=1\n# who runs it\nUSER 10001\n",
			fixed:
				"FROM debian:12\nARG VERSION=1\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\n# who runs it\nUSER 10001\n",
		},
		{
			caption: "The first RUN of apt takes it in",
			bad: "FROM «python:3.11-slim-bookworm»\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
			fixed:
				"FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get dist-upgrade -y --no-install-recommends && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "In the layout of the RUN",
			bad: "FROM «node:22-bookworm-slim» AS base\r\nRUN apt-get update \\\r\n    # tools\r\n    && apt-get install -y curl \\\r\n    && rm -rf /var/lib/apt/lists/*\r\nFROM base\r\nRUN set -eux; \\\r\n    apt-get update; \\\r\n    apt-get install -y git\r\n",
			fixed:
				"FROM node:22-bookworm-slim AS base\r\nRUN apt-get update \\\r\n    && apt-get dist-upgrade -y --no-install-recommends \\\r\n    # tools\r\n    && apt-get install -y curl \\\r\n    && rm -rf /var/lib/apt/lists/*\r\nFROM base\r\nRUN set -eux; \\\r\n    apt-get update; \\\r\n    apt-get install -y git\r\n",
		},
		{
			caption: "The lists stay where a later install needs them",
			bad: "FROM «debian:12»\nRUN apt-get update && \\\n    apt-get install -y curl\nRUN apt-get install -y git\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && \\\n    apt-get dist-upgrade -y --no-install-recommends && \\\n    apt-get install -y curl\nRUN apt-get install -y git\n",
		},
		{
			caption: "In a script",
			bad: "FROM «debian:12»\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nEOF\n",
			fixed:
				"FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get dist-upgrade -y --no-install-recommends\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF\n",
		},
		{
			caption: "A RUN that comes too late is not the place",
			bad: "FROM «debian:12»\nCOPY . /app\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
			fixed:
				"FROM debian:12\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY . /app\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Other distributions",
			bad: 'FROM «alpine:3.20»\nRUN apk add --no-cache curl\nCMD ["sh"]\n',
			fixed: 'FROM alpine:3.20\nRUN apk upgrade --no-cache && apk add --no-cache curl\nCMD ["sh"]\n',
		},
		{
			caption: "Red Hat's family has an option for security updates",
			bad: "FROM «rockylinux:9»\n",
			fixed: "FROM rockylinux:9\nRUN dnf upgrade -y --refresh --security \\\n    && dnf clean all\n",
		},
		{
			caption: "The builder is not what is shipped; upgrades of single packages are not enough",
			bad: "FROM debian:12 AS build\nRUN apt-get update && apt-get dist-upgrade -y\nFROM «ubuntu:24.04»\nCOPY --from=build /out /out\nRUN apk upgrade openssl\n",
			fixed:
				"FROM debian:12 AS build\nRUN apt-get update && apt-get dist-upgrade -y\nFROM ubuntu:24.04\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY --from=build /out /out\nRUN apk upgrade openssl\n",
		},
		{
			caption: "Upgraded, here or in an ancestor",
			good: "FROM debian:12 AS base\nRUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\nFROM base\nRUN mkdir /x\n",
		},
		{
			caption: "Upgraded, in other dialects",
			good: "FROM alpine:3.20\nRUN apk -U upgrade\n",
		},
		{
			caption: "Upgraded by a script, perhaps",
			good: "FROM debian:12\nCOPY setup.sh /\nRUN bash /setup.sh\n",
		},
		{
			caption: "Nothing to upgrade, or rebuilt every day",
			good: "FROM golang:1.22 AS build\nFROM gcr.io/distroless/static-debian12\nCOPY --from=build /a /a\n",
		},
		{ caption: "A release whose packages are in the archive", good: "FROM debian:stretch\nRUN mkdir /x\n" },
		{ caption: "A digest that hides the release", good: `FROM nginx@sha256:${"1".repeat(64)}\nRUN mkdir /x\n` },
		{ caption: "No packages", good: "FROM scratch\nCOPY a /a\n" },
		{ caption: "A base that nobody knows", good: "ARG BASE\nFROM $BASE\nRUN mkdir /x\n" },
		{ caption: "Windows", good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n" },
	],
	*check(file) {
		const seen = new Set<Stage>();
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const root = lineage(stage).at(-1);
			if (root?.base.kind !== "image" || root.image === undefined || seen.has(root) || hasNoUpdates(root.base.reference)) continue;
			const { rebuiltDaily, shell } = stageBaseFacts(root);
			const upgrade = upgradeOf(root);
			if (upgrade === undefined || rebuiltDaily === true || shell === "none" || systemUpgraded(stage) !== "no") continue;
			seen.add(root);
			yield {
				span: root.image.span,
				message: `${nameOf(root.base.reference)} gets no security updates in this build`,
				fixes: fixesOf(root, upgrade),
			};
		}
	},
});

function nameOf(reference: ImageReference): string {
	const name = `${familiarName(reference)}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
	return name.length <= 60 ? name : "The base image";
}

/** How the distribution of a stage is upgraded; undefined where that is not known. */
function upgradeOf(root: Stage): Upgrade | undefined {
	switch (stageBaseFacts(root).family) {
		case "debian":
			return APT;
		case "alpine":
			return APK;
		case "suse":
			return ZYPPER;
		case "redhat":
			return dnfUpgrade(root);
		default:
			return undefined;
	}
}

function dnfUpgrade(root: Stage): Upgrade | undefined {
	if (root.base.kind !== "image") return undefined;
	const { repository, tag } = root.base.reference;
	if (
		/ubi\d+(?:\/ubi)?-minimal$/.test(repository) ||
		(/(?:rocky|alma|oracle)linux$/.test(repository) && /^(?:8|9|1\d)\b.*(?:minimal|slim)/.test(tag ?? ""))
	)
		return { manager: "microdnf", command: "microdnf upgrade -y", alone: ["microdnf upgrade -y", "microdnf clean all"] };
	const generation = dnfGeneration(root);
	if (generation !== "dnf" && generation !== "dnf5") return undefined;
	// CentOS Stream publishes no advisories: with the option nothing would be upgraded.
	const command = `dnf upgrade -y --refresh${repository.includes("centos") ? "" : " --security"}`;
	return { manager: "dnf", command, alone: [command, "dnf clean all"] };
}

function fixesOf(root: Stage, upgrade: Upgrade): readonly EditFix[] {
	const user = stageBaseFacts(root).user;
	if (user === undefined || !isRootUser(user)) return [];
	const edits = merged(root, upgrade) ?? [ownLayer(root, upgrade)];
	return [
		{
			title: "Install pending updates",
			safety: "review",
			edits,
			note: "The layer cache keeps an old upgrade: build with --no-cache-filter; two builds may then differ.",
		},
	];
}

/** The first RUN that installs takes the upgrade in, if it stands above the application. */
function merged(root: Stage, upgrade: Upgrade): readonly SpanEdit[] | undefined {
	for (const step of root.steps) {
		if (step.keyword === "COPY" || step.keyword === "ADD" || step.keyword === "SHELL") return undefined;
		if (step.keyword !== "RUN") continue;
		const calls = packageCallsOf(step).filter((call) => call.manager === upgrade.manager);
		if (calls.length === 0) continue;
		const user = userAt(root, step).value;
		if (user.kind !== "set" || !isRootUser(user.value)) return undefined;
		return upgrade.manager === "apt" ? intoApt(step, upgrade) : intoOther(step, upgrade);
	}
	return undefined;
}

function intoApt(step: Step, upgrade: Upgrade): readonly SpanEdit[] | undefined {
	const calls = packageCallsOf(step).filter((call) => call.manager === "apt");
	const update = calls.find((call) => call.kind === "refresh");
	const first = commandsOf(step).find((command) => command.program === update?.program);
	if (update === undefined || first !== update.command || update.command.within.some((enclosure) => enclosure !== "wrapper"))
		return undefined;
	const prefix = commandPrefix(step, update.command);
	const inserted = prefix === undefined ? undefined : insertCommandBehind(step, update.command, prefix + upgrade.command);
	if (inserted === undefined) return undefined;
	const script = scriptsOf(step)[0];
	const kept = mountCovers(step, LISTS) === "no" && listsRemovedAfter(step, update.command) === "no";
	const removal =
		kept && script !== undefined && listsNeededAfter(step).answer === "no" ? appendCommand(script, `rm -rf ${LISTS}/*`) : undefined;
	return removal === undefined ? [inserted] : [inserted, removal];
}

function intoOther(step: Step, upgrade: Upgrade): readonly SpanEdit[] | undefined {
	const calls = packageCallsOf(step).filter((call) => call.manager === upgrade.manager);
	const install = calls.find((call) => call.kind === "install");
	// What the upgrade fetches has to go as well.
	const cleaned = upgrade.manager === "apk" || calls.some((call) => call.kind === "clean" && call.command.within.length === 0);
	if (install === undefined || !cleaned || install.command.within.some((enclosure) => enclosure !== "wrapper")) return undefined;
	if (callHasOption(install, "--root", "-p", "--installroot")) return undefined;
	const prefix = commandPrefix(step, install.command);
	const edit = prefix === undefined ? undefined : insertCommandBefore(step, install.command, prefix + upgrade.command);
	return edit === undefined ? undefined : [edit];
}

function ownLayer(root: Stage, upgrade: Upgrade): SpanEdit {
	const { file } = root;
	let last = root.from;
	for (const step of root.steps) {
		if (step.keyword !== "ARG") break;
		last = step;
	}
	return insertInstructionAfter(file, last, `RUN ${upgrade.alone.join(` ${file.escape}\n    && `)}`);
}
