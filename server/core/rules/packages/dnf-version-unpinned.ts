import { unpinnedCalls, unpinnedMessage, unpinnedModules } from "../../dockerfile/packages/versionPins.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const dnfVersionUnpinned = defineRule({
	id: "dnf-version-unpinned",
	title: "dnf installs whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["hadolint", "DL3041"], ["kics", "93d88cf7-f078-46a8-8ddc-178e03aeacf1"]), ...similar(["droast", "DF005"])],
	onlyWith: { words: ["dnf", "microdnf", "tdnf"] },
	why: "Two builds of the same file on two days install different packages, and nobody sees which: what was tested need not be what is shipped, and a build that worked may fail. The price of exact versions is that somebody has to write each fix down; the rule is therefore off by default.",
	remedy: "Name the version behind the package: `dnf install -y httpd-2.4.62`, or fix the repositories to a point in time.",
	references: ["https://dnf.readthedocs.io/en/latest/command_ref.html#specifying-packages"],
	examples: [
		{ caption: "A name alone", bad: "FROM fedora:42\nRUN dnf install -y «httpd» && dnf clean all\n" },
		{ caption: "With a version", good: "FROM fedora:42\nRUN dnf install -y httpd-2.4.62 && dnf clean all\n" },
		{
			caption: "No version; digits in names are none",
			bad: "FROM fedora:42\nRUN dnf install -y «java-21-openjdk» httpd-2.4.62-1.fc42 && microdnf install -y «gcc-c++» 'dnf-command(builddep)' && tdnf install -y «python3.12»\n",
		},
		{
			caption: "In the folder that the image is made of",
			bad: "FROM mcr.microsoft.com/azurelinux/base/core:3.0 AS a\nRUN tdnf install -y --releasever=3.0 --installroot /staging «glibc» libgcc\nFROM scratch\nCOPY --from=a /staging /\n",
		},
		{
			caption: "A module without a stream",
			bad: "FROM rockylinux:9\nRUN dnf module install -y «nodejs» && microdnf module enable «php» && dnf module install -y redis:7/common\n",
		},
		{
			caption: "Versions, files, groups, nobody knows",
			good: "FROM fedora:42\nRUN dnf install -y --comment why httpd-2.4.62 git-0:2.50.1 'gcc = 15.1' a-${A_VERSION} ./b.rpm https://example.com/c.rpm @development-tools $D && dnf group install -y x && dnf module install -y nodejs:18 && dnf builddep -y e.spec\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage, span, names } of unpinnedCalls(file, ["dnf", "microdnf", "tdnf"])) {
			reports.push({ span, message: unpinnedMessage(names), ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		}
		for (const { stage, span, message } of unpinnedModules(file, ["dnf", "microdnf"]))
			reports.push({ span, message, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		return reports;
	},
});
