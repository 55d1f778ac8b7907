import { withoutQuery } from "../../baseName.ts";
import { hostOf, lastPart } from "../../dockerfile/downloads/addresses.ts";
import { isVerified } from "../../dockerfile/downloads/downloadChecks.ts";
import { type Download, downloadsOf, storedNames } from "../../dockerfile/downloads/downloads.ts";
import { isTamer } from "../../dockerfile/downloads/downloadTexts.ts";
import { isCheckMaterial } from "../../dockerfile/downloads/downloadUses.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { REPOSITORY_FILES } from "../../knowledge/pipeConsumers.ts";
import { shortened } from "../../text.ts";
import { DOWNLOAD_WORDS } from "../needs.ts";
import { defineRule, type Report } from "../rule.ts";

const MOVING = new Set([
	...["latest", "nightly", "current", "snapshot", "stable", "edge", "master", "main", "head", "trunk", "develop"],
	// Jenkins
	...["lastbuild", "laststablebuild", "lastsuccessfulbuild", "lastcompletedbuild"],
]);
/** Answers that only name a version. */
const LOOKED_UP =
	/\/releases\/latest\/?$|\/(?:stable|latest)(?:-[\d.]+)?\.(?:txt|json)$|\/LATEST(?:_RELEASE\w*)?$|\/LATEST[\w-]*\.TXT$|api\.github\.com\/repos\/[^/]+\/[^/]+\/(?:releases|tags)\/?(?:\?|$)/i;
const FULL_VERSION = /\d+\.\d+(?:\.\d+)?|[0-9a-f]{40}/;

export const downloadLatestUrl = defineRule({
	id: "download-latest-url",
	title: "A download takes whatever is newest",
	category: "supply-chain",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	subCodes: { lookup: "The version is looked up during the build" },
	equivalents: [],
	supersededBy: ["remote-script-piped-to-shell"],
	onlyWith: { words: [...DOWNLOAD_WORDS, "http", "https"] },
	why: "`latest`, `stable` and branches such as `main` name another file tomorrow. The image that was tested and the one that is built from the same Dockerfile next week differ without a commit that says so, nobody can tell afterwards which version went in, and a bad release arrives the moment it appears. The layer cache hides it, until the day on which it is empty.",
	remedy:
		"Name the version: `ARG TOOL_VERSION=1.2.3` and `https://…/v${TOOL_VERSION}/tool`, with the digest of the file beside it. Renovate and Dependabot raise it for you.",
	references: ["https://docs.docker.com/build/building/best-practices/", "https://docs.renovatebot.com/modules/manager/regex/"],
	examples: [
		{
			caption: "Whatever release is newest",
			bad: "FROM debian:12\nRUN curl -fsSLo /usr/bin/yq «https://github.com/mikefarah/yq/releases/latest/download/yq_linux_amd64»\n",
		},
		{
			caption: "A release",
			good: "FROM debian:12\nRUN curl -fsSLo /usr/bin/yq https://github.com/mikefarah/yq/releases/download/v4.44.6/yq_linux_amd64\n",
		},
		{
			caption: "Moving addresses",
			bad: "FROM debian:12\nRUN curl -fsSLo /usr/bin/yq «https://github.com/mikefarah/yq/releases/latest/download/yq_linux_amd64» && wget «https://raw.githubusercontent.com/a/b/main/c.conf»\nRUN wget «https://github.com/a/b/archive/refs/heads/master.zip» && wget -qO- «https://github.com/a/b/archive/master.tar.gz» | tar xz; wget «https://codeload.github.com/a/b/tar.gz/main» -O b\nADD «https://a.b/nightly/tool.tgz» /\nRUN wget «https://ci.a.b/job/q/lastSuccessfulBuild/artifact/q»\n",
		},
		{
			caption: "A version that is looked up",
			bad: 'FROM debian:12\nRUN V=$(curl -s «https://api.github.com/repos/a/b/releases/latest» | jq -r .tag_name) && curl -fsSLO https://github.com/a/b/releases/download/$V/c\nRUN curl -LO "https://dl.k8s.io/release/$(curl -Ls «https://dl.k8s.io/release/stable.txt»)/bin/linux/amd64/kubectl"\n',
		},
		{
			caption: "A version, a commit, a name that only sounds so",
			good: "FROM debian:12\nRUN wget https://a.b/latest/tool-1.2.3.tgz && wget https://a.b/latest-news.json && wget https://github.com/main/b/archive/v1.tar.gz && wget https://raw.githubusercontent.com/a/b/v1.2/main.c && wget https://download.docker.com/linux/static/stable/x86_64/docker-27.1.1.tgz && wget https://a.b/1.2.3/main/x && wget https://raw.githubusercontent.com/a/b/0123456789012345678901234567890123456789/main/x\nRUN wget https://a.b/$VERSION/x && wget https://a.b/main.zip\n",
		},
		{
			caption: "Keys and package sources are no downloads; what is compared with a checksum does not move",
			good: "FROM debian:12\nRUN curl -fsSL https://a.b/stable/key.asc | gpg --dearmor > /etc/apt/keyrings/a.gpg && curl https://a.b/stable/a.repo -o /etc/yum.repos.d/a.repo && curl -o /dev/null https://a.b/latest/x\nADD --checksum=sha256:1111111111111111111111111111111111111111111111111111111111111111 https://a.b/latest/x /x\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && step.keyword !== "ADD") continue;
				for (const report of step.keyword === "ADD" ? added(step) : downloaded(step))
					reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
			}
		}
		return reports;
	},
});

function added(step: Step): readonly Report[] {
	if (step.flags.some((flag) => flag.name === "checksum")) return [];
	const reports: Report[] = [];
	for (const source of remoteSourcesOf(step)) {
		const moving =
			source.kind === "http" && !LOOKED_UP.test(source.resolved ?? source.text) ? movingPart(source.resolved ?? source.text) : undefined;
		if (moving !== undefined) reports.push({ span: source.span, message: messageOf(source.resolved ?? source.text, moving) });
	}
	return reports;
}

function downloaded(step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const download of downloadsOf(step)) {
		const names = storedNames(download);
		// Somebody asks whether it is there.
		if (names.includes("/dev/null")) continue;
		const address = download.resolved ?? download.address;
		if (LOOKED_UP.test(address.replace(/[#].*$/, ""))) {
			if (!describesOthers(download))
				reports.push({
					span: download.url.span,
					message: `A version is looked up at ${shortened(hostOf(address) ?? "a server", 50)} during the build`,
					subCode: "lookup",
				});
			continue;
		}
		const moving = movingPart(address);
		if (moving === undefined || describesOthers(download)) continue;
		const verified = names.length > 0 && isVerified(download, names);
		reports.push({
			span: download.url.span,
			message: messageOf(address, moving),
			...(verified || isTamer(download) ? { severity: "info" as const } : {}),
		});
	}
	return reports;
}

function messageOf(address: string, moving: string): string {
	const name = lastPart(address).replaceAll("\0", "…");
	return `${name === "" ? "What is downloaded" : shortened(name, 40)} comes from ${shortened(moving, 30)}, which can name another file tomorrow`;
}

const FORGE = /^https?:\/\/(?:[^/@]*@)?(?:www\.|raw\.|codeload\.)?(?:github(?:usercontent)?\.com|gitlab\.com|bitbucket\.org)\//i;

/** The part of a path that moves, if nothing else in the address names a version. */
function movingPart(address: string): string | undefined {
	const path = withoutQuery(address.replace(/^[a-z]+:\/\/[^/]*/i, ""));
	// A variable in the path most likely holds the version.
	if (FULL_VERSION.test(path) || /\$\{|\0/.test(path.replace(/\$\{(?:TARGET\w*|ARCH\w*|arch\w*|BUILD_?ARCH|dpkgArch|OS)\}/g, "")))
		return undefined;
	// The first two are the owner and the repository, whatever they are called.
	const folders = path.split("/").slice(FORGE.test(address) ? 3 : 1, -1);
	const found = folders.find((part) => MOVING.has(part.toLowerCase()));
	if (found !== undefined) return found;
	const branch = /^https?:\/\/codeload\.github\.com\/[^/]+\/[^/]+\/(?:legacy\.)?(?:tar\.gz|zip)\/(?:refs\/heads\/)?([\w.-]+)$/i.exec(
		address,
	)?.[1];
	const archive =
		branch ?? /\/(?:archive|zipball|tarball|get)\/(?:refs\/heads\/)?([\w.-]+?)(?:\.tar\.gz|\.tar\.bz2|\.tgz|\.zip)?$/.exec(path)?.[1];
	return archive !== undefined && MOVING.has(archive.toLowerCase()) ? archive : undefined;
}

/** Whether a download is there to check others, or tells a package manager where to look. */
function describesOthers(download: Download): boolean {
	if (isCheckMaterial(download)) return true;
	const names = [download.address, download.resolved ?? "", ...storedNames(download)];
	return names.some((name) => REPOSITORY_FILES.test(name));
}
