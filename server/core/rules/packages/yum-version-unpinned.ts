import { unpinnedCalls, unpinnedMessage, unpinnedModules } from "../../dockerfile/packages/versionPins.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const yumVersionUnpinned = defineRule({
	id: "yum-version-unpinned",
	title: "yum installs whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3033"],
		["kics", "6452c424-1d92-4deb-bb18-a03e95d579c4"],
		["terrascan", "AC_DOCKER_0033"],
		["droast", "DF005"],
	),
	onlyWith: { words: ["yum"] },
	why: "Two builds of the same file on two days install different packages, and nobody sees which: what was tested need not be what is shipped, and a build that worked may fail. The price of exact versions is that somebody has to write each fix down; the rule is therefore off by default.",
	remedy: "Name the version behind the package: `yum install -y httpd-2.4.6`, or fix the repositories to a point in time.",
	references: ["https://man7.org/linux/man-pages/man8/yum.8.html"],
	examples: [
		{ caption: "A name alone", bad: "FROM rockylinux:8\nRUN yum install -y «httpd» && yum clean all\n" },
		{ caption: "With a version", good: "FROM rockylinux:8\nRUN yum install -y httpd-2.4.37 && yum clean all\n" },
		{
			caption: "No version; digits in names are none",
			bad: "FROM centos:7\nRUN yum install -y «java-11-openjdk» httpd-2.4.6-99.el7 python3 && yum localinstall -y «a» b.rpm\nRUN yum module install -y «ruby»\n",
		},
		{
			caption: "Numbers in the middle of names",
			bad: "FROM centos:7\nRUN yum install -y «java-1.8.0-openjdk»\nRUN yum install -y «java-1.8.0-openjdk-devel.x86_64» postgresql-9.6-server && yum install -y «python3.11-pip»\n",
		},
		{
			caption: "Versions, files, groups, nobody knows",
			good: "FROM centos:7\nRUN yum install -y java-1.8.0-openjdk-1.8.0.352.b08-2.el7_9 java-1.8.0-openjdk-devel-1.8.0* postgresql-9.6-server-9.6.24 a-1.2-beta b-1.0-alt1\nRUN yum install -y httpd-2.4.6 git-1:1.8.3 gcc-4.8* a-$A_VERSION ./b.rpm https://example.com/c.rpm @development $D && yum groupinstall -y 'Development Tools' && yum module install -y nodejs:18 && yum update -y e\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage, span, names } of unpinnedCalls(file, ["yum"])) {
			reports.push({ span, message: unpinnedMessage(names), ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		}
		for (const { stage, span, message } of unpinnedModules(file, ["yum"]))
			reports.push({ span, message, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		return reports;
	},
});
