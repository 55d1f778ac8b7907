import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const zypperDistUpgrade = defineRule({
	id: "zypper-dist-upgrade",
	title: "zypper moves the whole image to another state of the distribution",
	category: "packages",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3035"], ["droast", "DF044"]),
	onlyWith: { words: ["zypper"] },
	why: "`zypper dup` makes the system what the repositories say today: it changes vendors, downgrades and removes packages where that is needed. In an image it replaces what the base image's makers tested, and what comes out depends on the day of the build.",
	remedy: "Install fixes alone (`zypper --non-interactive patch`), or move to a newer base image.",
	references: ["https://manpages.opensuse.org/Tumbleweed/zypper/zypper.8.en.html", "https://en.opensuse.org/SDB:System_upgrade"],
	examples: [
		{
			caption: "Everything moves",
			bad: "FROM opensuse/leap:15.6\nRUN zypper -n «dup» && zypper clean --all\n",
			fixed: "FROM opensuse/leap:15.6\nRUN zypper -n patch && zypper clean --all\n",
		},
		{ caption: "Fixes alone", good: "FROM opensuse/leap:15.6\nRUN zypper -n patch && zypper clean --all\n" },
		{
			caption: "The whole distribution",
			bad: "FROM opensuse/leap:15.6\r\nRUN zypper -n «dup» && \\\r\n    # again\r\n    sudo zypper «dist-upgrade» -y\r\n",
			fixed: "FROM opensuse/leap:15.6\r\nRUN zypper -n patch && \\\r\n    # again\r\n    sudo zypper patch -y\r\n",
		},
		{
			caption: "With options that patch does not have: no edit",
			bad: "FROM opensuse/leap:15.6\nRUN zypper -n «dup» --allow-vendor-change --from repo\n",
		},
		{
			caption: "Fixes alone; Tumbleweed knows nothing else",
			good: "FROM opensuse/leap:15.6\nRUN zypper -n patch && zypper -n up curl && echo zypper dup\nFROM opensuse/tumbleweed\nRUN zypper -n dup\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const base = rootBase(stage);
			if (base.kind === "image" && /tumbleweed/.test(base.reference.repository)) continue;
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = call.verbWord;
					if (call.manager !== "zypper" || word === undefined || (call.verb !== "dup" && call.verb !== "dist-upgrade")) continue;
					const plain =
						!call.command.decoded &&
						call.options.every(
							({ word: option }) => option.at < word.at || /^-{1,2}(?:y|no-confirm|l|auto-agree-with-licenses)$/.test(option.text),
						);
					reports.push({
						span: word.span,
						message: `zypper ${call.verb} moves the whole image to another state of the distribution`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: plain ? [{ title: "Install fixes alone", safety: "review", edits: [replace(word.span, "patch")] }] : [],
					});
				}
			}
		}
		return reports;
	},
});
