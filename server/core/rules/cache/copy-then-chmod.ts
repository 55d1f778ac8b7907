import { baseName } from "../../baseName.ts";
import { accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { pathAt } from "../../dockerfile/commands/commandFolder.ts";
import { commandsOf, runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import type { CopiedPath } from "../../dockerfile/files/copiedPaths.ts";
import { copyFlagFixes, type ModeRepetition, type RepeatedChange } from "../../dockerfile/files/copyFlagFix.ts";
import { changesFolderOf, copiesOf, isPattern } from "../../dockerfile/files/folderCopies.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { mentions } from "../../dockerfile/model/mentions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { removedAfter } from "../../dockerfile/packages/cleanUp.ts";
import { contextPath } from "../../dockerfile/start/contextQuestions.ts";
import { workdirAt } from "../../dockerfile/variables/state.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { mayHoldOptions, readArguments } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

export const copyThenChmod = defineRule({
	id: "copy-then-chmod",
	title: "A RUN changes the mode or the owner of what was just copied",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "prefer-copy-chmod"]),
	onlyWith: { instructions: ["COPY", "ADD"], words: ["chmod", "chown"] },
	why: "A layer cannot change the mode of a file in the layer below: it holds the whole file once more. `chmod -R` or `chown -R` on what was copied doubles its share of the image.",
	remedy: "Let the copy do it: `COPY --chmod=755 …`, `COPY --chown=1000:1000 …`.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"],
	examples: [
		{
			caption: "Two modes of one file",
			bad: "FROM debian:12\nCOPY a.sh b.sh /x/\nRUN «chmod» 700 /x/a.sh && «chmod» 755 /x/a.sh && «chmod» 755 /x/b.sh\n",
		},
		{
			caption: "The start script",
			bad: 'FROM debian:12\nCOPY entrypoint.sh /usr/local/bin/\nENV A=1\nRUN «chmod» +x /usr/local/bin/entrypoint.sh\nENTRYPOINT ["entrypoint.sh"]\n',
			fixed: 'FROM debian:12\nCOPY --chmod=755 entrypoint.sh /usr/local/bin/\nENV A=1\nENTRYPOINT ["entrypoint.sh"]\n',
		},
		{
			caption: "Among others; relative paths; the destination may be a folder",
			bad: "FROM debian:12\nWORKDIR /app\nCOPY --from=busybox:1 /bin/a b\nRUN make && \\\n    «chmod» 0500 b/a && \\\n    strip c\n",
			fixed: "FROM debian:12\nWORKDIR /app\nCOPY --from=busybox:1 --chmod=0500 /bin/a b\nRUN make && \\\n    strip c\n",
		},
		{
			caption: "The owner of a folder, and of one whose contents are copied into another",
			bad: "FROM node:22\nCOPY . /app\nRUN «chown» -R node:node /app\nCOPY src/ /b/\nRUN «chown» -R node:node /b\nUSER node\n",
			fixed: "FROM node:22\nCOPY --chown=node:node . /app\nCOPY --chown=node:node src/ /b/\nUSER node\n",
		},
		{
			caption: "No edit for other modes, for folders, for what archives are copied into, and for part of a copy",
			bad: "FROM debian:12\nCOPY src /src\nRUN «chmod» -R 755 /src\nCOPY a.txt /a\nCOPY b.sh c /x/\nRUN «chmod» g+w /a\nRUN «chmod» 755 /x/b.sh\nRUN mkdir -p /u01\nCOPY a.zip b.sh /u01/\nCOPY c.jar /u01/lib/c.jar\nRUN «chown» -R 1000:1000 /u01\nCOPY --from=busybox:1 /srv/site /opt/site/www\nRUN «chmod» -R a+rX /opt/site\n",
		},

		{
			caption: "By the pattern that they were copied by, which may fit more",
			bad: "FROM debian:12\nCOPY s/*.sh /a/\nRUN «chmod» 0544 /a/*.sh\n",
		},
		{
			caption: "In exec form, by a variable, the text of a heredoc",
			bad: 'FROM debian:12\nCOPY a.sh /\nRUN ["«chmod»", "+x", "/a.sh"]\nENV S=/b/b.sh\nCOPY b.sh /b/\nRUN «chmod» +x $S\nCOPY <<E /d.sh\nE\nRUN «chmod» 755 /d.sh\n',
			fixed: "FROM debian:12\nCOPY --chmod=755 a.sh /\nENV S=/b/b.sh\nCOPY --chmod=755 b.sh /b/\nCOPY --chmod=755 <<E /d.sh\nE\n",
		},
		{
			caption: "By arguments, which the build may pass: no edit",
			bad: "FROM debian:12\nARG UID=1000 MODE=755 F=/d/d.sh\nENV OWNER=$UID\nCOPY a.sh b.sh c.sh /opt/\nCOPY d.sh /d/\nRUN «chown» $UID:$UID /opt/a.sh\nRUN «chmod» $MODE /opt/b.sh\nRUN «chown» $OWNER /opt/c.sh\nRUN «chmod» 755 $F\n",
		},
		{
			caption: "Another pattern, other folders, written in between, variables that no shell sees",
			good: 'FROM debian:12\nCOPY w.sh x.sh /\nENV F=/w.sh U=app\nRUN ["chmod", "755", "$F"]\nRUN chmod 755 \'$F\'\nRUN ["chown", "$U", "/x.sh"]\nCOPY s/*.sh /a/\nRUN chmod 0544 /a/*.py /a/a*.sh /b/*.sh\nCOPY t/*.sh /t\nRUN chmod 0544 /t/*.sh\nCOPY u/*.sh /u/\nRUN sed -i s/a/b/ /u/x.sh\nRUN chmod 0544 /u/*.sh\nENV S=/v/v.sh\nCOPY v.sh /v/\nRUN sed -i s/a/b/ $S\nRUN chmod +x $S\n',
		},
		{
			caption: "Two commands for what one COPY takes",
			bad: "FROM debian:12\nCOPY a.sh b.sh /opt/x/\nRUN «chmod» +x /opt/x/a.sh && \\\n    «chmod» +x /opt/x/b.sh\nCOPY c.sh d.sh /opt/y/\nRUN «chmod» +x /opt/y/c.sh && «chmod» 755 /opt/y/d.sh && make\n",
			fixed: "FROM debian:12\nCOPY --chmod=755 a.sh b.sh /opt/x/\nCOPY --chmod=755 c.sh d.sh /opt/y/\nRUN make\n",
		},
		{
			caption: "Two modes, or a part of it",
			bad: "FROM debian:12\nCOPY a.sh b.sh /opt/x/\nRUN «chmod» 755 /opt/x/a.sh && «chmod» 700 /opt/x/b.sh\nCOPY c.sh d.sh e.sh /opt/y/\nRUN «chmod» 755 /opt/y/c.sh && «chmod» 755 /opt/y/d.sh\n",
		},
		{
			caption: "Written in between or by the same RUN, or removed in it",
			good: "FROM debian:12\nCOPY a.sh b.sh /\nRUN sed -i s/a/b/ /a.sh\nRUN chmod +x /a.sh\nRUN sed -i s/a/b/ /b.sh && chmod +x /b.sh\nCOPY src /src\nRUN make\nRUN chmod -R 755 /src\nCOPY c.sh /tmp/\nRUN chmod +x /tmp/c.sh && /tmp/c.sh && rm /tmp/c.sh\n",
		},
		{
			caption: "Options of the shell go along",
			bad: "FROM debian:12\nCOPY entry.sh /entry.sh\nRUN set -eux; «chmod» +x /entry.sh\n",
			fixed: "FROM debian:12\nCOPY --chmod=755 entry.sh /entry.sh\n",
		},
		{
			caption: "What the RUN changes with its folder anyway",
			good: "FROM debian:12\nCOPY app.sh /srv/\nRUN chown -R app /srv && chmod +x /srv/app.sh\nCOPY b.sh /opt/\nRUN chmod +x /opt/b.sh; chown -R $A:$B /opt/*\n",
		},
		{
			caption: "A folder alone, or what may be one; small files in it, what else fills it, or one of the system",
			good: "FROM node:22\nWORKDIR /app\nCOPY . .\nCOPY src /src\nCOPY lib/ /lib.d\nRUN chown node:node /app && chmod 755 /src /lib.d\nFROM debian:12\nCOPY a.sh /a/\nRUN chown -R 1000 /a\nRUN curl -o /b/x https://example.com/x\nCOPY b.zip /b/\nRUN chown -R 1000 /b\nWORKDIR /c\nRUN make\nCOPY c.zip /c/\nRUN chown -R 1000 /c\nCOPY d.zip /usr/share/d/\nRUN chmod -R a+r /usr/share/d\nCOPY e.zip /e/\nRUN unzip /e/e.zip -d /e\nRUN chown -R 1000 /e\nCOPY f.zip /f/\nCOPY f.sh /\nRUN chown 1000 /f\n",
		},
		{
			caption: "The user comes later than the copy",
			good: "FROM debian:12\nCOPY a /a\nRUN useradd app && chown app:app /a\nCOPY b /b\nRUN useradd bob\nRUN chown bob /b\n",
		},
		{
			caption: "Something else, something unknown, another stage, a copy with a mode",
			good: "FROM debian:12 AS build\nCOPY a /a\nRUN chmod 755 /a\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --chmod=700 b /b\nCOPY *.sh /bin/\nARG D\nCOPY d $D\nRUN chmod 755 /b /bin/x.sh /c /d; chmod 755 /a /other; chmod 755 $D\nRUN --mount=type=bind,target=/e chmod 755 /e\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const repetitions = commandsOf(step).flatMap((command) => repetitionOf(step, command, workspace) ?? []);
				for (const repetition of repetitions) {
					const { command, change, copies } = repetition;
					reports.push({
						span: command.name?.span ?? command.span,
						message: `${change.program} puts ${shortened(change.paths[0] ?? "", 50)} into the image a second time`,
						related: copies.slice(0, 1).map((copy) => ({ span: copy.step.keywordSpan, message: "Copied here" })),
						// A pattern may fit other files of the folder, too.
						fixes: () => (change.paths.some(isPattern) ? [] : copyFlagFixes(step, repetition, repetitions)),
					});
				}
			}
		}
		return reports;
	},
});

function repetitionOf(step: Step, command: ShellCommand, workspace: WorkspaceFacts): ModeRepetition | undefined {
	const change = changeOf(step, command);
	if (change === undefined) return undefined;
	const found = change.paths.map((path) => copiesOf(step, path, change.recursive));
	const copies = found.flat();
	if (found.some((each) => each.length === 0) || !isUntouched(step, command, change, copies)) return undefined;
	if (!change.recursive && change.paths.some((path, index) => mayBeFolder(step, change, path, found[index]?.[0], workspace)))
		return undefined;
	return { command, change, copies };
}

function changeOf(step: Step, command: ShellCommand): RepeatedChange | undefined {
	const { program } = command;
	if ((program !== "chmod" && program !== "chown") || command.name === undefined) return undefined;
	// What a decoded text holds has no place in the file, but for a RUN in exec form.
	if (command.decoded && scriptsOf(step).length > 0) return undefined;
	if (command.wrapper !== undefined || command.pipeline !== undefined || command.within.length > 0) return undefined;
	const { options, operands } = readArguments(command.args, []);
	if (
		operands.some((word) => mayHoldOptions(word) && !isOneWord(step, word)) ||
		options.some(({ name }) => !/^-[RvcfR]$|^--(?:recursive|verbose|changes|silent|quiet)$/.test(name))
	)
		return undefined;
	const [first, ...targets] = operands;
	const value = first === undefined ? undefined : wordValue(step, first);
	const paths = targets.flatMap((word) => {
		const text = wordValue(step, word);
		return text === undefined || /^$|[[{~]|[*?].*\//.test(text) ? [] : (pathAt(step, command, text) ?? []);
	});
	// What no shell has looked at is no owner and no mode.
	if (value === undefined || value.includes("$") || paths.length === 0 || paths.length < targets.length) return undefined;
	// Relative to a folder that the script goes to.
	if (
		commandsOf(step).some((other) => other.program === "cd" || other.program === "pushd") &&
		targets.some((word) => !word.text.startsWith("/"))
	)
		return undefined;
	return { program, value, recursive: options.some(({ name }) => name === "-R" || name === "--recursive"), paths };
}

function isOneWord(step: Step, word: ShellWord): boolean {
	return /^[^-\s][^\s]*$/.test(wordValue(step, word) ?? "");
}

/** What names a path in other commands; of a pattern, what all that it fits have. */
function namesOf(path: string): string {
	const name = baseName(path);
	return name.split(/[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/** What is a file for sure is in a folder for programs, or has an extension. */
const FILE = /\/s?bin\/[^/]+$|[^/]\.[^/.]+$/;

/** Whether a path could be a folder: without `-R` only its entry is changed, and no file is in the image twice. */
function mayBeFolder(step: Step, change: RepeatedChange, path: string, copy: CopiedPath | undefined, workspace: WorkspaceFacts): boolean {
	const source = copy?.source ?? "";
	const inContext = copy?.step.flags.some(({ name }) => name === "from") === true ? undefined : contextPath(source);
	const kind = inContext === undefined ? undefined : workspace.contextFiles.get(inContext)?.kind;
	if (kind === "file") return false;
	const workdir = workdirAt(step.stage, step);
	if (kind === "folder" || /(?:^|\/)\.{0,2}$/.test(source) || (workdir.kind === "set" && workdir.value === path)) return true;
	// Nobody makes a folder executable, or one that cannot be entered.
	const forFiles = change.program === "chmod" && /^(?:[augo]*\+r?x|0?[0246]{3})$/.test(change.value);
	return !(forFiles || FILE.test(source) || FILE.test(path));
}

/** Whether nothing between the copies and the change writes to the paths, creates the owner, or lies over them. */
function isUntouched(step: Step, command: ShellCommand, change: RepeatedChange, copies: readonly CopiedPath[]): boolean {
	const { stage } = step;
	const first = Math.min(...copies.map((copy) => copy.step.ordinal));
	if (copies.some((copy) => copy.step.flags.some((flag) => flag.name === change.program))) return false;
	if (change.paths.some((path) => mountCovers(step, path) !== "no")) return false;
	// What the same RUN removes is in no layer of its own.
	if (change.paths.some((path) => removedAfter(step, command, path) !== "no")) return false;
	const between = stage.steps.slice(first + 1, step.ordinal).filter((other) => other.keyword === "RUN");
	// What runs in between may put files into a folder.
	const own = new Set(copies.map((copy) => copy.step));
	if (
		change.recursive &&
		(between.length > 0 || stage.steps.slice(first + 1, step.ordinal).some((other) => writes(other) && !own.has(other)))
	)
		return false;
	const variables = command.args.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])));
	const names = [...change.paths.map(namesOf), ...variables];
	if (names.includes("") && between.length > 0) return false;
	// In front of an extension stands the rest of a name.
	const namedIn = (other: Step, name: string): boolean =>
		/^\W/.test(name) ? stepText(other).includes(name) : mentions(stepText(other), name);
	if (between.some((other) => names.some((name) => namedIn(other, name)))) return false;
	const commands = commandsOf(step);
	const before = commands.slice(0, commands.indexOf(command)).filter((other) => other.program !== "chmod" && other.program !== "chown");
	if (before.some((other) => other.args.some((word) => names.some((name) => word.text.includes(name))))) return false;
	if (change.recursive && before.length > 0) return false;
	// Then the file would be there twice without this command, too.
	if (commands.some((other) => change.paths.some((path) => changesFolderOf(step, other, path)))) return false;
	if (change.program === "chmod") return true;
	const [user = "", group = user] = change.value.split(":");
	return !accountsOf(stage).some(
		(account) => (account.name === user || account.name === group) && account.step.stage === stage && account.step.ordinal >= first,
	);
}

function writes(step: Step): boolean {
	return step.keyword === "COPY" || step.keyword === "ADD";
}
