import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { isAnswered, questionOf } from "../../dockerfile/packages/dnfCalls.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const yumInstallWithoutYes = defineRule({
	id: "yum-install-without-yes",
	title: "yum waits for an answer that nobody gives",
	category: "packages",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3030"],
		["kics", "6e19193a-8753-436d-8a09-76dcff91bb03"],
		["semgrep", "missing-yum-assume-yes-switch"],
		["terrascan", "AC_DOCKER_0004"],
		["droast", "DF027"],
	),
	onlyWith: { words: ["yum"] },
	why: "yum asks before it installs, updates or removes anything. In a build nobody can answer: it reads the end of its input, takes that for a no, and the build fails. Where there happens to be nothing to do, it does not, so that the same file builds on one day and fails on another.",
	remedy: "Add `-y` behind the subcommand.",
	references: ["https://man7.org/linux/man-pages/man8/yum.8.html"],
	examples: [
		{ caption: "The answer is there", good: "FROM centos:7\nRUN yum install -y httpd\n" },
		{
			caption: "Nobody answers the question",
			bad: "FROM centos:7\nRUN yum «install» httpd\n",
			fixed: "FROM centos:7\nRUN yum install -y httpd\n",
		},
		{
			caption: "Other subcommands, options in front, wrappers, Windows line breaks",
			bad: "FROM centos:7\r\nRUN yum «update» && \\\r\n    # a file\r\n    sudo yum -q «localinstall» \\\r\n      a.rpm && yum «groupinstall» 'Development Tools' && yum module «enable» nodejs:18 && yum groups «install» X\r\n",
			fixed:
				"FROM centos:7\r\nRUN yum update -y && \\\r\n    # a file\r\n    sudo yum -q localinstall -y \\\r\n      a.rpm && yum groupinstall -y 'Development Tools' && yum module enable -y nodejs:18 && yum groups install -y X\r\n",
		},
		{
			caption: "A variable that holds no answer",
			bad: "FROM centos:7\nARG PACKAGES='a b'\nRUN yum «install» $PACKAGES\n",
			fixed: "FROM centos:7\nARG PACKAGES='a b'\nRUN yum install -y $PACKAGES\n",
		},
		{
			caption: "The answer is given, in any spelling",
			good: "FROM centos:7\nARG OPTIONS=-qy\nRUN yum -y install a; yum install --assumeyes b; yum -qy update; yum --setopt=assumeyes=1 install c; yes | yum install d; env X=1 yes | yum install d; yum install $OPTIONS e; yum install $UNKNOWN f\n",
		},
		{
			caption: "Or stands in a configuration",
			good: "FROM centos:7\nRUN echo assumeyes=1 >> /etc/yum.conf\nRUN yum install a\nFROM centos:7\nCOPY yum.conf /etc/yum.conf\nRUN yum install a\n",
		},
		{
			caption: "A configuration that says no",
			bad: "FROM centos:7\nRUN echo assumeyes=0 >> /etc/yum.conf && yum --setopt=assumeyes=0 «install» a\n",
			fixed: "FROM centos:7\nRUN echo assumeyes=0 >> /etc/yum.conf && yum --setopt=assumeyes=0 install -y a\n",
		},
		{
			caption: "Sources are no configuration",
			bad: "FROM centos:7\nCOPY a.repo /etc/yum.repos.d/\nRUN yum «install» a\n",
			fixed: "FROM centos:7\nCOPY a.repo /etc/yum.repos.d/\nRUN yum install -y a\n",
		},
		{
			caption: "Nothing is asked",
			good: "FROM centos:7\nRUN yum clean all && yum makecache && yum list installed && yum install --help && yum --assumeno update && yum check-update\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = call.manager === "yum" ? questionOf(call) : undefined;
					if (word === undefined || isAnswered(step, call)) continue;
					reports.push({
						span: word.span,
						message: `${call.program} ${call.verb} without -y stops at a question`,
						fixes: call.command.decoded ? [] : [{ title: "Add -y", safety: "safe", edits: [insertAfter(word.span, " -y")] }],
					});
				}
			}
		}
		return reports;
	},
});
