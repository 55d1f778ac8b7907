import { isAnsweredByInput } from "../../dockerfile/commands/givenAnswers.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { callOption } from "../../dockerfile/packages/callWords.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Source: zypper(8) 1.14. */
const ASKING = new Set(["update", "up", "patch", "dist-upgrade", "dup", "verify", "ve", "install-new-recommends", "inr"]);
const ASKING_ABOUT_PACKAGES = new Set(["install", "in", "remove", "rm", "source-install", "si"]);
const ANSWERS = ["-n", "--non-interactive", "--non-interactive-include-reboot-patches", "-y", "--no-confirm"];

/** `-y` among short options of the subcommands that take no value, in a variable: `-Ry`. */
const BUNDLED_YES = /^-[a-qs-zCDR]*y/;

export const zypperInstallInteractive = defineRule({
	id: "zypper-install-interactive",
	title: "zypper waits for an answer that nobody gives",
	category: "packages",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3034"],
		["kics", "45e1fca5-f90e-465d-825f-c2cb63fa3944"],
		["semgrep", "missing-zypper-no-confirm-switch"],
		["droast", "DF043"],
	),
	onlyWith: { words: ["zypper"] },
	why: "zypper asks before it installs, updates or removes anything. In a build nobody can answer, and the command ends with an error; where there happens to be nothing to do it does not, so that the same file builds on one day and fails on another.",
	remedy: "Call `zypper --non-interactive`, which takes the default answer to every question.",
	references: ["https://manpages.opensuse.org/Tumbleweed/zypper/zypper.8.en.html"],
	examples: [
		{ caption: "No questions", good: "FROM opensuse/leap:15.6\nRUN zypper --non-interactive install curl\n" },
		{
			caption: "Nobody answers the question",
			bad: "FROM opensuse/leap:15.6\nRUN «zypper» install curl\n",
			fixed: "FROM opensuse/leap:15.6\nRUN zypper --non-interactive install curl\n",
		},
		{
			caption: "Short verbs; -n behind the verb is something else",
			bad: "FROM opensuse/leap:15.6\nRUN «zypper» --gpg-auto-import-keys in -n curl && \\\n    sudo «zypper» \\\n      # all\n      up\n",
			fixed:
				"FROM opensuse/leap:15.6\nRUN zypper --non-interactive --gpg-auto-import-keys in -n curl && \\\n    sudo zypper --non-interactive \\\n      # all\n      up\n",
		},
		{
			caption: "A variable whose value the file shows",
			bad: 'FROM opensuse/leap:15.6\nARG P="a b"\nRUN «zypper» in $P\n',
			fixed: 'FROM opensuse/leap:15.6\nARG P="a b"\nRUN zypper --non-interactive in $P\n',
		},
		{
			caption: "The answer is given",
			good: "FROM opensuse/leap:15.6\nRUN zypper -n in a; zypper --non-interactive rm b; zypper in -y c; zypper in -Ry c; zypper in -ly c; zypper in -f -y c; zypper up --no-confirm; zypper -qn patch; yes | zypper in d; zypper $OPTIONS in e; zypper in $OPTIONS f\n",
		},
		{
			caption: "Nothing is asked",
			good: "FROM opensuse/leap:15.6\nRUN zypper refresh && zypper clean && zypper addrepo a b && zypper install --help && zypper in --dry-run a && zypper in -D a && zypper search a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const { name } = call.command;
					if (call.manager !== "zypper" || name === undefined || !asks(call) || isAnswered(step, call)) continue;
					reports.push({
						span: name.span,
						message: `zypper ${call.verb} without --non-interactive stops at a question`,
						fixes: call.command.decoded
							? []
							: [{ title: "Add --non-interactive", safety: "safe", edits: [insertAfter(name.span, " --non-interactive")] }],
					});
				}
			}
		}
		return reports;
	},
});

function asks(call: PackageCall): boolean {
	if (callHasOption(call, "--help", "-h", "-D", "--dry-run", "-d", "--download-only", "--version")) return false;
	const named = call.operands.length > 0 || call.command.wrapper?.program === "xargs";
	return ASKING.has(call.verb) || (ASKING_ABOUT_PACKAGES.has(call.verb) && named);
}

function isAnswered(step: Step, call: PackageCall): boolean {
	const verbAt = call.verbWord?.at ?? 0;
	return (
		callOption(step, call, (name) => name !== "-n" && (ANSWERS.includes(name) || BUNDLED_YES.test(name))) !== "no" ||
		isAnsweredByInput(step, call.command) ||
		// Behind the verb `-n` says that a name follows.
		call.options.some((option) => ANSWERS.includes(option.name) && (option.name !== "-n" || option.word.at < verbAt))
	);
}
