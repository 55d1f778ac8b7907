import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { isAnswered, questionOf } from "../../dockerfile/packages/dnfCalls.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Not microdnf: without a terminal it takes yes for the answer by itself. */
const MANAGERS = new Set(["dnf", "tdnf"]);

export const dnfInstallWithoutYes = defineRule({
	id: "dnf-install-without-yes",
	title: "dnf waits for an answer that nobody gives",
	category: "packages",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3038"],
		["kics", "7ebd323c-31b7-4e5b-b26f-de5e9e477af8"],
		["semgrep", "missing-dnf-assume-yes-switch"],
		["droast", "DF027"],
	),
	onlyWith: { words: ["dnf", "tdnf"] },
	why: "dnf and tdnf ask before they install, upgrade or remove anything. In a build nobody can answer: they read the end of their input, take that for a no, and the build fails. Where there happens to be nothing to do they do not ask, so that the same file builds on one day and fails on another.",
	remedy: "Add `-y` behind the subcommand.",
	references: ["https://dnf.readthedocs.io/en/latest/command_ref.html", "https://dnf5.readthedocs.io/en/latest/dnf5.8.html"],
	examples: [
		{ caption: "The answer is there", good: "FROM fedora:42\nRUN dnf install -y httpd\n" },
		{
			caption: "Nobody answers the question",
			bad: "FROM fedora:42\nRUN dnf «install» httpd\n",
			fixed: "FROM fedora:42\nRUN dnf install -y httpd\n",
		},
		{
			caption: "Its relatives, other subcommands, heredocs",
			bad: "FROM registry.access.redhat.com/ubi9/ubi\nRUN dnf --nodocs «install» a && tdnf «upgrade» && sudo dnf5 «remove» b\nRUN <<EOF\ndnf module «enable» php:8.2\ndnf copr «enable» a/b\ndnf «autoremove»\nEOF\n",
			fixed:
				"FROM registry.access.redhat.com/ubi9/ubi\nRUN dnf --nodocs install -y a && tdnf upgrade -y && sudo dnf5 remove -y b\nRUN <<EOF\ndnf module enable -y php:8.2\ndnf copr enable -y a/b\ndnf autoremove -y\nEOF\n",
		},
		{
			caption: "Groups and short forms",
			bad: "FROM fedora:42\nRUN dnf grp «install» a; dnf «in» b; dnf «rm» c; dnf «up»; dnf group «upgrade» d; dnf group list; dnf module list e\n",
			fixed:
				"FROM fedora:42\nRUN dnf grp install -y a; dnf in -y b; dnf rm -y c; dnf up -y; dnf group upgrade -y d; dnf group list; dnf module list e\n",
		},
		{
			caption: "The answer is given, in any spelling",
			good: "FROM fedora:42\nRUN dnf -y install a; dnf install a -y; dnf install --assumeyes b; dnf -qy upgrade; dnf --setopt=assumeyes=True install c; yes | dnf install d; dnf install $OPTIONS e\n",
		},
		{
			caption: "Or stands in a configuration",
			good: "FROM fedora:42 AS base\nRUN printf 'assumeyes=True\\n' >> /etc/dnf/dnf.conf\nFROM base\nRUN dnf install a\nFROM fedora:42\nRUN echo 'defaultyes=True' >> /etc/dnf/dnf.conf && dnf install a\nFROM fedora:42\nCOPY etc /etc\nRUN dnf install a\nFROM fedora:42\nCOPY my.conf /etc/dnf/libdnf5.conf.d/\nRUN dnf install a\n",
		},
		{
			caption: "Sources and keys are no configuration",
			bad: "FROM fedora:42\nCOPY a.repo /etc/yum.repos.d/a.repo\nADD k.gpg /etc/pki/rpm-gpg/\nRUN dnf «install» a\n",
			fixed: "FROM fedora:42\nCOPY a.repo /etc/yum.repos.d/a.repo\nADD k.gpg /etc/pki/rpm-gpg/\nRUN dnf install -y a\n",
		},
		{
			caption: "Nothing is asked, or another program",
			good: "FROM fedora:42\nRUN dnf clean all && dnf makecache && dnf repolist && dnf install --help && dnf module list && dnf copr list && dnf install --downloadonly a && microdnf install b\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = MANAGERS.has(call.manager) ? questionOf(call) : undefined;
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
