import { asksForOldDirectory, changesIn, plainPath } from "../../dockerfile/commands/folderChanges.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeCommand } from "../../dockerfile/edits/commandEdit.ts";
import { removeInstruction, replace } from "../../dockerfile/edits/edit.ts";
import { type LedStep, withoutChange, workdirAround } from "../../dockerfile/edits/workdirEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const cdInsteadOfWorkdir = defineRule({
	id: "cd-instead-of-workdir",
	title: "cd does what WORKDIR is for",
	category: "runtime",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3003"],
		["trivy", "DS-0013"],
		["kics", "f4a6bcd3-e231-4acf-993c-aa027be50d2e"],
		["semgrep", "use-workdir"],
		["sonar", "S6597"],
		["terrascan", "AC_DOCKER_0018"],
		["droast", "DF008"],
	),
	onlyWith: { words: ["cd"] },
	why: "Each RUN starts in the working directory of the image. A `cd` at the end of one is forgotten: the next instruction runs, and copies, somewhere else than its author thought. A `cd` at the start works, but says it for this step alone, and is written again in the next.",
	remedy:
		"Set the directory with WORKDIR. A `cd` inside a chain of commands, in a subshell or into a folder that the step itself makes and removes is fine.",
	references: ["https://docs.docker.com/reference/dockerfile/#workdir", "https://docs.docker.com/build/building/best-practices/#workdir"],
	examples: [
		{
			caption: "In front of a build",
			bad: 'FROM debian:12\nCOPY . /src\nRUN «cd /src» && make install\nWORKDIR /data\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nCOPY . /src\nWORKDIR /src\nRUN make install\nWORKDIR /data\nCMD ["app"]\n',
		},
		{ caption: "A WORKDIR", good: "FROM debian:12\nWORKDIR /src\nCOPY . .\nRUN make install\n" },
		{
			caption: "Alone it does nothing",
			bad: "FROM debian:12\nRUN «cd /srv»\nRUN make\n",
			fixed: "FROM debian:12\nWORKDIR /srv\nRUN make\n",
		},
		{
			caption: "At the end of a step, too",
			bad: "FROM debian:12\nRUN make && \\\n    # back\n    «cd /srv»\n",
			fixed: "FROM debian:12\nRUN make\n    # back\n",
		},
		{
			caption: "At the start: a step of its own directory",
			bad: "FROM debian:12\nRUN «cd /opt/app» && make \\\n  && make install\nCOPY a b\n",
			fixed: "FROM debian:12\nWORKDIR /opt/app\nRUN make \\\n  && make install\nWORKDIR /\nCOPY a b\n",
		},
		{
			caption: "Behind options of the shell, which stay",
			bad: "FROM debian:12\nRUN set -o errexit -x && «cd\t/usr/src» && ls\nRUN set -eu; \\\n    set -o pipefail; \\\n    «cd /opt/app»; \\\n    make\nWORKDIR /\n",
			fixed:
				"FROM debian:12\nWORKDIR /usr/src\nRUN set -o errexit -x && ls\nWORKDIR /opt/app\nRUN set -eu; \\\n    set -o pipefail; \\\n    make\nWORKDIR /\n",
		},
		{
			caption: "Another cd, in a shell of its own",
			bad: "FROM debian:12\nRUN «cd /src» && (cd sub && make) && make install\nRUN «cd /src» && V=\"$(cd .. && pwd)\" && make V=$V\nRUN «cd /src» && make && sudo sh -c 'cd /x && y'\nCOPY a b\n",
			fixed:
				"FROM debian:12\nWORKDIR /src\nRUN (cd sub && make) && make install\nRUN V=\"$(cd .. && pwd)\" && make V=$V\nRUN make && sudo sh -c 'cd /x && y'\nWORKDIR /\nCOPY a b\n",
		},
		{
			caption: "Where the step already is, also by what it inherits",
			bad: "FROM debian:12 AS base\nWORKDIR /usr/src\nFROM base\nRUN «cd /usr/src»; make\nRUN «cd /usr/src»\nRUN b\n",
			fixed: "FROM debian:12 AS base\nWORKDIR /usr/src\nFROM base\nRUN make\nRUN b\n",
		},
		{
			caption: "And where something asks for the folder before",
			bad: "FROM debian:12\nWORKDIR /usr/src\nRUN «cd /usr/src/» && make $OLDPWD\n",
		},
		{
			caption: "There and back",
			bad: "FROM debian:12\nWORKDIR /src\nRUN «cd /opt/app» && make && «cd /src»\nRUN cd a && «cd b»\n",
			fixed: "FROM debian:12\nWORKDIR /src\nWORKDIR /opt/app\nRUN make\nWORKDIR /src\nRUN cd a && cd b\n",
		},
		{
			caption: "Where another WORKDIR follows, the old one need not come back",
			bad: "FROM golang:1.22\r\nRUN --network=none «cd /opt/app» && make\r\nWORKDIR /srv\r\n",
			fixed: "FROM golang:1.22\r\nWORKDIR /opt/app\r\nRUN --network=none make\r\nWORKDIR /srv\r\n",
		},
		{
			caption: "Neighbours need one way back",
			bad: "FROM debian:12\nRUN «cd /opt/a» && make\nRUN «cd /opt/b» && make\nCOPY a b\n",
			fixed: "FROM debian:12\nWORKDIR /opt/a\nRUN make\nWORKDIR /opt/b\nRUN make\nWORKDIR /\nCOPY a b\n",
		},
		{
			caption: "And one WORKDIR where they go to the same folder",
			bad: "FROM debian:12\nRUN «cd /var/www» && unzip a.zip\nRUN «cd /var/www/» && mv a b\nRUN «cd /opt/b» && make\nRUN make\n",
			fixed: "FROM debian:12\nWORKDIR /var/www\nRUN unzip a.zip\nRUN mv a b\nWORKDIR /opt/b\nRUN make\nWORKDIR /\nRUN make\n",
		},
		{
			caption: "Nor does a stage that ends with it, and that files are taken from alone",
			bad: "FROM debian:12 AS build\nRUN «cd /opt/app» && make\nFROM scratch\nCOPY --from=build /opt/app /app\n",
			fixed: "FROM debian:12 AS build\nWORKDIR /opt/app\nRUN make\nFROM scratch\nCOPY --from=build /opt/app /app\n",
		},
		{
			caption: "No way back is known, or the path is a variable's",
			bad: "FROM golang:1.22\nENV D=/d\nRUN «cd /opt/app» && make\nRUN «cd $D/x»; make\n",
		},
		{
			caption: "The target of a mount, or a variable, would be another one",
			bad: "FROM debian:12\nRUN --mount=source=Makefile,target=Makefile «cd /opt/app» && make -f /Makefile\nRUN «cd /opt» && make $OLDPWD\n",
		},
		{
			caption: "Relative ones, several, in groups, below a condition, in a script",
			good: "FROM debian:12\nRUN cd app && make\nRUN cd /a && make && cd /b && make\nRUN cd /a && for f in *; do cd /b; make $f; done\nRUN cd /a && { cd /b; make; }\nRUN cd /a && eval 'cd /b' && make\nRUN (cd /a && make)\nRUN test -d /a || cd /b\nRUN <<EOF\ncd /a\nmake\nEOF\nRUN make && cd /a && make\nRUN cd /a && make && cd -\nRUN set -e || cd /a && make\nRUN set -- a b && cd /a && make\n",
		},
		{
			caption: "Folders for a while",
			good: "FROM debian:12\nRUN cd /tmp && make\nRUN cd /var/tmp/x && make\nRUN cd /usr/src/x && make && rm -rf /usr/src/x\nRUN cd $(mktemp -d) && make\nRUN cd /opt/x && make && rm -r /opt/*\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const report of reportsOf(step)) reports.push({ ...report, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
			}
		}
		return reports;
	},
});

function reportsOf(step: Step): readonly Report[] {
	const { commands, first, last } = changesIn(step);
	const reports: Report[] = [];
	if (last !== undefined) {
		const alone = commands.length === 1;
		reports.push({
			span: last.span,
			message: `${shortened(written(last), 50)} has no effect on what follows the step`,
			fixes: alone ? workdirInstead(step, last) : commands.at(-2)?.name?.value === "cd" ? [] : withoutIt(step, last),
		});
	}
	if (first === undefined) return reports;
	const { command, path } = first;
	const there = isCurrent(step, path);
	reports.push({
		span: command.span,
		message: there
			? `${shortened(written(command), 50)} is where the step already is`
			: `${shortened(written(command), 50)} sets the directory of the whole step`,
		fixes: () => (!there ? workdirFor(step, command) : asksForOldDirectory(step) ? [] : withoutIt(step, command)),
	});
	return reports;
}

function written(command: ShellCommand): string {
	return `cd ${command.args[0]?.text ?? ""}`;
}

/** Whether a step begins in a folder. */
function isCurrent(step: Step, path: string): boolean {
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" && workdir.value === normalPath(path);
}

function workdirInstead(step: Step, command: ShellCommand): readonly Fix[] {
	const path = plainPath(command);
	const { file } = step.stage;
	if (
		path === undefined ||
		step.flags.length > 0 ||
		file.comments.some(({ span }) => step.span.start < span.start && span.end < step.span.end)
	)
		return [];
	if (isCurrent(step, path)) return [{ title: "Remove it", safety: "review", edits: [removeInstruction(file, step)] }];
	return [{ title: `Set WORKDIR ${path}`, safety: "review", edits: [replace(step.span, `WORKDIR ${path}`)] }];
}

function withoutIt(step: Step, command: ShellCommand): readonly Fix[] {
	const edit = removeCommand(step, command);
	return edit === undefined ? [] : [{ title: "Remove it", safety: "review", edits: [edit] }];
}

function workdirFor(step: Step, command: ShellCommand): readonly Fix[] {
	const row = rowsOf(step.stage)[step.ordinal] ?? [{ step, command }];
	const edits = workdirAround(row);
	if (edits === undefined) return [];
	const title = `Set WORKDIR ${plainPath(command)} for ${row.length === 1 ? "the step" : `these ${row.length} steps`}`;
	return [{ title, safety: "review", edits, note: "WORKDIR makes the directory if it is not there." }];
}

/** Steps that one repair changes at most. */
const MOST_STEPS = 20;

/** For each step of a stage, by its ordinal, those that follow each other with it and begin with a `cd` to the same folder. */
const rowsOf = remembered((stage: Stage): readonly (readonly LedStep[] | undefined)[] => {
	const rows: LedStep[][] = [];
	for (const step of stage.steps) {
		const { first } = changesIn(step);
		if (first === undefined || withoutChange({ step, command: first.command }) === undefined) continue;
		const { command, path } = first;
		const above = rows[step.ordinal - 1];
		const isSame = above?.[0] !== undefined && above.length < MOST_STEPS && leadsTo(above[0], path);
		const row = isSame ? above : [];
		row.push({ step, command });
		rows[step.ordinal] = row;
	}
	return rows;
});

/** Whether the `cd` that a step begins with leads to a folder, and WORKDIR can say so. */
function leadsTo({ step, command }: LedStep, path: string): boolean {
	const folder = changesIn(step).first?.path;
	return folder !== undefined && plainPath(command) !== undefined && normalPath(folder) === normalPath(path);
}
