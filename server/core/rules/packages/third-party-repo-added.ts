import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { thirdPartySourcesOf } from "../../dockerfile/downloads/thirdPartySources.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 60;

export const thirdPartyRepoAdded = defineRule({
	id: "third-party-repo-added",
	title: "The build adds a repository that is not the distribution's",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Packages of a vendor, a PPA or a COPR run their scripts as root, in the build and in the container, and pass for the distribution's own: whoever holds that repository can replace any package. Nobody follows its advisories as those of the distribution are followed, and it is gone one day. Alpine's edge beside a release brings libraries that were built for another one.",
	remedy:
		"Prefer the distribution's packages, or an official image that holds the program. Where the repository is needed, tie its key to it (`signed-by=`), and pin what may come from it.",
	references: ["https://wiki.debian.org/DebianRepository/UseThirdParty", "https://wiki.alpinelinux.org/wiki/Repositories#Edge"],
	examples: [
		{
			caption: "A vendor's repository",
			bad: 'FROM ubuntu:24.04\nRUN echo «"deb [signed-by=/k.gpg] https://download.docker.com/linux/ubuntu noble stable"» > /etc/apt/sources.list.d/docker.list\n',
		},
		{
			caption: "The distribution's own",
			good: 'FROM debian:12\nRUN echo "deb http://deb.debian.org/debian bookworm-backports main" > /etc/apt/sources.list.d/backports.list\n',
		},
		{
			caption: "Vendors and PPAs",
			bad: 'FROM ubuntu:24.04\nRUN echo «"deb [signed-by=/k.gpg] https://download.docker.com/linux/ubuntu noble stable"» > /etc/apt/sources.list.d/docker.list\nRUN add-apt-repository -y «ppa:deadsnakes/ppa» && curl -o /etc/apt/sources.list.d/x.list «https://example.com/x.list»\n',
		},
		{
			caption: "Other families, with Windows line breaks",
			bad: "FROM rockylinux:9\r\nRUN dnf install -y «epel-release» && \\\r\n    # more\r\n    dnf copr enable -y «a/b» && dnf config-manager --add-repo «https://example.com/c.repo»\r\n",
		},
		{
			caption: "Packages that bring a repository, as files, and what rpm is only asked about",
			bad: "FROM rockylinux:9\nRUN rpm -Uvh «https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm» && rpm -i «https://packages.microsoft.com/config/rhel/9/packages-microsoft-prod.rpm»\nRUN rpm --import https://dl.fedoraproject.org/pub/epel/RPM-GPG-KEY-EPEL-9 && rpm -qi epel-release && rpm -e epel-release\nFROM debian:12\nRUN curl -fsSL https://packages.microsoft.com/config/debian/12/packages-microsoft-prod.deb -o p.deb && curl -fsSLO https://a.b/q.deb && dpkg -i «p.deb» q.deb && rm p.deb\n",
		},
		{
			caption: "Alpine's edge beside a release",
			bad: 'FROM alpine:3.20\nRUN apk add --no-cache --repository «https://dl-cdn.alpinelinux.org/alpine/edge/testing» a\nRUN echo «"@testing https://dl-cdn.alpinelinux.org/alpine/edge/testing"» >> /etc/apk/repositories && apk add b@testing\n',
		},
		{
			caption: "Others beside Alpine's",
			bad: 'FROM alpine:3.22\nRUN apk add -X «https://packages.acme.com/repo» nginx && apk add --repository «https://nginx.org/packages/mainline/alpine/v3.22/main» a\nRUN echo «"https://nginx.org/packages/alpine/v3.22/main"» >> /etc/apk/repositories && printf «"%s\\nhttps://pkgs.acme.dev/alpine\\n"» "$A" | tee -a /etc/apk/repositories\n',
		},
		{
			caption: "Mirrors of Alpine",
			good: 'FROM alpine:3.22\nARG MIRROR=https://mirrors.aliyun.com\nRUN apk add -X https://dl-cdn.alpinelinux.org/alpine/v3.22/community a && apk add -X /packages b && apk add -X $REPOSITORY c\nRUN echo "http://mirrors.aliyun.com/alpine/v3.22/main" > /etc/apk/repositories && echo "$MIRROR/alpine/v$(cut -d. -f1,2 /etc/alpine-release)/community" >> /etc/apk/repositories && echo https://a.b/c >> /etc/motd\n',
		},
		{
			caption: "A vendor's address that looks like a mirror's",
			bad: "FROM debian:12\nRUN echo «'deb https://pkg.jenkins.io/debian binary/'» > /etc/apt/sources.list.d/jenkins.list && echo 'deb https://nexus.acme.dev/repository/debian bookworm main' > /etc/apt/sources.list\n",
		},
		{
			caption: "The distribution's own, its mirrors, its snapshots, the disk",
			good: 'FROM debian:12\nRUN echo "deb http://deb.debian.org/debian bookworm-backports main" > /etc/apt/sources.list.d/b.list && echo "deb http://mirrors.example.com/debian bookworm main" > /etc/apt/sources.list && echo "deb [trusted=yes] file:///p ./" > /etc/apt/sources.list.d/l.list && echo "deb $MIRROR bookworm main" >> /etc/apt/sources.list && apt-get install -y software-properties-common\nFROM alpine:edge\nRUN apk add -X https://dl-cdn.alpinelinux.org/alpine/edge/testing a\n',
		},
	],
	onlyWith: {
		words: ["apk", "deb", "repository", "repo", "repos", "addrepo", "sources", "copr", "zypper", "edge", "release", "microsoft"],
	},
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const base = rootBase(stage);
			const onEdge = stageFamily(stage) === "alpine" && base.kind === "image" && base.reference.tag === "edge";
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && (step.keyword !== "COPY" || step.heredocs.length === 0)) continue;
				for (const { span, name } of thirdPartySourcesOf(step)) {
					if (onEdge && name.startsWith("Alpine's edge")) continue;
					reports.push({
						span,
						message: `${shortened(name, MOST_CHARACTERS)} is added as a package repository`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});
