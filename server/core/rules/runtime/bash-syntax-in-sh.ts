import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { isReadByShell, refusesPipefail, shellOf } from "../../dockerfile/commands/pipefail.ts";
import { type StepScript, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { insertAt, insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { deletesByBraces } from "../../dockerfile/files/braceDeletions.ts";
import { anyStepBehind } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import type { Fix } from "../../finding.ts";
import { BASH_SYNTAX } from "../../knowledge/bashSyntax.ts";
import { type BashSyntax, bashSyntaxIn } from "../../shell/bashSyntax.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const bashSyntaxInSh = defineRule({
	id: "bash-syntax-in-sh",
	title: "A script for bash runs in another shell",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF066"]),
	why: "`/bin/sh` is dash on Debian and Ubuntu, and BusyBox's shell on Alpine. What only bash knows ends the build there with a syntax error; or, worse, does something else without one: `mkdir {a,b}` makes one folder with braces in its name, `cmd &> log` runs `cmd` in the background, `echo -e` writes `-e` into the file, and `[ a == b ]` is an error that an `if` takes for *no*.",
	remedy:
		'Write what every shell knows (`. file`, `[ a = b ]`, `printf`, `> log 2>&1`), or run the instructions with bash: `SHELL ["/bin/bash", "-c"]`, `RUN <<EOF` with `#!/bin/bash` as its first line. Alpine\'s images have no bash until it is installed.',
	references: [
		"https://docs.docker.com/reference/dockerfile/#shell",
		"https://wiki.ubuntu.com/DashAsBinSh",
		"https://manpages.debian.org/bookworm/dash/dash.1.en.html",
	],
	examples: [
		{
			caption: "dash has no source",
			bad: "FROM python:3.12\nCOPY requirements.txt .\nRUN python -m venv /venv && «source» /venv/bin/activate && pip install -r requirements.txt\n",
			fixed:
				"FROM python:3.12\nCOPY requirements.txt .\nRUN python -m venv /venv && . /venv/bin/activate && pip install -r requirements.txt\n",
		},
		{
			caption: "Every shell has the dot",
			good: "FROM python:3.12\nCOPY requirements.txt .\nRUN python -m venv /venv && . /venv/bin/activate && pip install -r requirements.txt\n",
		},
		{
			caption: "dash knows none of it; each kind is named once",
			bad: "FROM debian:12\nRUN «[[» -f a ]] && [[ -f b ]] && c\n",
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN [[ -f a ]] && [[ -f b ]] && c\n',
		},
		{
			caption: "What can be said for every shell",
			bad: 'FROM debian:12\nRUN «source» env.sh && [ "$A" «==» b ] && c «&>» /log\r\nRUN d «|&» e >&2\n',
			fixed: 'FROM debian:12\nRUN . ./env.sh && [ "$A" = b ] && c > /log 2>&1\r\nRUN d 2>&1 | e >&2\n',
		},
		{ caption: "A file on the PATH, with arguments", bad: "FROM debian:12\nRUN «source» activate myenv && echo 'a\\n'\n" },
		{
			caption: "Lists, here strings, process substitutions; bash would read the other echo in another way",
			bad: "FROM debian:12\nRUN a=«(»1 2) && cat «<<<» b && diff «<(»c) d && echo 'a\\n'\nRUN «function» g { h; }; mkdir «{a,b}» && x=1; «x+=»2; «((»i++)); «pushd» a; «let» i=1\n",
			fixed:
				'FROM debian:12\nRUN a=(1 2) && cat <<< b && diff <(c) d && echo \'a\\n\'\nSHELL ["/bin/bash", "-c"]\nRUN function g { h; }; mkdir {a,b} && x=1; x+=2; ((i++)); pushd a; let i=1\n',
		},
		{
			caption: "With bash rm would begin to delete",
			bad: "FROM debian:12\nRUN apt-get purge -y gcc && rm -rf /var/lib/«{apt,dpkg,cache,log}»/\nFROM debian:12\nRUN mkdir «{a,b}»\nRUN find /srv/{c,d} -delete\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "The names may come through a pipe or a loop, or by way of find",
			bad: 'FROM debian:12\nRUN «[[» -f a ]] && echo {a,b} | xargs rm\nFROM debian:12\nRUN «[[» -f a ]] && find {c,d} -exec rm {} +\nFROM debian:12\nRUN for f in «{e,g}»; do rm "$f"; done\nFROM debian:12\nRUN «[[» -f a ]] && rm "$A"/«{b,c}»\nCOPY --from=0 /a /a\n',
		},
		{
			caption: "A parameter expansion is no list, and this find deletes nothing",
			bad: "FROM debian:12\nRUN «[[» -f a ]] && rm -f ${f%,*} && find /x -name {a,b} -print\n",
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN [[ -f a ]] && rm -f ${f%,*} && find /x -name {a,b} -print\n',
		},
		{
			caption: "Expansions, loops, quotes, options",
			bad: "FROM debian:12\nRUN a «${b/c/d}» «${e:1:2}» «${f^^}» «${!g}» && h «$'»i\\t' && echo «-e» 'j\\n'\nRUN for k in «{1..3}»; do l; done; for «((»;;)); do m; done; echo 'n\\o'\n",
		},
		{
			caption: "BusyBox knows most of it, and has no bash to go to",
			bad: "FROM alpine:3.20\nRUN [[ -f a ]] && source b && echo -e c && set -o pipefail && x=${y//a/b} && z=«(»1)\n",
		},
		{
			caption: "An option that dash refuses",
			bad: 'FROM debian:12\nSHELL ["/bin/sh", "-eo", «"pipefail"», "-c"]\nRUN curl a | sh\n',
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN curl a | sh\n',
		},
		{
			caption: "And others know, or may know: also the dash of Debian 13",
			good: 'FROM debian:13\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\nRUN a\nFROM node:22\nRUN set -o pipefail; a\nFROM ubuntu:26.04\nRUN set -o pipefail; a\nFROM alpine:3.20\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\nRUN a\nFROM acme/base\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\nRUN a\nFROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a\nFROM debian:12\nRUN ln -sf bash /bin/sh\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\n',
		},
		{
			caption: "A shell that the line names",
			bad: "FROM debian:12\nRUN <<EOF sh -e\n«[[» -f a ]]\nEOF\nRUN cat <<EOF | sh\n«[[» -f a ]]\nEOF\n",
		},
		{
			caption: "Scripts, health checks, substitutions",
			bad: 'FROM debian:12\nRUN <<EOF\nset -e -o «pipefail»\nx=$(echo "$([ a «==» b ])")\nEOF\nHEALTHCHECK CMD «[[» -f a ]]\n',
			fixed:
				'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN <<EOF\nset -e -o pipefail\nx=$(echo "$([ a = b ])")\nEOF\nSHELL ["/bin/bash", "-c"]\nHEALTHCHECK CMD [[ -f a ]]\n',
		},
		{
			caption: "bash reads it",
			good: "FROM debian:12\nRUN bash -c '[[ a == b ]] && source c'\nRUN <<EOF\n#!/bin/bash\nsource a\nEOF\nRUN bash <<EOF\nsource a\nEOF\nRUN <<EOF bash\nsource a\nEOF\nRUN <<'EOF' /bin/bash -e\nsource a\nEOF\nRUN bash -euxo pipefail <<EOF\nsource a\nEOF\nSHELL [\"/bin/bash\", \"-c\"]\nRUN [[ -f a ]]\nFROM fedora:40\nRUN [[ -f a ]] && source b\n",
		},
		{ caption: "Nobody knows what /bin/sh is", good: "FROM acme/base\nRUN [[ -f a ]]\n" },
		{ caption: "Somebody has replaced it", good: "FROM debian:12\nRUN ln -sf bash /bin/sh\nRUN [[ -f a ]]\n" },
		{
			caption: "Text, and what programs expand themselves",
			good: "FROM debian:12\nRUN echo '[[ a ]]' \"source <(b)\" # [[ c ]]\nRUN curl -O https://a/{b,c} && find . -name '*.{a,b}' && [ a = b ] && awk '$1 == 2 { x += 1 }' && echo ${A:-b} ${C%.d} $((1 + 2)) 2>&1 >&2\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword === "SHELL") reports.push(...unknownOption(stage, step));
				for (const script of scriptsOf(step)) {
					const shell = readerOf(script);
					if (shell === undefined) continue;
					const found = bashSyntaxIn(script.source).filter(
						({ kind }) => BASH_SYNTAX[kind][shell] === false && (kind !== "pipefail" || refusesPipefail(stage)),
					);
					if (found.length === 0 || shellReplacement.above(step)) continue;
					const named = new Set<string>();
					for (const syntax of found) {
						if (named.has(syntax.kind)) continue;
						named.add(syntax.kind);
						reports.push({
							span: syntax.span,
							message: messageFor(syntax, shell),
							...(stage.use === "unused" ? { severity: "hint" as const } : {}),
							fixes: () => [...ownFix(script, syntax, found), ...shellFix(script, shell)],
						});
					}
				}
			}
		}
		return reports;
	},
});

/** `SHELL ["/bin/sh", "-o", "pipefail", "-c"]` where sh is dash, which then refuses to start: every RUN behind it fails. */
function unknownOption(stage: Stage, step: Step): readonly Report[] {
	if (step.exec === undefined) return [];
	const { values, elements } = step.exec;
	const option = values.findIndex((value, index) => value === "pipefail" && /^-[a-z]*o$/.test(values[index - 1] ?? ""));
	const element = elements[option];
	const isDash = /^(?:\/(?:usr\/)?bin\/)?(?:sh|dash)$/.test(values[0] ?? "") && refusesPipefail(stage);
	if (element === undefined || !isDash || shellReplacement.above(step)) return [];
	const shell = elements[0];
	return [
		{
			span: element.span,
			message: `${values[0]} is dash here and refuses -o pipefail: no RUN behind it works`,
			...(stage.use === "unused" ? { severity: "hint" as const } : {}),
			fixes: shell === undefined ? [] : [{ title: "Use bash", safety: "review", edits: [replace(shell.span, '"/bin/bash"')] }],
		},
	];
}

/** The shell that reads a script, if it is known to be one of the small ones. */
function readerOf(script: StepScript): "dash" | "busybox" | undefined {
	const program = shellOf(script);
	if (program === "dash") return "dash";
	if (program !== "sh" && program !== "ash") return undefined;
	const { shell } = stageBaseFacts(script.step.stage);
	return shell === "dash" || shell === "busybox" ? shell : undefined;
}

function messageFor({ kind, text }: BashSyntax, shell: "dash" | "busybox"): string {
	const { name } = BASH_SYNTAX[kind];
	const written = shortened(text, 30);
	const what = kind === "command" ? written : /^[A-Z]/.test(name) && written.length > 2 ? `${name} (${written})` : name;
	return `${what} is for bash, and /bin/sh is ${shell === "dash" ? "dash" : "BusyBox's shell"} here`;
}

/** Whether a step puts another shell in the place of `/bin/sh`. */
const shellReplacement = anyStep(({ keyword, line: { text } }) => {
	if (keyword === "RUN" && (/bin\/sh\b/.test(text) ? /\b(?:ln|mv|cp|dpkg-divert|update-alternatives)\b/.test(text) : /\bdash\b/.test(text)))
		return true;
	return (keyword === "COPY" || keyword === "ADD") && /bin\/sh\s*$/.test(text);
});

/** The same thing in words that every shell knows; for a kind that stands once. */
function ownFix(script: StepScript, syntax: BashSyntax, all: readonly BashSyntax[]): readonly Fix[] {
	if (all.filter(({ kind }) => kind === syntax.kind).length > 1) return [];
	const { file } = script.step.stage;
	switch (syntax.kind) {
		case "source": {
			const words = script.commands.find((command) => command.name?.span.start === syntax.span.start)?.args ?? [];
			const [path] = words;
			// A name without a folder or a suffix lies on the PATH, where only bash looks, and dash gives no arguments to the file.
			if (path?.value === undefined || words.length > 1 || !/[./]/.test(path.value)) return [];
			const dot = path.value.includes("/") ? [] : [insertAt(path.span.start, "./")];
			return [{ title: "Write a dot", safety: "review", edits: [replace(syntax.span, "."), ...dot] }];
		}
		case "doubleEquals":
			return [{ title: "Write one equals sign", safety: "review", edits: [replace(syntax.span, "=")] }];
		case "bothPiped":
			return [{ title: "Write 2>&1 |", safety: "review", edits: [replace(syntax.span, "2>&1 |")] }];
		case "bothOutputs": {
			const redirect = script.commands
				.flatMap(({ redirects }) => redirects)
				.find(({ span }) => span.start <= syntax.span.start && syntax.span.end <= span.end);
			if (redirect === undefined || syntax.text.length !== 2 || file.text.slice(redirect.span.start, redirect.span.end).includes("\n"))
				return [];
			return [{ title: "Write > and 2>&1", safety: "review", edits: [replace(syntax.span, ">"), insertAt(redirect.span.end, " 2>&1")] }];
		}
		default:
			return [];
	}
}

/** Whether bash reads a step in another way than dash does. */
function readsDifferently(step: Step): boolean {
	return scriptsOf(step).some(
		(script) =>
			deletesByBraces(script) ||
			script.commands.some(
				({ program, args }) => program === "echo" && args.some(({ text }) => text.includes("\\")) && !/^-/.test(args[0]?.text ?? ""),
			),
	);
}

const readBehind = anyStepBehind(readsDifferently);

/** SHELL with bash above the step; undefined where bash is not known to be there, or would read other steps in another way. */
function shellFix(script: StepScript, shell: "dash" | "busybox"): readonly Fix[] {
	const { step } = script;
	const { stage } = step;
	if (shell !== "dash" || !isReadByShell(script) || shellAt(stage, step).step !== undefined) return [];
	if (readsDifferently(step) || readBehind(step)) return [];
	return [
		{
			title: "Run the instructions from here on with bash",
			safety: "review",
			edits: [insertInstructionBefore(stage.file, step, 'SHELL ["/bin/bash", "-c"]')],
		},
	];
}
