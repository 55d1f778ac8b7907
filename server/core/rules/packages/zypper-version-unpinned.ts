import type { InstalledPackage } from "../../dockerfile/packages/installedPackages.ts";
import { unpinnedCalls, unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const zypperVersionUnpinned = defineRule({
	id: "zypper-version-unpinned",
	title: "zypper installs whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3037"], ["kics", "562952e4-0348-4dea-9826-44f3a2c6117b"], ["droast", "DF005"]),
	onlyWith: { words: ["zypper"] },
	why: "Two builds of the same file on two days install different packages, and nobody sees which: what was tested need not be what is shipped, and a build that worked may fail. The price of exact versions is that somebody has to write each fix down; the rule is therefore off by default.",
	remedy: "Name the version: `zypper install -y curl=8.6.0`, or fix the repositories to a point in time.",
	references: ["https://manpages.opensuse.org/Tumbleweed/zypper/zypper.8.en.html"],
	examples: [
		{ caption: "A name alone", bad: "FROM opensuse/leap:15.6\nRUN zypper -n install «curl» && zypper clean --all\n" },
		{ caption: "With a version", good: "FROM opensuse/leap:15.6\nRUN zypper -n install curl=8.6.0 && zypper clean --all\n" },
		{
			caption: "No version",
			bad: "FROM opensuse/leap:15.6\nRUN zypper -n install «curl» git=2.43.0 && zypper in -y --from repo «make» && zypper -n in -t package «a» && zypper -n in --type=package «b»\n",
		},
		{
			caption: "Versions, files, patterns, nobody knows",
			good: "FROM opensuse/leap:15.6\nRUN zypper -n in curl=8.6.0 tar-1.35 'git>=2.43' a-1.rpm '!x' pattern:devel_basis $B && zypper in -y -t pattern devel_C_C++ && zypper -n up c\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage, span, names } of unpinnedCalls(file, ["zypper"], hasVersion)) {
			reports.push({ span, message: unpinnedMessage(names), ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		}
		return reports;
	},
});

/** `curl-8.6.0`, which zypper takes apart by itself. */
function hasVersion({ name }: InstalledPackage): boolean {
	return /-\d+\.[\w.]+(?:-[\w.]+)?$/.test(name);
}
