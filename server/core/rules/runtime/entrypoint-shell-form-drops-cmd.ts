import { scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { asJsonArray } from "../../dockerfile/edits/plainWords.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { defineRule, type Report } from "../rule.ts";

export const entrypointShellFormDropsCmd = defineRule({
	id: "entrypoint-shell-form-drops-cmd",
	title: "CMD is never used: the ENTRYPOINT is a text",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ENTRYPOINT"] },
	why: 'The text of an ENTRYPOINT is a script for `/bin/sh -c`. CMD, and what `docker run IMAGE …` adds, are handed to that shell and not to the program: `ENTRYPOINT app` with `CMD ["--config", "/etc/app.yml"]` starts `app` without its configuration, and says nothing.',
	remedy:
		'Write the ENTRYPOINT as a JSON array. A script that has to stay a text passes its arguments on with `"$0" "$@"`; without a use for CMD, leave CMD out.',
	references: [
		"https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact",
		"https://docs.docker.com/reference/dockerfile/#shell-form-entrypoint-example",
	],
	examples: [
		{ caption: "JSON", good: 'FROM debian:12\nENTRYPOINT ["app"]\nCMD ["a"]\n' },
		{
			caption: "The arguments in CMD are lost",
			bad: 'FROM debian:12\n«ENTRYPOINT» /usr/bin/app serve\nCMD ["--debug"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["/usr/bin/app", "serve"]\nCMD ["--debug"]\n',
		},
		{
			caption: "exec is a word of the shell",
			bad: 'FROM debian:12\n«ENTRYPOINT» exec app \\\n  serve\nCMD ["--debug"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["app", \\\n  "serve"]\nCMD ["--debug"]\n',
		},
		{
			caption: "Its options are words of the shell, too",
			bad: 'FROM debian:12\n«ENTRYPOINT» exec -a name app\nCMD ["--debug"]\n',
		},
		{ caption: "exec does not help", bad: 'FROM debian:12\nCMD ["--debug"]\n«ENTRYPOINT» exec app $OPTIONS\n' },
		{ caption: "A CMD that is a text would become three arguments", bad: "FROM debian:12\n«ENTRYPOINT» app\nCMD serve\n" },
		{
			caption: "In a stage above",
			bad: 'FROM debian:12 AS base\n«ENTRYPOINT» app\nFROM base\nCMD ["a"]\n',
			fixed: 'FROM debian:12 AS base\nENTRYPOINT ["app"]\nFROM base\nCMD ["a"]\n',
		},
		{ caption: "The script asks for them", good: 'FROM debian:12\nENTRYPOINT exec app "$0" "$@"\nCMD ["a"]\n' },
		{ caption: "No CMD, or an empty one", good: "FROM debian:12\nENTRYPOINT exec app\nCMD []\n" },
		{ caption: "A CMD of a stage below is replaced", good: "FROM debian:12 AS base\nCMD a\nFROM base\nENTRYPOINT exec app\n" },
		{ caption: "JSON that went wrong", good: "FROM debian:12\nENTRYPOINT ['app']\nCMD a\n" },
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const { entrypoint, command } = containerStart(stage);
			if (entrypoint === undefined || command === undefined || reported.has(entrypoint) || !isDropping(entrypoint)) continue;
			if (command.exec?.values.length === 0) continue;
			reported.add(entrypoint);
			reports.push({
				span: entrypoint.keywordSpan,
				message: `The ENTRYPOINT is a text: the CMD of line ${command.firstLine + 1} is never used`,
				related: [{ span: command.keywordSpan, message: "This CMD has no effect" }],
				fixes: () => fixesFor(stage, entrypoint, command),
			});
		}
		return reports;
	},
});

function isDropping(step: Step): boolean {
	const { text } = step.arguments;
	if (step.exec !== undefined || text.startsWith("[") || shellAt(step.stage, step).kind !== "posix") return false;
	return !/\$(?:[@*0-9]|\{[@*0-9])/.test(text);
}

function fixesFor(stage: Stage, entrypoint: Step, command: Step) {
	const script = scriptsOf(entrypoint)[0];
	const edits = script === undefined || command.exec === undefined || stage.file.escape !== "\\" ? undefined : asJsonArray(script);
	if (edits === undefined) return [];
	return [
		{
			title: "Write the ENTRYPOINT as a JSON array",
			safety: "review" as const,
			edits,
			note: "The program gets the arguments in CMD then, which it has not seen so far.",
		},
	];
}
