import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { appendCleaning } from "../../dockerfile/layers/layerCleaning.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { removedAfter } from "../../dockerfile/packages/cleanUp.ts";
import { mayBeConfigured } from "../../dockerfile/packages/configurations.ts";
import { installedPackages, isRemovedAgain, removesUnused } from "../../dockerfile/packages/installedPackages.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { remembered } from "../../memo.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report } from "../rule.ts";

const FOLDERS = ["/usr/share/doc", "/usr/share/man"];

/** Programs that show manual pages, and packages of nothing else. */
const MANUAL_PAGES = /^man(?:-db|pages.*)$/;
const CONFIGURED = /path-exclude/;
const CONFIGURATION = /\/etc\/dpkg/;

export const packageDocsNotExcluded = defineRule({
	id: "package-docs-not-excluded",
	title: "Documentation is installed with the packages",
	category: "packages",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: APT_WORDS },
	why: "Debian's packages bring documentation, manual pages and change logs. In a container nobody reads them: it is weight that each host pulls and stores. The slim variants of the official images, and Ubuntu's image, tell dpkg to leave them out; the plain Debian image does not.",
	remedy:
		"Start from the `-slim` variant, tell dpkg (`path-exclude=/usr/share/doc/*` in `/etc/dpkg/dpkg.cfg.d/`), or remove them in the RUN that installs. Keep `/usr/share/doc/*/copyright` where licences have to be shipped.",
	references: ["https://hub.docker.com/_/debian", "https://wiki.ubuntu.com/ReducingDiskFootprint#Documentation"],
	examples: [
		{
			caption: "The plain image keeps the documentation",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && find /usr/share/doc /usr/share/man -type f -delete\n",
		},
		{ caption: "The slim one leaves it out", good: "FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "The plain image keeps them",
			bad: "FROM debian\nRUN apt-get update && apt-get «install» -y curl\n",
			fixed: "FROM debian\nRUN apt-get update && apt-get install -y curl && find /usr/share/doc /usr/share/man -type f -delete\n",
		},
		{
			caption: "In the layout of the file",
			bad: "FROM debian:bookworm AS base\r\nRUN apt-get update; \\\r\n    apt-get «install» -y \\\r\n      # one\r\n      curl\r\nFROM base\r\n",
			fixed:
				"FROM debian:bookworm AS base\r\nRUN apt-get update; \\\r\n    apt-get install -y \\\r\n      # one\r\n      curl \\\r\n    && find /usr/share/doc /usr/share/man -type f -delete\r\nFROM base\r\n",
		},
		{
			caption: "Left out, or removed",
			good: "FROM debian:12-slim\nRUN apt-get install -y curl\nFROM debian:12\nRUN echo 'path-exclude=/usr/share/doc/*' > /etc/dpkg/dpkg.cfg.d/docs\nRUN apt-get install -y curl\nFROM debian:12\nRUN apt-get install -y curl && rm -rf /usr/share/doc\nFROM debian:12\nRUN apt-get install -y curl && rm -rf /usr/share/{doc,man}/*\n",
		},
		{
			caption: "Removed with all that came along",
			good: 'FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends wget && wget -qO /usr/local/bin/x https://example.com/x && apt-get purge -y --auto-remove wget && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y wget && apt-get remove -y wget && apt-get autoremove -y\nCMD ["/usr/local/bin/x"]\n',
		},
		{
			caption: "Removed in part, or without what came along",
			bad: "FROM debian:bookworm\nRUN apt-get update && apt-get «install» -y wget curl && apt-get purge -y --auto-remove wget\nRUN apt-get «install» -y wget && apt-get purge -y wget\n",
			fixed:
				"FROM debian:bookworm\nRUN apt-get update && apt-get install -y wget curl && apt-get purge -y --auto-remove wget && find /usr/share/doc /usr/share/man -type f -delete\nRUN apt-get install -y wget && apt-get purge -y wget && find /usr/share/doc /usr/share/man -type f -delete\n",
		},
		{
			caption: "What came along stays where it is taken out first; dpkg brings more",
			bad: "FROM debian:bookworm\nRUN apt-get update && apt-get «install» -y wget && apt-get autoremove -y && apt-get purge -y wget\nRUN apt-get update && apt-get «install» -y wget && dpkg -i /tmp/a.deb; apt-get -f install -y && apt-get purge -y --autoremove wget\n",
			fixed:
				"FROM debian:bookworm\nRUN apt-get update && apt-get install -y wget && apt-get autoremove -y && apt-get purge -y wget && find /usr/share/doc /usr/share/man -type f -delete\nRUN apt-get update && apt-get install -y wget && dpkg -i /tmp/a.deb; apt-get -f install -y && apt-get purge -y --autoremove wget && find /usr/share/doc /usr/share/man -type f -delete\n",
		},
		{
			caption: "apt-mark says what is needed, dpkg brings a package without a name",
			bad: "FROM debian:bookworm\nRUN apt-get update && apt-get «install» -y wget && apt-mark manual gcc && apt-get purge -y --auto-remove wget\nRUN apt-get «install» -y wget && dpkg -i /tmp/a.deb && apt-get purge -y --auto-remove wget\n",
			fixed:
				"FROM debian:bookworm\nRUN apt-get update && apt-get install -y wget && apt-mark manual gcc && apt-get purge -y --auto-remove wget && find /usr/share/doc /usr/share/man -type f -delete\nRUN apt-get install -y wget && dpkg -i /tmp/a.deb && apt-get purge -y --auto-remove wget && find /usr/share/doc /usr/share/man -type f -delete\n",
		},
		{
			caption: "Somebody reads manual pages",
			good: "FROM debian:12 AS base\nRUN apt-get update && apt-get install -y curl\nFROM base\nRUN apt-get install -y man-db manpages-dev\n",
		},
		{
			caption: "Other images, other stages",
			good: "FROM debian:12 AS build\nRUN apt-get install -y gcc\nFROM ubuntu:24.04\nRUN apt-get install -y curl\nFROM python:3.12\nRUN apt-get install -y curl\nFROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nRUN apt-get install -y curl\nFROM alpine:3.20\nRUN apk add curl\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if ((stage.use !== "shipped" && stage.use !== "ancestor") || !keepsDocumentation(stage) || wantsManualPages(stage)) continue;
			for (const step of runSteps(stage)) {
				const call = installedPackages(step).findLast((found) => found.call.manager === "apt")?.call;
				if (call?.verbWord === undefined || mayBeConfigured(step, CONFIGURED, CONFIGURATION) || removesAll(step)) continue;
				if (FOLDERS.some((folder) => mountCovers(step, folder) !== "no" || removedAfter(step, call.command, folder) !== "no")) continue;
				const prefix = rootPrefix(step, call.command);
				// Folders stay: update-alternatives of later packages makes links in those of manual pages.
				const edit = prefix === undefined ? undefined : appendCleaning(step, `${prefix}find ${FOLDERS.join(" ")} -type f -delete`);
				reports.push({
					span: call.verbWord.span,
					message: `${call.program} ${call.verb} brings documentation and manual pages along`,
					fixes:
						edit === undefined
							? []
							: [
									{
										title: "Remove documentation and manual pages",
										safety: "review",
										edits: [edit],
										note: "The copyright files of packages go, too.",
									},
								],
				});
			}
		}
		return reports;
	},
});

/** Whether a RUN removes again what it installs, and what came along. */
function removesAll(step: Step): boolean {
	const calls = packageCallsOf(step).filter(({ manager }) => manager === "apt");
	const lastRemoval = calls.findLast(({ kind }) => kind === "remove");
	if (lastRemoval === undefined || !removesUnused(lastRemoval)) return false;
	// What apt-mark lists as needed stays, and what dpkg has installed has no name here.
	if (commandsOf(step).some(({ program }) => program === "apt-mark" || program === "dpkg")) return false;
	const installed = installedPackages(step);
	const named = new Set(installed.map(({ call }) => call));
	if (calls.some((call) => call.kind === "install" && (call.uncertain || !named.has(call)))) return false;
	return installed.every((found) => found.call.manager === "apt" && isRemovedAgain(step, found));
}

/** Whether somebody reads manual pages in the image of a stage, or in one that starts from it. */
function wantsManualPages(stage: Stage): boolean {
	return stagesWithPages(stage.file).some((other) => lineage(other).includes(stage) || lineage(stage).includes(other));
}

/** The stages that install what reads manual pages. */
const stagesWithPages = remembered(({ stages }: Dockerfile): readonly Stage[] =>
	stages.filter((stage) => runSteps(stage).some((step) => installedPackages(step).some(({ name }) => MANUAL_PAGES.test(name)))),
);

/** Debian's own image; its slim variants exclude them. */
function keepsDocumentation(stage: Stage): boolean {
	const base = rootBase(stage);
	return (
		base.kind === "image" &&
		base.reference.registry === "docker.io" &&
		base.reference.repository === "library/debian" &&
		!/slim/.test(base.reference.tag ?? "") &&
		(base.reference.tag !== undefined || base.reference.digest === undefined)
	);
}
