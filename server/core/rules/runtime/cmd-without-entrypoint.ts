import { baseName } from "../../baseName.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { hasNoEntryPoint } from "../../dockerfile/start/baseEntryPoint.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { interpreted } from "../../dockerfile/start/innerProgram.ts";
import type { Fix } from "../../finding.ts";
import { WRAPPERS } from "../../knowledge/wrappers.ts";
import { ownValue } from "../../ownValue.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const cmdWithoutEntrypoint = defineRule({
	id: "cmd-without-entrypoint",
	title: "The program stands in CMD, and any argument replaces it",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF017"]),
	onlyWith: { instructions: ["CMD"] },
	why: "What follows the image's name in `docker run` takes the place of CMD. `docker run image --verbose` then looks for a program called `--verbose`, and `docker run image sh` gives everybody a shell. With the program in ENTRYPOINT they are arguments for it.",
	remedy: "Put the program into ENTRYPOINT and the arguments that may change into CMD.",
	references: ["https://docs.docker.com/build/building/best-practices/#entrypoint"],
	examples: [
		{
			caption: "Program and arguments",
			bad: 'FROM debian:12\n«CMD» ["nginx", "-g", "daemon off;"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["nginx"]\nCMD ["-g", "daemon off;"]\n',
		},
		{
			caption: "No argument that could change; Windows line breaks",
			bad: 'FROM python:3\r\n  «CMD» [ "python", "server.py" ]\r\n',
			fixed: 'FROM python:3\r\n  ENTRYPOINT ["python", "server.py"]\r\n',
		},
		{
			caption: "What runs a module is one program with it",
			bad: 'FROM debian:12\n«CMD» ["python3", "-u", "-m", "resfinder", "-h"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["python3", "-u", "-m", "resfinder"]\nCMD ["-h"]\n',
		},
		{
			caption: "Its name in the word of the option",
			bad: 'FROM debian:12\n«CMD» ["python3", "-mfoo", "--bind", "x"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["python3", "-mfoo"]\nCMD ["--bind", "x"]\n',
		},
		{
			caption: "And what runs an archive, options in front included",
			bad: 'FROM debian:12\n«CMD» ["java", "-Xmx1g", "-p", "/mods", "-jar", "/app.jar", "--port=80"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["java", "-Xmx1g", "-p", "/mods", "-jar", "/app.jar"]\nCMD ["--port=80"]\n',
		},
		{
			caption: "Options of an interpreter in front of its file",
			bad: 'FROM debian:12\n«CMD» ["perl", "-wT", "-I", "/lib", "/app.pl", "--port=80"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["perl", "-wT", "-I", "/lib", "/app.pl"]\nCMD ["--port=80"]\n',
		},
		{ caption: "A text", bad: "FROM debian:12\n«CMD» app serve\n" },
		{ caption: "The program is another word", bad: 'FROM debian:12\n«CMD» ["sh", "-c", "exec app"]\n' },
		{ caption: "There is one", good: 'FROM debian:12 AS a\nENTRYPOINT ["app"]\nFROM a\nCMD ["-v"]\n' },
		{ caption: "The base image has one, or may have", good: 'FROM node:22\nCMD ["node", "server.js"]\n' },
		{ caption: "Something to type into", good: 'FROM debian:12\nCMD ["bash"]\n' },
		{ caption: "Nothing starts, a builder", good: "FROM debian:12 AS a\nCMD a\nFROM debian:12\nCMD []\n", notBuilt: true },
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const { entrypoint, command } = containerStart(stage);
			if (
				!hasNoEntryPoint(stage) ||
				entrypoint !== undefined ||
				command === undefined ||
				reported.has(command) ||
				command.exec?.values.length === 0
			)
				continue;
			reported.add(command);
			if (command.exec?.values.length === 1 && INTERPRETERS.test(command.exec.values[0] ?? "")) continue;
			reports.push({
				span: command.keywordSpan,
				message: `${programIn(command)} stands in CMD, where any argument replaces it`,
				fixes: () => fixesFor(command),
			});
		}
		return reports;
	},
});

/** What people start to type into. */
const INTERPRETERS = /^(?:\S*\/)?(?:ba|z|fi|da|a|k)?sh$|^(?:\S*\/)?(?:python[0-9.]*|node|irb|php|jshell|psql|R|ghci|iex|julia)$/;

/** The program of a CMD, for the message: of a text the one that its only command calls, behind `exec`. */
function programIn(step: Step): string {
	if (step.exec !== undefined) return shortened(step.exec.values[0] ?? "", 50);
	const commands = commandsOf(step).filter(({ within }) => !within.includes("substitution"));
	const [outermost, ...more] = commands.filter(({ wrapper }) => wrapper === undefined);
	if (more.length > 0 || outermost?.within.some((enclosure) => enclosure !== "negation")) return "A list of commands";
	const called = outermost?.program === "exec" ? commands.find(({ wrapper }) => wrapper === outermost) : outermost;
	return shortened(called?.name?.value ?? called?.name?.text ?? step.arguments.text, 50);
}

function fixesFor(step: Step): readonly Fix[] {
	const { file } = step.stage;
	const { exec } = step;
	const first = exec?.values[0] ?? "";
	if (exec === undefined || step.firstLine !== step.lastLine) return [];
	const name = baseName(first);
	// Of `sh -c`, `tini --` and `conda run -n app` the program is a later word.
	const wrapper = ownValue(WRAPPERS, name);
	const own = wrapper?.subcommand === undefined ? exec.values.slice(1) : exec.values.slice(2, 3);
	if (wrapper !== undefined && own.some((value) => value.startsWith("-"))) return [];
	// `python3 -u -m app` and `java -Xmx1g -jar app.jar` are one program.
	const behind = (interpreted(name, exec.values.slice(1))?.at ?? -1) + 2;
	const option = exec.values.findIndex((value, index) => index >= behind && value.startsWith("-"));
	const words = exec.values.map((value) => JSON.stringify(value));
	const program = option === -1 ? words : words.slice(0, option);
	const rest = option === -1 ? [] : words.slice(option);
	const indentation = file.text.slice(file.lineStarts[step.firstLine] ?? 0, step.span.start);
	const command = rest.length === 0 ? "" : `${file.lineBreak}${indentation}CMD [${rest.join(", ")}]`;
	return [
		{
			title: "Split into ENTRYPOINT and CMD",
			safety: "review",
			edits: [replace(step.span, `ENTRYPOINT [${program.join(", ")}]${command}`)],
			note: "An entry point of the base image is replaced, too.",
		},
	];
}
