import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { defineRule, type Report } from "../rule.ts";

const NAME = "SOURCE_DATE_EPOCH";

export const reproducibleEpochMissing = defineRule({
	id: "reproducible-epoch-missing",
	title: "The time of the build gets into the image",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["date", "tar"] },
	why: "An image that holds the time at which it was built is another one each time. Nobody can build it again and compare, so nobody can find out whether the build that was published is the one that the sources give.",
	remedy:
		"Declare `ARG SOURCE_DATE_EPOCH` in the stage, pass the time of the commit (`--build-arg SOURCE_DATE_EPOCH=$(git log -1 --pretty=%ct)`), and let commands use it: compilers and archivers that know it do by themselves, `date -u -d @$SOURCE_DATE_EPOCH` and `tar --mtime=@$SOURCE_DATE_EPOCH` on request. `--output type=image,rewrite-timestamp=true` sets the times of files.",
	references: [
		"https://reproducible-builds.org/docs/source-date-epoch/",
		"https://docs.docker.com/build/ci/github-actions/reproducible-builds/",
	],
	examples: [
		{
			caption: "The time of the day",
			bad: 'FROM golang:1.23\nRUN go build -ldflags "-X main.date=$(«date» -u +%F)" -o /a\nRUN date > /built\n',
			fixed: 'FROM golang:1.23\nARG SOURCE_DATE_EPOCH\nRUN go build -ldflags "-X main.date=$(date -u +%F)" -o /a\nRUN date > /built\n',
		},
		{
			caption: "An archive",
			bad: "FROM debian:12\nRUN «tar» czf /a.tgz /src\n",
			fixed: "FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN tar czf /a.tgz /src\n",
		},
		{
			caption: "Of folders that builds write to as well",
			bad: "FROM debian:12\nRUN «tar» -czf /a.tgz /etc/app /usr/lib/app /usr/bin/app\n",
			fixed: "FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN tar -czf /a.tgz /etc/app /usr/lib/app /usr/bin/app\n",
		},
		{
			caption: "Files of packages keep the times that they have there",
			good: "FROM debian:12\nRUN tar -czf /usr/share/copyrights.tar.gz /usr/share/common-licenses /usr/share/doc/*/copyright\n",
		},
		{
			caption: "Declared, or no time",
			good: "FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN date > /built && tar czf /a.tgz /src\nFROM debian:12\nRUN echo started at $(date) && date && date -d @0 && tar xf a.tgz && tar --mtime=@0 -cf b.tar b && echo date && apt-get install -y date\nCMD date\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused" || mentionsEpoch(stage)) continue;
			const found = firstLeak(stage);
			if (found?.command.name === undefined) continue;
			const { step, command } = found;
			reports.push({
				span: command.name?.span ?? step.keywordSpan,
				message: `${command.program} puts the time of the build into the image`,
				fixes: [
					{
						title: `Declare ${NAME}`,
						safety: "review",
						edits: [insertInstructionBefore(file, step, `ARG ${NAME}`)],
						note: "Commands that do not know it have to be told.",
					},
				],
			});
		}
		return reports;
	},
});

function mentionsEpoch(stage: Stage): boolean {
	return (
		stage.file.text.includes(NAME) && lineage(stage).some((ancestor) => ancestor.steps.some((step) => instructionMentions(step, NAME)))
	);
}

function firstLeak(stage: Stage): { readonly step: Step; readonly command: ShellCommand } | undefined {
	for (const step of runSteps(stage)) {
		if (!/\bdate\b|\btar\b/.test(step.line.text) && step.heredocs.length === 0) continue;
		const commands = commandsOf(step);
		const command = commands.find((candidate) => leaks(candidate) && !isSaid(commands, candidate));
		if (command !== undefined) return { step, command };
	}
	return undefined;
}

/** Whether the time stands in what `echo` writes into the log of the build. */
function isSaid(commands: readonly ShellCommand[], { span, within }: ShellCommand): boolean {
	if (within.at(-1) !== "substitution") return false;
	return commands.some(
		(around) =>
			/^(?:echo|printf)$/.test(around.program ?? "") &&
			around.span.start < span.start &&
			around.span.end > span.end &&
			around.pipeline === undefined &&
			around.redirects.length === 0 &&
			!around.within.includes("group"),
	);
}

/** Whether a command writes the time somewhere; what goes to the build log is not in the image. */
function leaks(command: ShellCommand): boolean {
	const { program, args } = command;
	const words = args.map((word) => word.text);
	if (program === "date") {
		const kept =
			command.within.includes("substitution") ||
			command.pipeline !== undefined ||
			command.redirects.some(({ operator }) => operator.startsWith(">"));
		return kept && !words.some((word) => /^(?:-d|--date|-r|--reference|-s|--set|--help|--version|-f)/.test(word));
	}
	if (program !== "tar") return false;
	return (
		/^-?[a-zA-Z]*c/.test(words[0] ?? "") &&
		!/^--/.test(words[0] ?? "") &&
		!words.some((word) => word.startsWith("--mtime")) &&
		!holdsPackagedFiles(args) &&
		!words.some((word) => /^-$|^-[a-zA-Z]*f-$/.test(word))
	);
}

/** Folders whose files are certain to come from packages, with the times that they have there. */
const PACKAGED = /^\/usr\/share\/(?:doc|common-licenses|licenses|man|locale|zoneinfo)(?:\/|$)/;

/** Whether all that `tar cf ARCHIVE FILE…` takes in comes from packages. */
function holdsPackagedFiles(args: readonly ShellWord[]): boolean {
	const files = args.slice(2).filter((word) => !word.text.startsWith("-"));
	return files.length > 0 && files.every((word) => PACKAGED.test(comparable(word)));
}
