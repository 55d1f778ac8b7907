import { runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { chainOf, toHeredoc } from "../../dockerfile/edits/runHeredoc.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const runHeredocPreferred = defineRule({
	id: "run-heredoc-preferred",
	title: "A long chain of commands is no heredoc",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: same(["tally", "prefer-run-heredoc"]),
	onlyWith: { texts: ["&&"] },
	why: "In a chain of `&&` each line ends with a backslash, no command can have a comment of its own line by line, and a missing `&&` makes two commands one. A heredoc is a script as everybody writes it.",
	remedy: "Write `RUN <<EOF`, with `set -e` on the first line: without it a script goes on after a failure.",
	references: ["https://docs.docker.com/reference/dockerfile/#here-documents"],
	options: [{ name: "commands", description: "From how many commands on a chain is long.", default: 5 }],
	examples: [
		{
			caption: "A script",
			good: "FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nmkdir /app\ncurl -fsSLo /app/tool https://example.com/tool\nEOF\n",
		},
		{
			caption: "A command on each line; comments and long commands stay as they are",
			bad: "FROM debian:12\n«RUN» apt-get update \\\n    # tools\n    && apt-get install -y \\\n        curl \\\n        git \\\n    && mkdir /a && cd /a \\\n    && curl -fsSL https://example.com/a | tar xz\n",
			fixed:
				"FROM debian:12\nRUN <<EOF\nset -e\napt-get update\n# tools\napt-get install -y \\\n        curl \\\n        git\nmkdir /a\ncd /a\ncurl -fsSL https://example.com/a | tar xz\nEOF\n",
		},
		{
			caption: "With flags, and options of its own",
			bad: "FROM debian:12\n«RUN» --network=none set -eux && a && b && \\  \n  c \\ \n d && echo EOF\n",
			fixed: "FROM debian:12\nRUN --network=none <<EOF\nset -eux\na\nb\nc \\\n d\necho EOF\nEOF\n",
		},
		{
			caption: "It begins on the line of RUN",
			bad: "FROM debian:12\n«RUN» \\\n    # first\n    set -x \\\n    && . /venv/bin/activate && a && b && c\n",
			fixed: "FROM debian:12\nRUN <<EOF\nset -e\n# first\nset -x\n. /venv/bin/activate\na\nb\nc\nEOF\n",
		},
		{
			caption: "What set -e would reach into, or the chain switches off, and a word that is no command",
			good: 'FROM debian:12\nRUN . /root/.nvm/nvm.sh && nvm install 20 && a && b && c\nRUN set +e && a && b && c && d\nRUN eval "$(pyenv init -)" && a && b && c && d\nRUN time a && b && c && d && e\n',
		},
		{
			caption: "Short, something else than a chain, an old frontend",
			good: "FROM debian:12\nRUN a && b && c\nRUN a; b; c; d; e; f\nRUN a && b || c && d && e && f\nRUN (a && b && c && d && e)\nRUN <<EOF\na && b && c && d && e\nEOF\n",
		},
		{
			caption: "Comments inside of a command, empty lines, Windows line ends",
			good: "FROM debian:12\nRUN a && b && c && d && e \\\n# why\n f\nFROM debian:12\nRUN a && b && c && d && e \\\n\n f\nFROM debian:12\r\nRUN a && b && c && d && e\r\n",
		},
		{
			caption: "The shell of Windows",
			good: "FROM mcr.microsoft.com/nanoserver/insider\nRUN mkdir a && mkdir b && mkdir c && mkdir d && mkdir e\n",
		},
		{ caption: "An old frontend", good: "# syntax=docker/dockerfile:1.3\nFROM debian:12\nRUN a && b && c && d && e\n" },
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!step.line.text.includes("&&")) continue;
				const [script] = scriptsOf(step);
				if (script?.form !== "line" || (chainOf(script)?.length ?? 0) < Number(options["commands"])) continue;
				const edit = toHeredoc(step);
				if (edit === undefined) continue;
				reports.push({
					span: step.keywordSpan,
					message: `This chain of ${chainOf(script)?.length} commands could be a heredoc`,
					fixes: [{ title: "Write it as a heredoc", safety: "review", edits: [edit] }],
				});
			}
		}
		return reports;
	},
});
