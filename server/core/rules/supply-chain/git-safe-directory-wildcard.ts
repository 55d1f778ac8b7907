import { folderOf } from "../../dockerfile/commands/commandFolder.ts";
import { gitFolder } from "../../dockerfile/commands/gitCommands.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stagesFrom } from "../../dockerfile/model/stages.ts";
import { workdirAt } from "../../dockerfile/variables/state.ts";
import { defineRule, type Report } from "../rule.ts";

export const gitSafeDirectoryWildcard = defineRule({
	id: "git-safe-directory-wildcard",
	title: "Git trusts repositories of every owner",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["safe"] },
	why: "Git refuses to work in a repository that belongs to somebody else, because its configuration can name programs that git then runs (CVE-2022-24765). `safe.directory '*'` turns that off everywhere: whoever can put a `.git` folder into a place that is mounted or unpacked runs commands as the user who calls git there.",
	remedy:
		"Name the folder: `git config --global --add safe.directory /workspace`, or let the files belong to the user who builds, with `COPY --chown`.",
	references: [
		"https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory",
		"https://github.com/git/git/security/advisories/GHSA-vw2c-22j4-2fh2",
	],
	examples: [
		{ caption: "The folder of the repository", good: "FROM debian:12\nRUN git config --global --add safe.directory /workspace\n" },
		{
			caption: "In an image that runs git",
			bad: "FROM debian:12\nWORKDIR /workspace\nRUN git config --global --add safe.directory «'*'»\n",
			fixed: "FROM debian:12\nWORKDIR /workspace\nRUN git config --global --add safe.directory /workspace\n",
		},
		{
			caption: "Without a folder to name",
			bad: 'FROM debian:12\nRUN git config --system safe.directory «"*"» && git config set --global safe.directory «\\*»\n',
		},
		{
			caption: "git runs in more than one folder",
			bad: "FROM debian:12\nWORKDIR /src\nRUN git config --global --add safe.directory «'*'» && git -C /other describe\nFROM debian:12\nWORKDIR /src\nRUN cd /x && git config --global --add safe.directory «'*'»\nFROM debian:12\nWORKDIR /src\nRUN git config --global --add safe.directory «'*'»\nWORKDIR /other\nRUN git describe\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "One folder",
			good: "FROM debian:12\nRUN git config --global --add safe.directory /src && git config --global --unset safe.directory '*' && git config --global core.excludesFile '*'\n",
		},
	],
	check(file) {
		if (!file.text.includes("safe.directory")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					if (command.program !== "git" || command.args.some((word) => /^--(?:unset|get|remove)/.test(word.text))) continue;
					const at = command.args.findIndex((word) => word.value === "safe.directory");
					const word = command.args[at + 1];
					if (at === -1 || word?.value !== "*" || !command.args.some((other) => other.value === "config")) continue;
					const workdir = workdirAt(stage, step);
					const known = workdir.kind === "set" && /^\/[\w./-]*\w$/.test(workdir.value) ? workdir.value : undefined;
					const folder = known !== undefined && staysIn(step, known) ? known : undefined;
					reports.push({
						span: word.span,
						message: "safe.directory * makes git trust repositories of every owner",
						...(stage.use === "shipped" || stage.use === "ancestor" ? {} : { severity: "hint" as const }),
						fixes:
							folder === undefined || command.decoded
								? []
								: [
										{
											title: `Trust ${folder} alone`,
											safety: "review",
											edits: [replace(word.span, folder)],
											note: "Git then refuses repositories of other owners elsewhere.",
										},
									],
					});
				}
			}
		}
		return reports;
	},
});

/** Whether nothing behind the command leaves the folder: git would refuse to work elsewhere. */
function staysIn(step: Step, folder: string): boolean {
	const { stage } = step;
	if (stagesFrom(stage).length > 1) return false;
	const later = stage.steps.filter((other) => other.ordinal > step.ordinal);
	if (later.some((other) => other.keyword === "WORKDIR")) return false;
	return [step, ...later.filter(({ keyword }) => keyword === "RUN")].every((other) =>
		commandsOf(other).every(
			(candidate) => folderOf(other, candidate) === folder && (candidate.program !== "git" || gitFolder(other, candidate) === folder),
		),
	);
}
