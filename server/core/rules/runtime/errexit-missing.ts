import { ignoresFailure, mayStopOnError } from "../../dockerfile/commands/errexit.ts";
import { gitVerb } from "../../dockerfile/commands/gitCommands.ts";
import { runSteps, type StepScript, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { isComparison } from "../../dockerfile/downloads/downloadChecks.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { packageCallOf } from "../../dockerfile/packages/packageCalls.ts";
import type { Fix } from "../../finding.ts";
import { ESSENTIAL_PROGRAMS } from "../../knowledge/essentialPrograms.ts";
import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellStatement } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const errexitMissing = defineRule({
	id: "errexit-missing",
	title: "The build goes on behind a command that failed",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: [";", "<<"] },
	why: "A shell goes on behind `;` and behind a line break, whatever came before, and the step succeeds if its last command does. In `make; make install; rm -rf src` the failure of both is forgotten, and an image without the program is tagged and shipped. The body of `RUN <<EOF` is such a script, too: the builder does not stop it at an error.",
	remedy:
		"Join commands with `&&`, or let the script begin with `set -e`. Behind `a && b` in the middle of a script `set -e` does not stop, so join those with `&&` as well.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#here-documents",
		"https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#set",
	],
	examples: [
		{ caption: "A semicolon", bad: "FROM debian:12\nRUN «make»; make install\n", fixed: "FROM debian:12\nRUN make && make install\n" },
		{
			caption: "A semicolon forgets",
			bad: "FROM debian:12\nRUN cd /src; «./configure» && make; make install; rm -rf /src\nRUN «a2enmod» a; b\n",
			fixed: "FROM debian:12\nRUN cd /src; ./configure && make && make install && rm -rf /src\nRUN a2enmod a && b\n",
		},
		{
			caption: "Over several lines",
			bad: "FROM alpine\r\nRUN «apk» add curl ; \\\r\n    # clean\r\n    rm -rf /tmp/* ;\\\r\n    true\r\n",
			fixed: "FROM alpine\r\nRUN apk add curl && \\\r\n    # clean\r\n    rm -rf /tmp/* &&\\\r\n    true\r\n",
		},
		{
			caption: "A script does not stop by itself",
			bad: "FROM debian:12\nRUN <<EOF\n  «apt-get» install -y curl\n  echo done\nEOF\nRUN <<'EOT' bash\nset -u\n«curl» -fO https://a/b\necho done\nEOT\nRUN <<EOF bash -s -- -e\n«make»\necho\nEOF\nRUN cat <<EOF | bash\n«make»\necho\nEOF\n",
			fixed:
				"FROM debian:12\nRUN <<EOF\n  set -e\n  apt-get install -y curl\n  echo done\nEOF\nRUN <<'EOT' bash\nset -eu\ncurl -fO https://a/b\necho done\nEOT\nRUN <<EOF bash -s -- -e\nset -e\nmake\necho\nEOF\nRUN cat <<EOF | bash\nset -e\nmake\necho\nEOF\n",
		},
		{
			caption: "An interpreter's line",
			bad: "FROM debian:12\nRUN <<EOF\n#!/bin/sh\n«make»\necho done\nEOF\n",
			fixed: "FROM debian:12\nRUN <<EOF\n#!/bin/sh\nset -e\nmake\necho done\nEOF\n",
		},
		{ caption: "An alternative behind it would get another meaning", bad: "FROM debian:12\nRUN «make»; test -f a || b\n" },
		{ caption: "In JSON", bad: 'FROM debian:12\nRUN ["sh", "-c", "«make»; make install"]\nRUN ["sh", "-ec", "make; make install"]\n' },
		{
			caption: "And what may not be so would become an error",
			bad: "FROM debian:12\nRUN «make»; [ -d /x ] && rm -r /x; echo done\nRUN «git» -C /src checkout v1; [ -d /x ] && rm -r /x; echo done\n",
		},
		{
			caption: "A check whose failure is ignored, whatever stands in front of it",
			bad: 'FROM debian:12\nRUN if true; then X=1; fi && curl -fsSLo /tmp/a https://a.b/a && echo "$SUM  /tmp/a" | «sha256sum» -c -; install /tmp/a /usr/bin/a\n',
			fixed:
				'FROM debian:12\nRUN if true; then X=1; fi && curl -fsSLo /tmp/a https://a.b/a && echo "$SUM  /tmp/a" | sha256sum -c - && install /tmp/a /usr/bin/a\n',
		},
		{
			caption: "It matters more than what else may fail",
			bad: "FROM debian:12\nRUN «apt-get» install -y a; gpg --verify a.asc a || true; install a /usr/bin\nRUN apt-get install -y a; «gpg» --verify a.asc a; install a /usr/bin\n",
			fixed:
				"FROM debian:12\nRUN apt-get install -y a; gpg --verify a.asc a || true; install a /usr/bin\nRUN apt-get install -y a && gpg --verify a.asc a && install a /usr/bin\n",
		},
		{
			caption: "It stops: by set, by SHELL, by the interpreter's options",
			good: 'FROM debian:12\nRUN set -eux; make; make install\nRUN <<EOF\n#!/bin/bash -e\nmake\necho\nEOF\nRUN <<EOF\nset -x\nset -o errexit\nmake\necho\nEOF\nRUN <<EOF bash -ex\nmake\necho\nEOF\nRUN bash -eo pipefail <<EOF\nmake\necho\nEOF\nRUN sh -o errexit -s a <<EOF\nmake\necho\nEOF\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN make; make install\n',
		},
		{
			caption: "The last command decides, or the failure is asked for",
			good: "FROM debian:12\nRUN echo a; make\nRUN make || true; echo a\nRUN if make; then a; fi; b\nRUN make; test $? = 2\nRUN make; exit 0\nRUN trap b EXIT; make; a\nRUN make & a\n",
		},
		{
			caption: "PowerShell's semicolons",
			good: "FROM acme/node-windows\nRUN powershell -Command wget https://a.b/c -OutFile c ; wget https://a.b/d ; e\n",
		},
		{ caption: "What may fail", good: "FROM debian:12\nRUN userdel a; rm /x; service y start; apt-get purge z; make\n" },
		{ caption: "Branches and loops are left to their authors", good: "FROM debian:12\nRUN for a in b c; do make $a; done; d\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!step.line.text.includes(";") && step.heredocs.length === 0) continue;
				for (const script of scriptsOf(step)) {
					if (script.statements.length < 2 || script.errors.length > 0 || mayStopOnError(script)) continue;
					const hidden = hiddenStatements(script);
					// A check that stops nothing is worse than a command whose loss shows later.
					const told = hidden.find(({ command }) => isComparison(command)) ?? hidden[0];
					if (told === undefined) continue;
					const name = shortened(told.command.program ?? "", 40);
					reports.push({
						span: told.command.name?.span ?? told.command.span,
						message: isComparison(told.command) ? `A failed check by ${name} does not stop the step` : `The step goes on if ${name} fails`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => fixesFor(script, hidden),
					});
				}
			}
		}
		return reports;
	},
});

interface HiddenStatement {
	readonly statement: ShellStatement;
	readonly command: ShellCommand;
}

/** The statements whose failure the next one covers. */
function hiddenStatements(script: StepScript): readonly HiddenStatement[] {
	return script.statements.flatMap((statement, index) => {
		const next = script.statements[index + 1];
		if (next === undefined || statement.background) return [];
		const commands = commandsOfList(script, statement);
		const command = lastCheck(script, statement) ?? commands?.find(isEssential);
		return command === undefined ? [] : [{ statement, command }];
	});
}

/** The comparison of a digest or a signature that ends a statement, whatever stands in front of it. */
function lastCheck(script: StepScript, { at, end }: ShellStatement): ShellCommand | undefined {
	return commandsBetween(script, at, end).find(
		(command) => command.end === end && isComparison(command) && ignoresFailure(script, command),
	);
}

/** The commands of a statement that is a list of simple ones joined by `&&`; undefined for any other. */
function commandsOfList(script: StepScript, { at, end }: ShellStatement): readonly ShellCommand[] | undefined {
	const inside = commandsBetween(script, at, end);
	const outer = inside.filter((command) => command.within.length === 0);
	if (outer.length === 0 || outer[0]?.at !== at || outer[outer.length - 1]?.end !== end) return undefined;
	if (
		outer.some(
			({ connector, pipeline }) =>
				connector === "||" || connector === "&" || (pipeline !== undefined && !isLastOf(pipeline.commands, outer)),
		)
	)
		return undefined;
	const gaps = inside.filter((command) => command.within.some((enclosure) => enclosure !== "substitution"));
	return gaps.length > 0
		? undefined
		: outer.filter(({ pipeline }, index) => pipeline === undefined || pipeline.commands[pipeline.commands.length - 1] === outer[index]);
}

/** The commands of a script without those that wrappers run, by where they begin. */
const orderedCommands = remembered((script: StepScript): readonly ShellCommand[] =>
	script.commands.filter((command) => command.wrapper === undefined).toSorted((a, b) => a.at - b.at),
);

/** Those between two offsets of the script. */
function commandsBetween(script: StepScript, at: number, end: number): readonly ShellCommand[] {
	const commands = orderedCommands(script);
	let low = 0;
	let high = commands.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((commands[middle]?.at ?? 0) < at) low = middle + 1;
		else high = middle;
	}
	const between: ShellCommand[] = [];
	for (let command = commands[low]; command !== undefined && command.at <= end; command = commands[++low])
		if (command.end <= end) between.push(command);
	return between;
}

function isLastOf(members: readonly ShellCommand[], outer: readonly ShellCommand[]): boolean {
	return members.every((member) => outer.includes(member));
}

function isEssential(command: ShellCommand): boolean {
	const { program, name } = command;
	if (program === undefined) return false;
	if (command.args.some(({ text }) => /^(?:--version|--help|-h|-V)$/.test(text))) return false;
	const call = packageCallOf(command);
	if (call !== undefined) return call.kind === "install";
	if (program === "git") return /^(?:clone|checkout)$/.test(gitVerb(command) ?? "");
	return ESSENTIAL_PROGRAMS.has(program) || (name?.value?.startsWith("./") === true && program === "configure");
}

function fixesFor(script: StepScript, hidden: readonly HiddenStatement[]): readonly Fix[] {
	if (script.form === "heredoc") return setFix(script);
	if (script.form === "argument") return [];
	const { source, statements } = script;
	const [head] = hidden;
	if (head === undefined) return [];
	const first = statements.indexOf(head.statement);
	// What is joined to a command that may fail would hide it again, if a semicolon followed.
	const edits = statements.slice(first, -1).map((statement, index) => {
		const next = statements[first + index + 1];
		if (next === undefined || statement.background || next.background) return undefined;
		const gap = source.text.slice(statement.end, next.at);
		const at = statement.end + gap.indexOf(";");
		if (asksFirst(script, statement)) return undefined;
		const inNext = commandsBetween(script, next.at, next.end).filter((command) => command.within.length === 0);
		if (gap.trim() !== ";" || inNext.some(({ connector }) => connector === "||")) return undefined;
		const before = /\s/.test(source.text[at - 1] ?? "") ? "" : " ";
		const after = /\s/.test(source.text[at + 1] ?? "") || breaksBehind(script, at) ? "" : " ";
		return replace(sourceSpan(source, at, at + 1), `${before}&&${after}`);
	});
	if (edits.some((edit) => edit === undefined)) return [];
	return [
		{
			title: "Go on only if it went well",
			safety: "review",
			edits: edits.filter((edit) => edit !== undefined),
			note: "The step fails from then on where it has gone on so far.",
		},
	];
}

/** Whether a statement is an "if" in short: `test -f a && b`, whose failure is an answer. */
function asksFirst(script: StepScript, { at, end }: ShellStatement): boolean {
	const outer = commandsBetween(script, at, end).filter((command) => command.within.every((enclosure) => enclosure === "negation"));
	const [first] = outer;
	return (
		outer.some(({ connector }) => connector === "&&") &&
		(first?.within.length === 1 ||
			/^(?:test|\[|\[\[|e?grep|command|which|type|hash|id|getent|cmp|diff|dpkg|rpm)$/.test(first?.program ?? ""))
	);
}

/** Whether the line of the file ends behind an offset of the script. */
function breaksBehind(script: StepScript, at: number): boolean {
	return sourceOffset(script.source, at + 1) !== sourceOffset(script.source, at) + 1;
}

/** `set -e` as the first command. */
function setFix(script: StepScript): readonly Fix[] {
	const [first] = script.commands;
	const [start] = script.statements;
	const { file } = script.step.stage;
	if (first === undefined || start === undefined) return [];
	const fix = (edit: ReturnType<typeof insertAt>): readonly Fix[] => [
		{ title: "Stop at the first error", safety: "review", edits: [edit], note: "The step fails from then on where it has gone on so far." },
	];
	const option = first.program === "set" && first.within.length === 0 ? first.args[0] : undefined;
	if (option !== undefined && /^-[a-z]+$/.test(option.text)) return fix(insertAt(option.span.start + 1, "e"));
	const offset = sourceOffset(script.source, start.at);
	const line = file.text.slice(file.text.lastIndexOf("\n", offset - 1) + 1, offset);
	return line.trim() === "" ? fix(insertAt(offset, `set -e${file.lineBreak}${line}`)) : [];
}
