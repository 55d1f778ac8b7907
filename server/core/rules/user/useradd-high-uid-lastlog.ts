import { accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import type { Answer } from "../../dockerfile/syntax/answer.ts";
import { hasOption } from "../../shell/options.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const useraddHighUidLastlog = defineRule({
	id: "useradd-high-uid-lastlog",
	title: "useradd with a large uid writes huge files into the layer",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3046"], ["droast", "DF064"]),
	onlyWith: { words: ["useradd", "adduser"] },
	why: "Before version 4.13 of the shadow suite, useradd clears the records of a new user in `/var/log/lastlog` and `/var/log/faillog`, whether there are any or not: the files grow to a record for every number up to the uid. On a disk they are sparse; in the archive of a layer they are not: a uid of a million makes 300 MB of zeros that every build writes, compresses and hashes, and that some runtimes write out in full. Builds have run out of disk space from it. Debian 12, Ubuntu 24.04 and what is built on them have the newer version; there nothing is reported.",
	remedy: "Add `--no-log-init`: the user gets no record there, which nothing in a container reads. A smaller uid does it, too.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#user",
		"https://github.com/shadow-maint/shadow/pull/558",
		"https://manpages.debian.org/bookworm/passwd/useradd.8.en.html",
	],
	options: [{ name: "minimum", description: "The smallest uid that is reported.", default: 100000 }],
	examples: [
		{ caption: "Told not to write them", good: "FROM debian:11\nRUN useradd --no-log-init -u 1000000 app\n" },
		{
			caption: "A million records",
			bad: "FROM debian:11\nRUN «useradd» -u 1000000 app\n",
			fixed: "FROM debian:11\nRUN useradd --no-log-init -u 1000000 app\n",
		},
		{
			caption: "In every spelling, behind wrappers",
			bad: "FROM debian:11\nARG ID=2000000\nRUN «useradd» -u123456 a && sudo «/usr/sbin/useradd» --uid=123457 b; «useradd» -m --uid $ID c \\\n && «useradd» --uid 300000 d\n",
			fixed:
				"FROM debian:11\nARG ID=2000000\nRUN useradd --no-log-init -u123456 a && sudo /usr/sbin/useradd --no-log-init --uid=123457 b; useradd --no-log-init -m --uid $ID c \\\n && useradd --no-log-init --uid 300000 d\n",
		},
		{
			caption: "Red Hat's adduser",
			bad: "FROM rockylinux:9\nRUN «adduser» -u 100000 app\n",
			fixed: "FROM rockylinux:9\nRUN adduser --no-log-init -u 100000 app\n",
		},
		{
			caption: "Older relatives of Red Hat",
			bad: "FROM centos:7\nRUN «useradd» -u 1000000 app\n",
			fixed: "FROM centos:7\nRUN useradd --no-log-init -u 1000000 app\n",
		},
		{
			caption: "Another limit",
			bad: "FROM debian:11\nRUN «useradd» -u 20000 a\n",
			fixed: "FROM debian:11\nRUN useradd --no-log-init -u 20000 a\n",
			options: { minimum: 20000 },
		},
		{
			caption: "Told not to, smaller, other programs",
			good: "FROM debian:11\nRUN useradd -l -u 1000000 a; useradd -ml -u 1000000 b; useradd --no-log-init -u 1000000 c; useradd -u 99999 d; groupadd -g 1000000 e; useradd f; usermod -u 1000000 f\n",
		},
		{
			caption: "BusyBox writes no such files, Debian's adduser has no such option",
			good: "FROM alpine\nRUN adduser -D -u 1000000 a\nFROM debian:11\nRUN adduser --uid 1000000 a\n",
		},
		{
			caption: "A base that nobody has described may have the older version",
			bad: "FROM acme/base\nRUN «useradd» -u 1000000 a\n",
			fixed: "FROM acme/base\nRUN useradd --no-log-init -u 1000000 a\n",
		},
		{
			caption: "Newer versions write nothing",
			good: "FROM debian:12\nRUN useradd -u 1000000 a\nFROM ubuntu:24.04\nRUN useradd -u 1000000 a\nFROM node:22\nRUN useradd -u 1000000 a\nFROM python:3.12-slim-bookworm\nRUN useradd -u 1000000 a\n",
		},
		{ caption: "A number that nobody knows", good: "FROM debian:11\nARG ID\nRUN useradd -u $ID a && useradd $OPTIONS -u 1000000 b\n" },
	],
	check(file, { options }) {
		const minimum = Number(options["minimum"]);
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const older = hasOlderShadow(stage);
			if (older === "no") continue;
			for (const account of accountsOf(stage)) {
				const { command, id, args } = account;
				if (account.step.stage !== stage || account.kind !== "user" || account.dialect !== "shadow" || account.uncertain) continue;
				if (id === undefined || Number(id.value) < minimum || hasOption(args, "-l", "--no-log-init") || command.name === undefined)
					continue;
				const known = stageFamily(stage) !== undefined || command.program === "useradd";
				reports.push({
					span: command.name.span,
					message: `${account.program} with uid ${id.value} ${older === "yes" ? "writes" : "may write"} a lastlog of ${sizeOf(Number(id.value))} into the layer`,
					...(stage.use === "unused" ? { severity: "hint" as const } : older === "unknown" ? { severity: "info" as const } : {}),
					fixes:
						command.decoded || !known
							? []
							: [{ title: "Add --no-log-init", safety: "safe", edits: [insertAfter(command.name.span, " --no-log-init")] }],
				});
			}
		}
		return reports;
	},
});

const OLDER_NAMES = /jessie|stretch|buster|bullseye|trusty|xenial|bionic|focal|jammy/;

/**
 * Whether the base has a shadow suite before 4.13, which stopped writing records that do not exist. Sources: shadow's pull request 558;
 * packages.debian.org and packages.ubuntu.com: 4.8 in Debian 11 and Ubuntu 22.04, 4.13 in Debian 12 and Ubuntu 24.04; at most 4.6 in Red Hat
 * Enterprise Linux up to 8 and what is built from it. Debian 12 was tried out.
 */
function hasOlderShadow(stage: Stage): Answer {
	const base = rootBase(stage);
	if (base.kind !== "image") return "unknown";
	const { repository, tag = "latest" } = base.reference;
	if (OLDER_NAMES.test(tag)) return "yes";
	const version = Number(/^\d+/.exec(tag)?.[0]);
	if (repository === "library/debian" && version < 12) return "yes";
	if (repository === "library/ubuntu" && version < 23) return "yes";
	if (/^library\/(?:centos|rockylinux|almalinux|oraclelinux)$/.test(repository) && version < 9) return "yes";
	return stageFamily(stage) === "debian" ? "no" : "unknown";
}

/** A record of lastlog has 292 bytes. */
function sizeOf(uid: number): string {
	const megabytes = (uid * 292) / 1_000_000;
	return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}
