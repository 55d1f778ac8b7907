import { gitVerb } from "../../dockerfile/commands/gitCommands.ts";
import { canJoin, joinableScript, joinEdits } from "../../dockerfile/commands/joinRuns.ts";
import { type StepScript, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** Programs that are done at once: to keep their layers apart saves nobody time. */
const QUICK = new Set(
	"mkdir rmdir chmod chown chgrp ln mv cp rm touch echo printf sed ls cat tee true useradd groupadd usermod adduser addgroup userdel groupdel install ldconfig locale-gen update-alternatives a2enmod a2dismod a2ensite a2dissite git unlink".split(
		" ",
	),
);
const MOST_COMMANDS = 2;

export const consecutiveRunLayers = defineRule({
	id: "consecutive-run-layers",
	title: "Small RUN instructions in a row make a layer each",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["hadolint", "DL3059"], ["kics", "0008c003-79aa-42d8-95b8-1c2fe37dbfe6"], ["sonar", "S7031"], ["droast", "DF003"]),
		...similar(["tally", "prefer-run-heredoc"]),
	],
	why: "Each RUN is a layer: an archive that is pulled and unpacked by itself, and one of the 127 that an image can have. What one of them moves or changes is in the image twice. For steps that take long the cache is worth a layer of their own; for `mkdir` and `chmod` it is not.",
	remedy: "Join them with `&&`, or write one RUN with a heredoc.",
	references: ["https://docs.docker.com/build/building/best-practices/#run"],
	examples: [
		{
			caption: "A layer for each",
			bad: "FROM debian:12\nRUN mkdir -p /app /data\n«RUN» chown 1000 /data\n",
			fixed: "FROM debian:12\nRUN mkdir -p /app /data \\\n    && chown 1000 /data\n",
		},
		{ caption: "One RUN", good: "FROM debian:12\nRUN mkdir -p /app /data \\\n    && chown 1000 /data\n" },
		{
			caption: "Quick ones",
			bad: "FROM debian:12\nRUN mkdir -p /app /data\n«RUN» chown 1000 /data\n\nRUN ln -s /data /app/data && \\\n    chmod 755 /app\nCMD a\n",
			fixed:
				"FROM debian:12\nRUN mkdir -p /app /data \\\n    && chown 1000 /data \\\n    && ln -s /data /app/data && \\\n    chmod 755 /app\nCMD a\n",
		},
		{
			caption: "With the same flags; Windows line ends",
			bad: "FROM debian:12\r\nRUN --network=none mkdir /a\r\n«RUN» --network=none touch /a/b\r\n",
			fixed: "FROM debian:12\r\nRUN --network=none mkdir /a \\\r\n    && touch /a/b\r\n",
		},
		{
			caption: "Something slow, something that asks for a layer of its own",
			good: "FROM debian:12\nRUN apt-get update\nRUN mkdir /a\nFROM debian:12\nRUN mkdir /a\nRUN make\nRUN mkdir /b\nRUN git clone https://example.com/a\n",
		},
		{
			caption: "Other flags, exec form, a heredoc, a comment, something in between, three commands",
			good: 'FROM debian:12\nRUN mkdir /a\nRUN --network=none mkdir /b\nRUN ["mkdir", "/c"]\nRUN mkdir /d\nRUN <<EOF\nmkdir /e\nEOF\nRUN mkdir /f\n# apart\nRUN mkdir /g\nWORKDIR /g\nRUN mkdir /h\nRUN a=1; mkdir /i && mkdir /j && mkdir /k\n',
		},
		{
			caption: "What would reach into the next one; what another stage copies from",
			good: "FROM debian:12 AS a\nRUN mkdir /a\nRUN mkdir /b\nFROM debian:12\nCOPY --from=a /a /b /\nRUN set -x; mkdir /a\nRUN mkdir /b &\nRUN cd /b && touch c\nRUN mkdir /c # for later\nRUN mkdir /d\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const [first, second, ...others] of groupsOf(stage)) {
				if (first === undefined || second === undefined) continue;
				const count = others.length + 2;
				reports.push({
					span: second.step.keywordSpan,
					message: `${count} small RUN instructions in a row make ${count} layers`,
					related: [{ span: first.step.keywordSpan, message: "The first of them" }],
					fixes: () => [{ title: "Join them to one RUN", safety: "review", edits: joinEdits(file, [first, second, ...others]) }],
				});
			}
		}
		return reports;
	},
});

/** Groups of two or more small RUNs in a row that could be one. */
function groupsOf(stage: Stage): readonly (readonly StepScript[])[] {
	const groups: StepScript[][] = [];
	let group: StepScript[] = [];
	for (const step of stage.steps) {
		const script = smallScript(step);
		const last = group[group.length - 1];
		if (script === undefined || last === undefined || !canJoin(last.step, step)) {
			if (group.length > 1) groups.push(group);
			group = script === undefined ? [] : [script];
		} else group.push(script);
	}
	if (group.length > 1) groups.push(group);
	return groups;
}

/** The script of a RUN of one or two quick commands that another one can be joined to. */
function smallScript(step: Step): StepScript | undefined {
	if (step.keyword !== "RUN" || (scriptsOf(step)[0]?.commands.length ?? 0) > MOST_COMMANDS) return undefined;
	const script = joinableScript(step);
	return script?.commands.every(isQuick) ? script : undefined;
}

function isQuick(command: ShellCommand): boolean {
	const { program, within, wrapper, redirects } = command;
	if (program === undefined || !QUICK.has(program) || within.length > 0 || wrapper !== undefined) return false;
	if (redirects.some(({ body }) => body !== undefined)) return false;
	return program !== "git" || gitVerb(command) === "config";
}
