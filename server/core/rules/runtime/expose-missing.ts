import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { calledServer } from "../../dockerfile/start/calledServer.ts";
import type { CalledProgram } from "../../dockerfile/start/innerProgram.ts";
import { mainProgram } from "../../dockerfile/start/mainProgram.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const exposeMissing = defineRule({
	id: "expose-missing",
	title: "The port of the server is not exposed",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF022"]),
	onlyWith: { instructions: ["CMD", "ENTRYPOINT"] },
	why: "EXPOSE opens nothing: it says, for people and for tools, on which port the program listens. `docker run -P`, proxies and platforms that look there find nothing without it, and whoever runs the image has to read the code.",
	remedy: "Name the port with EXPOSE.",
	references: ["https://docs.docker.com/reference/dockerfile/#expose"],
	examples: [
		{ caption: "Exposed", good: 'FROM python:3.12\nEXPOSE 8000\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]\n' },
		{
			caption: "The command says it",
			bad: 'FROM python:3.12\n«CMD» ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]\n',
			fixed: 'FROM python:3.12\nEXPOSE 8000\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]\n',
		},
		{
			caption: "Behind a launcher",
			bad: 'FROM python:3.12\n«CMD» ["python", "-m", "uvicorn", "app:app", "--port=8000"]\n',
			fixed: 'FROM python:3.12\nEXPOSE 8000\nCMD ["python", "-m", "uvicorn", "app:app", "--port=8000"]\n',
		},
		{
			caption: "In one word, with an address, behind exec",
			bad: "FROM python:3.12\n«CMD» exec gunicorn -b 0.0.0.0:5000 app:app\n",
			fixed: "FROM python:3.12\nEXPOSE 5000\nCMD exec gunicorn -b 0.0.0.0:5000 app:app\n",
		},
		{
			caption: "As a URL",
			bad: 'FROM ruby:3.3\n«CMD» ["puma", "-b", "tcp://0.0.0.0:3000"]\n',
			fixed: 'FROM ruby:3.3\nEXPOSE 3000\nCMD ["puma", "-b", "tcp://0.0.0.0:3000"]\n',
		},
		{
			caption: "Django's own server",
			bad: "FROM python:3.12\n«CMD» python manage.py runserver 0.0.0.0:8000\n",
			fixed: "FROM python:3.12\nEXPOSE 8000\nCMD python manage.py runserver 0.0.0.0:8000\n",
		},
		{
			caption: "Python's",
			bad: 'FROM python:3.12\n«CMD» ["python", "-m", "http.server", "8000"]\n',
			fixed: 'FROM python:3.12\nEXPOSE 8000\nCMD ["python", "-m", "http.server", "8000"]\n',
		},
		{
			caption: "At the loopback interface; another command",
			good: 'FROM python:3.12\nCMD python manage.py runserver 8000\nFROM python:3.12\nCMD ["python", "-m", "http.server", "-b", "127.0.0.1", "8000"]\nFROM python:3.12\nCMD ["python", "manage.py", "load", "0.0.0.0:8000"]\n',
		},
		{
			caption: "Nobody outside could reach it; gunicorn's file for its process id",
			good: 'FROM python:3.12\nCMD ["uvicorn", "a:b", "--host", "127.0.0.1", "--port", "8000"]\nFROM python:3.12\nCMD ["gunicorn", "-p", "8000", "a:b"]\n',
		},
		{ caption: "An address of its own", good: 'FROM python:3.12\nCMD ["gunicorn", "-b", "127.0.0.1:8000", "a:b"]\n' },
		{ caption: "Exposed, also in a stage below", good: 'FROM python:3.12 AS a\nEXPOSE 8000\nFROM a\nCMD ["uvicorn", "--port", "8000"]\n' },
		{ caption: "A client's port, a variable, nobody knows", good: 'FROM python:3.12\nCMD ["client", "--port", "8000"]\n' },
		{ caption: "A variable", good: "FROM python:3.12\nCMD exec uvicorn a:b --port $PORT\n" },
		{ caption: "A base image that may have said it", good: 'FROM acme/base\nCMD ["uvicorn", "--port", "8000"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || (!plainDistribution(stage) && stageBaseFacts(stage).interpreter === undefined)) continue;
			if (lineage(stage).some((ancestor) => ancestor.steps.some((step) => (step.trigger ?? step).keyword === "EXPOSE"))) continue;
			const main = mainProgram(stage);
			const server = main === undefined ? undefined : calledServer(main.command, "port");
			const port = server === undefined ? undefined : portOf(server);
			if (main === undefined || server === undefined || port === undefined) continue;
			const edit = insertBeforeStart(stage, `EXPOSE ${port}`);
			reports.push({
				span: main.step.keywordSpan,
				message: `${server.program} listens on port ${port}, and no EXPOSE says so`,
				fixes: edit === undefined ? [] : [{ title: `Expose ${port}`, safety: "review", edits: [edit] }],
			});
		}
		return reports;
	},
});

/** The port that the words of a server's command name. */
function portOf({ program, words }: CalledProgram): number | undefined {
	if (program === "manage.py" && words[0] !== "runserver") return undefined;
	if (words.some((word, at) => /^--host(?:$|=)/.test(word) && isLoopback(word.slice(7) || words[at + 1]))) return undefined;
	for (const [at, word] of words.entries()) {
		// gunicorn writes its process id there.
		if (program === "gunicorn" && word === "-p") continue;
		const text =
			/^(?:--(?:server\.)?port|-p|-b|--bind|-S|--listen)$/.test(word) || (program === "serve" && word === "-l")
				? words[at + 1]
				: /^--(?:(?:server\.)?port|bind|listen)=(.+)$/.exec(word)?.[1];
		const port = /^(?:(?:tcp:\/\/)?(?:[\d.]+|\[[\d:]*\]|localhost|\*)?:)?(\d{2,5})$/.exec(text ?? "")?.[1];
		if (isLoopback(text?.replace(/^tcp:\/\/|:\d+$/g, ""))) return undefined;
		if (port !== undefined && Number(port) <= 65535) return Number(port);
	}
	return portOperand(program, words);
}

/** The port that is no value of an option. Django's server listens at the loopback interface unless an address stands in front. */
function portOperand(program: string, words: readonly string[]): number | undefined {
	if (program !== "manage.py" && program !== "http.server") return undefined;
	const pattern = program === "manage.py" ? /^(?:0|0\.0\.0\.0|\[::\]):(\d{2,5})$/ : /^(\d{2,5})$/;
	const port = words.find((word, at) => pattern.test(word) && !/^(?:-[bdp]|--(?:bind|directory|protocol))$/.test(words[at - 1] ?? ""));
	const number = Number(pattern.exec(port ?? "")?.[1] ?? 0);
	return number > 0 && number <= 65535 ? number : undefined;
}

function isLoopback(host: string | undefined): boolean {
	return host !== undefined && /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/.test(host);
}
