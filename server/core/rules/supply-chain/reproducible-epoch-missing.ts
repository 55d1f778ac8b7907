import { hasGnuTools } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { archiveOption, filesOfTar, readTarArguments } from "../../dockerfile/commands/tarArguments.ts";
import { insertAfter, insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { isInPassingName } from "../../dockerfile/files/passingNames.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, stagesFrom } from "../../dockerfile/model/stages.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, type ShellArguments } from "../../shell/options.ts";
import type { SpanEdit } from "../../text.ts";
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
			caption: "Another program each day",
			bad: 'FROM golang:1.23\nRUN go build -ldflags "-X main.date=$(«date» -u +%F)" -o /a\n',
			fixed:
				'FROM golang:1.23\nARG SOURCE_DATE_EPOCH\nRUN go build -ldflags "-X main.date=$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -u +%F)" -o /a\n',
		},
		{
			caption: "The time of a file, or one that is given, also in bundles",
			good: "FROM debian:12\nRUN ./a --at=$(date -ur /x +%s) --b=$(date -Rud @0) --c=$(date -uf /x)\n",
		},
		{
			caption: "The time of the day",
			bad: 'FROM golang:1.23\nRUN go build -ldflags "-X main.date=$(«date» -u +%F)" -o /a\nRUN date > /built\n',
			fixed:
				'FROM golang:1.23\nARG SOURCE_DATE_EPOCH\nRUN go build -ldflags "-X main.date=$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -u +%F)" -o /a\nRUN date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} > /built\n',
		},
		{
			caption: "An archive",
			bad: "FROM debian:12\nRUN «tar» czf /a.tgz /src\n",
			fixed: "FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN tar czf /a.tgz /src ${SOURCE_DATE_EPOCH:+--mtime=@$SOURCE_DATE_EPOCH}\n",
		},
		{
			caption: "Options in front, and in words",
			bad: "FROM debian:12\nRUN «tar» -C /src -czf /a.tgz . && tar --create --file=/b.tar /src\n",
			fixed:
				"FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN tar -C /src -czf /a.tgz . ${SOURCE_DATE_EPOCH:+--mtime=@$SOURCE_DATE_EPOCH} && tar --create --file=/b.tar /src ${SOURCE_DATE_EPOCH:+--mtime=@$SOURCE_DATE_EPOCH}\n",
		},
		{
			caption: "Of folders that builds write to as well",
			bad: "FROM debian:12\nRUN «tar» -czf /a.tgz /etc/app /usr/lib/app /usr/bin/app\n",
			fixed:
				"FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN tar -czf /a.tgz /etc/app /usr/lib/app /usr/bin/app ${SOURCE_DATE_EPOCH:+--mtime=@$SOURCE_DATE_EPOCH}\n",
		},
		{
			caption: "A tar that cannot be told the time",
			bad: "FROM alpine:3.20 AS a\nRUN «tar» czf /a.tgz /src\nFROM busybox AS b\nRUN «tar» czf /b.tgz /src\nFROM cgr.dev/chainguard/wolfi-base\nRUN «tar» czf /c.tgz /src\nCOPY --from=a /a.tgz /\nCOPY --from=b /b.tgz /\n",
		},
		{
			caption: "In a name that goes away again",
			good: 'FROM debian:12\nRUN mkdir db-$(date -I) && touch "db-$(date -I)/x" && mv db-$(date -I)/ /srv/db\nRUN mkdir /tmp/build-`date +%s` && rm -rf /tmp/build-`date +%s`\n',
		},
		{
			caption: "In a name that stays",
			bad: "FROM debian:12\nRUN mkdir db-$(«date» -I) && mv db-$(date -I) /srv/\n",
			fixed:
				"FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN mkdir db-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -I) && mv db-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -I) /srv/\n",
		},
		{
			caption: "Into a folder, where it stays as well",
			bad: "FROM debian:12\nRUN mkdir /data && mkdir db-$(«date» -I) && mv db-$(date -I) /data\nRUN mkdir a-$(date -I) && mv a-$(date -I) /srv\n",
			fixed:
				"FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN mkdir /data && mkdir db-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -I) && mv db-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -I) /data\nRUN mkdir a-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -I) && mv a-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} -I) /srv\n",
		},
		{
			caption: "All that name one file get the same time, in stages from this one as well",
			bad: "FROM debian:12 AS a\nRUN echo at $(date) && mkdir x-$(date +%F) && rm -r x-$(date +%F)\nRUN ./fetch -o /tmp/db-$(«date» +%F)\nFROM a\nRUN mv /tmp/db-$(date +%F) /srv/db\n",
			fixed:
				"FROM debian:12 AS a\nARG SOURCE_DATE_EPOCH\nRUN echo at $(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH}) && mkdir x-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} +%F) && rm -r x-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} +%F)\nRUN ./fetch -o /tmp/db-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} +%F)\nFROM a\nRUN mv /tmp/db-$(date ${SOURCE_DATE_EPOCH:+-d@$SOURCE_DATE_EPOCH} +%F) /srv/db\n",
		},
		{
			caption: "The stage below made the name",
			bad: "FROM debian:12 AS a\nRUN mkdir x && echo $(date) && date -ur x\nFROM a\nRUN ./fetch -o /tmp/db-$(«date» +%F)\n",
		},
		{
			caption: "Files of packages keep the times that they have there",
			good: "FROM debian:12\nRUN tar -czf /usr/share/copyrights.tar.gz /usr/share/common-licenses /usr/share/doc/*/copyright\nRUN tar -C / -czf /a.tgz usr/share/doc && tar -C /usr -C share -czf /a.tgz doc && tar czf /a.tgz -C /usr/share doc\n",
		},
		{
			caption: "Copies keep the times of the files",
			good: "FROM debian:12\nRUN tar -C /src -c . | tar -x -C /dst && cd /src && tar --create . | (cd /dst && tar -x)\nRUN tar -C /src -cf /dev/stdout . | tar -x && (cd /src && tar -c .) | tar -x -C /dst && tar cf - . | tar x\n",
		},
		{
			caption: "Without a name, and of another folder",
			bad: "FROM debian:12\nRUN «tar» -cz /src > /a.tgz && tar -C /srv -czf /b.tgz usr/share/doc\n",
			fixed:
				"FROM debian:12\nARG SOURCE_DATE_EPOCH\nRUN tar -cz /src ${SOURCE_DATE_EPOCH:+--mtime=@$SOURCE_DATE_EPOCH} > /a.tgz && tar -C /srv -czf /b.tgz usr/share/doc ${SOURCE_DATE_EPOCH:+--mtime=@$SOURCE_DATE_EPOCH}\n",
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
			const leaks = leaksOf(stage);
			const [first] = leaks;
			if (first === undefined) continue;
			reports.push({
				span: first.command.name?.span ?? first.step.keywordSpan,
				message: `${first.command.program} puts the time of the build into the image`,
				fixes: () => fixesOf(stage, leaks),
			});
		}
		return reports;
	},
});

/** A command that writes the time somewhere. */
interface Leak {
	readonly step: Step;
	readonly command: ShellCommand;
}

/**
 * Neither `date` nor `tar` reads the variable by itself. Where the build passes none, each does as before. What one `date` names another
 * one finds again: all of them are told, in the stages that start from this one, too, or none.
 */
function fixesOf(stage: Stage, leaks: readonly Leak[]): readonly Fix[] {
	if (lineage(stage).some((ancestor) => ancestor !== stage && datesOf(ancestor).length > 0)) return [];
	const dates = stagesFrom(stage).flatMap(datesOf);
	const told = [...dates, ...leaks.filter(({ command }) => command.program === "tar")];
	const edits = told.map(({ command }) => epochEdit(stage, command));
	const first = told.map(({ step }) => step).reduce((a, b) => (a.span.start < b.span.start ? a : b));
	if (edits.includes(undefined)) return [];
	return [
		{
			title: `Use ${NAME}`,
			safety: "review",
			edits: [insertInstructionBefore(stage.file, first, `ARG ${NAME}`), ...edits.filter((edit) => edit !== undefined)],
			note: `The build has to pass it: --build-arg ${NAME}=…`,
		},
	];
}

/** Gives a command the time of the variable, if it is set; undefined where the command cannot be told, or edited. */
function epochEdit(stage: Stage, { program, name, args, decoded }: ShellCommand): SpanEdit | undefined {
	if (decoded || name === undefined) return undefined;
	if (program === "date") return insertAfter(name.span, ` \${${NAME}:+-d@$${NAME}}`);
	// The tar of BusyBox has no such option; in front of the bundle that tar begins with it would be none.
	const last = args[args.length - 1];
	if (!hasGnuTools(stage) || last === undefined || args.some(({ text }) => text === "--")) return undefined;
	return insertAfter(last.span, ` \${${NAME}:+--mtime=@$${NAME}}`);
}

function mentionsEpoch(stage: Stage): boolean {
	return (
		stage.file.text.includes(NAME) && lineage(stage).some((ancestor) => ancestor.steps.some((step) => instructionMentions(step, NAME)))
	);
}

function leaksOf(stage: Stage): readonly Leak[] {
	return runSteps(stage).flatMap((step) => {
		const writing = writingCommands(step);
		if (writing.length === 0 || writing.length > MOST_COMMANDS) return [];
		const commands = commandsOf(step);
		return writing.filter((command) => !isSaid(commands, command) && !isInPassingName(step, command)).map((command) => ({ step, command }));
	});
}

/** Each `date` of a stage whose output goes somewhere, be it into the image or not. */
function datesOf(stage: Stage): readonly Leak[] {
	return runSteps(stage).flatMap((step) =>
		writingCommands(step)
			.filter(({ program }) => program === "date")
			.map((command) => ({ step, command })),
	);
}

const NO_COMMANDS: readonly ShellCommand[] = [];

function writingCommands(step: Step): readonly ShellCommand[] {
	if (!/\bdate\b|\btar\b/.test(step.line.text) && step.heredocs.length === 0) return NO_COMMANDS;
	return commandsOf(step).filter((command) => command.name !== undefined && leaks(command));
}

/** Commands that write the time in one RUN, beyond which nobody asks where each of them does. */
const MOST_COMMANDS = 20;

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
	if (program !== "date" && program !== "tar") return false;
	if (program === "date") {
		const kept =
			command.within.includes("substitution") ||
			command.pipeline !== undefined ||
			command.redirects.some(({ operator }) => operator.startsWith(">"));
		// What stands behind -I is the precision.
		return kept && !args.some(({ text: word }) => /^(?:-[a-zA-HJ-Z]*[dfrs]|--(?:date|file|reference|set|help|version))/.test(word));
	}
	const given = readTarArguments(args);
	const creates = hasOption(given, "-c", "--create") && !hasOption(given, "--mtime");
	return creates && isKept(command, given) && !holdsPackagedFiles(given);
}

/** Whether the archive goes into a file. What reads it from a pipe mostly unpacks it, to copy the files with their times. */
function isKept({ redirects }: ShellCommand, given: ShellArguments): boolean {
	const archive = archiveOption(given);
	if (archive === undefined) return redirects.some(({ operator }) => /^>[>|]?$/.test(operator));
	return archive.value !== "-" && archive.value !== "/dev/stdout";
}

/** Folders whose files are certain to come from packages, with the times that they have there. */
const PACKAGED = /^\/usr\/share\/(?:doc|common-licenses|licenses|man|locale|zoneinfo)(?:\/|$)/;

/** Whether all that tar takes in comes from packages. */
function holdsPackagedFiles(given: ShellArguments): boolean {
	const files = filesOfTar(given);
	return files.length > 0 && !hasOption(given, "-T", "--files-from") && files.every((path) => path !== undefined && PACKAGED.test(path));
}
