import { isForWindows } from "../../dockerfile/base/windows.ts";
import { errexitOf } from "../../dockerfile/commands/errexit.ts";
import { shellOf } from "../../dockerfile/commands/pipefail.ts";
import { type StepScript, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { isNeededByBase } from "../../dockerfile/variables/baseArguments.ts";
import { declarationAt } from "../../dockerfile/variables/variables.ts";
import { isContiguous } from "../../mappedText.ts";
import { checksFor, SHELL_CHECKS } from "../../shell/analysis/checks.ts";
import type { AnalysedScript } from "../../shell/analysis/defect.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const shellAnalysis = defineRule({
	id: "shell-analysis",
	title: "A script does not do what it looks like",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6570", "S6573"]),
	supersededBy: ["semicolon-before-operator", "bash-syntax-in-sh", "cd-instead-of-workdir"],
	subCodes: Object.fromEntries(Object.entries(SHELL_CHECKS).map(([code, { meaning }]) => [code, meaning])),
	why: "The shell has few errors and many surprises. A test without blanks is always true, a `cd` that failed lets `rm` loose on another directory, `sort a > a` leaves an empty file, and an `export` is gone when its step ends. None of this stops a build: the image is built, and is not what its author meant.",
	remedy:
		"Each finding says what the shell does. Quote variables, guard `cd` with `&&` or `|| exit 1`, put blanks around the operators of a test, and set variables that are to last with ENV.",
	references: ["https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html", "https://mywiki.wooledge.org/BashPitfalls"],
	examples: [
		{
			caption: "Where the folder is missing everything else is deleted",
			bad: "FROM debian:12\nCOPY . /src\nRUN mkdir -p /src/build; «cd /src/build/cache»; rm -rf *\n",
			fixed: "FROM debian:12\nCOPY . /src\nRUN mkdir -p /src/build; cd /src/build/cache || exit 1; rm -rf *\n",
		},
		{ caption: "Only in that folder", good: "FROM debian:12\nCOPY . /src\nRUN cd /src/build && rm -rf *\n" },
		{
			caption: "A directory that may be missing",
			bad: "FROM debian:12\nRUN mkdir -p a; «cd a/b»; rm -rf *\n",
			fixed: "FROM debian:12\nRUN mkdir -p a; cd a/b || exit 1; rm -rf *\n",
		},
		{
			caption: "Elsewhere the program is not found, and the step ends",
			good: "FROM alpine:3\nRUN cd a; ./setup.sh\nRUN cd b; bin/configure && make\n",
		},
		{
			caption: "But what follows it goes on there",
			bad: "FROM alpine:3\nRUN «cd a»; ./setup.sh; rm -rf *\nRUN «cd b»; ./setup.sh || rm -rf *\n",
			fixed: "FROM alpine:3\nRUN cd a || exit 1; ./setup.sh; rm -rf *\nRUN cd b || exit 1; ./setup.sh || rm -rf *\n",
		},
		{
			caption: "Behind a condition the guard is a group of its own",
			bad: 'FROM debian:12\nARG A\nRUN [ "$A" = x ] && «cd /x»; make\nRUN cd /y || { echo none; exit 1; }; make\n',
			fixed: 'FROM debian:12\nARG A\nRUN [ "$A" = x ] && { cd /x || exit 1; }; make\nRUN cd /y || { echo none; exit 1; }; make\n',
		},
		{
			caption: "Variables that may have no value",
			bad: "FROM debian:12\nARG DIR\nARG MODE\nRUN rm -rf «${DIR}/*» && if [ «$MODE» = dev ]; then a; fi; [ -n «$X» ] && b\n",
			fixed: 'FROM debian:12\nARG DIR\nARG MODE\nRUN rm -rf ${DIR:?}/* && if [ "$MODE" = dev ]; then a; fi; [ -n "$X" ] && b\n',
		},
		{
			caption: "Without it the build ends at FROM, or it does not",
			bad: "ARG PHP\nARG SUFFIX\nFROM php:${PHP}-alpine AS base\nARG PHP\nRUN if [ ${PHP} = 7.0 ]; then a; fi\nFROM base\nARG PHP\nRUN [ $PHP = 8 ] && b\nFROM debian$SUFFIX\nARG SUFFIX\nRUN [ «$SUFFIX» = -slim ] && c\n",
			fixed:
				'ARG PHP\nARG SUFFIX\nFROM php:${PHP}-alpine AS base\nARG PHP\nRUN if [ ${PHP} = 7.0 ]; then a; fi\nFROM base\nARG PHP\nRUN [ $PHP = 8 ] && b\nFROM debian$SUFFIX\nARG SUFFIX\nRUN [ "$SUFFIX" = -slim ] && c\n',
		},
		{
			caption: "A program by its path, and behind another one",
			bad: "FROM debian:12\nRUN /usr/bin/test -n «$X» && sudo env A=b find . «-exec» rm {}\n",
			fixed: 'FROM debian:12\nRUN /usr/bin/test -n "$X" && sudo env A=b find . -exec rm {}\n',
		},
		{
			caption: "Between quotes there is no room for quotes",
			bad: 'FROM debian:12\nRUN bash -c "[ -n «$X» ] && a"; su b -c "sudo sh -c \'[ -n «$Y» ]\'"\nRUN ["sh", "-c", "[ -n «$Z» ] && c"]\n',
		},
		{
			caption: "Within other quotes there is",
			bad: "FROM debian:12\nRUN bash -c 'if [ -n «$X» ]; then a; fi'\n",
			fixed: "FROM debian:12\nRUN bash -c 'if [ -n \"$X\" ]; then a; fi'\n",
		},
		{
			caption: "A string of JSON with escapes",
			bad: 'FROM debian:12\nRUN ["sh", "-c", "echo \\"a\\" && [ -f «b]» && c"]\n',
		},
		{
			caption: "Tests that are none",
			bad: 'FROM debian:12\nRUN if [ «"$A"="b"» ]; then c; fi\nRUN [ $A «> 5» ] && d\nRUN [ "$A" -gt «1.5» ] && e\nRUN [ "$A" = «b]» && f\n',
			fixed: 'FROM debian:12\nRUN if [ "$A"="b" ]; then c; fi\nRUN [ $A > 5 ] && d\nRUN [ "$A" -gt 1.5 ] && e\nRUN [ "$A" = b ] && f\n',
		},
		{
			caption: "Words that look like comparisons",
			bad: 'FROM fedora:42\nRUN [ «"$A"!="b"» ] && c\nRUN [[ «$A=b» ]] && c\nRUN [[ «"$A"=="b"» ]] && c\n',
		},
		{
			caption: "Comparisons, and words that hold an equals sign",
			good: 'FROM fedora:42\nRUN [ "$A" != b ] && [[ $A == b=c ]] && [[ -n a=b && "${A:=b}" ]] && [[ $((a!=b)) ]] && [ "$(a b!=c)" ]\n',
		},
		{ caption: "A bracket", bad: "FROM debian:12\nRUN [ -f «a]» && b\n", fixed: "FROM debian:12\nRUN [ -f a ] && b\n" },
		{ caption: "Behind the end", bad: "FROM debian:12\nRUN a; exit 0; «b»\nRUN exec a\nENTRYPOINT exec a; «b»\n" },
		{
			caption: "Assignments that are none",
			bad: "FROM debian:12\nRUN «A =» b && c\nRUN «$D=e» && f\n",
			fixed: "FROM debian:12\nRUN A=b && c\nRUN D=e && f\n",
		},
		{
			caption: "Errors that stay on the screen",
			bad: "FROM debian:12\nRUN make «2>&1» > log && a\n",
			fixed: "FROM debian:12\nRUN make > log 2>&1 && a\n",
		},
		{
			caption: "The same place under another name",
			good: "FROM debian:12\nRUN make 2>&1 > /dev/stderr && a 2>&1 >> /proc/self/fd/2\nCMD nginx 2>&1 > /dev/stdout\n",
		},
		{
			caption: "What it reads it has emptied",
			bad: "FROM debian:12\nRUN sort a «> a» && sed s/c/d/ < b «> b»; grep e f | sort «> f»\n",
		},
		{ caption: "A cat in between", bad: "FROM debian:12\nRUN «cat /etc/a» | grep b\n" },
		{
			caption: "In front of a group or a loop",
			good: "FROM debian:12\nRUN cat a.tar | (cd /x && tar x)\nRUN cat a | { read b; c; }\nRUN cat a | while read b; do zip c $b; done\n",
		},
		{
			caption: "A quoted tilde, an open -exec",
			bad: 'FROM debian:12\nRUN mkdir «"~/a"» && find . «-exec» rm {}\n',
			fixed: 'FROM debian:12\nRUN mkdir "$HOME/a" && find . -exec rm {}\n',
		},
		{
			caption: "What ends with the step",
			bad: 'FROM debian:12\nRUN «export» PATH=/a:$PATH\nRUN «A=b»\nRUN bash -c \'«export» A=b\'\nRUN «. venv/bin/activate»\nRUN ["bash", "-c", "«source /v/bin/activate»"]\n',
		},
		{ caption: "Quotes without an end", bad: 'FROM debian:12\nRUN if a; then «b»\nRUN export A=«"»b\n' },
		{
			caption: "Guarded, known, meant",
			good: 'FROM debian:12\nARG DIR=/x\nENV MODE=dev\nRUN cd a && b; cd c || exit 1; d; cd /tmp; e; (cd f; g)\nRUN set -e; cd a; b\nRUN rm -rf $DIR/* "$X"/* ${Y:?}/* && [ $MODE = dev ] && [ -n "$Z" ] && [ "$A" = b ] && [ "$A" -gt 5 ]\nRUN a > b 2>&1 && sort a > b && c 2>&1 >d | e && cat a b | f && sed -i s/a/b/ c\n',
		},
		{
			caption: "An end that may not come, text",
			good: "FROM debian:12\nRUN a || exit 1; b && exit 0; c\nRUN exec > log; d\nRUN find . -exec a {} \\; -exec b {} + && find . -name '-exec' && echo \"~/a\" 'A = b' && test a = b && expr 1 = 1 && emerge =dev-lang/go-1.20\nRUN export A=b && echo $A\nRUN . ./env\nRUN bash -c '. ./env'; bash -c 'export A=b; c'\nRUN bash -c 'export A=b' && d\nRUN . v/bin/activate && pip install e\nRUN A=$(b)\n",
		},
		{ caption: "Another shell, a template", good: 'FROM debian:12\nRUN {{ if a }} then "\nSHELL ["pwsh", "-c"]\nRUN $A = 1; cd b; c\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const script of scriptsOf(step)) {
					const analysed = analysedScript(step, script);
					for (const { subCode, check } of checksFor(script)) {
						if (subCode === "state-lost" && step.keyword !== "RUN") continue;
						if (subCode === "syntax-error" && (script.errors.length === 0 || isForeign(stage, script))) continue;
						for (const { span, message, minor, repair } of check(analysed)) {
							reports.push({
								span,
								message,
								subCode,
								...(stage.use === "unused" ? { severity: "hint" as const } : minor === undefined ? {} : { severity: minor }),
								fixes:
									repair === undefined || !fitsInto(script, repair.edits)
										? []
										: [{ title: repair.title, safety: "review", edits: repair.edits }],
							});
						}
					}
				}
			}
		}
		return reports;
	},
});

/** Whether edits of a script can be made where it stands: in a JSON string quotes need escapes, and behind escapes places are uncertain. */
function fitsInto({ form, source }: StepScript, edits: readonly SpanEdit[]): boolean {
	return form !== "argument" || (isContiguous(source, 0, source.text.length) && !edits.some(({ newText }) => newText.includes('"')));
}

/** Whether a script may be for another kind of shell. */
function isForeign(stage: Stage, { source }: StepScript): boolean {
	return isForWindows(stage) || /^[&$]|iex |New-Object/i.test(source.text);
}

function analysedScript(step: Step, script: StepScript): AnalysedScript {
	return {
		script,
		stopsOnError: () => mayStopOnError(step, script),
		valueOf: (command, name) => {
			const value = shellVariableAt(step, command, name);
			if (value.kind === "set") return value.value === "" ? { kind: "empty" } : { kind: "text", text: value.value };
			const declared = declarationAt(step, name);
			if (declared?.kind !== "ARG" || declared.assignment.value !== undefined || assigned(script, name)) return { kind: "unknown" };
			// `ARG NAME` without a default: whoever builds gives it, or does not; unless FROM needs it, too.
			return { kind: isNeededByBase(step.stage, name) ? "unknown" : "given" };
		},
	};
}

function mayStopOnError(step: Step, script: StepScript): boolean {
	const byOption = shellAt(step.stage, step).readBy.some((word) => /^-[a-z]*e[a-z]*$/.test(word) || word === "errexit");
	const byShebang = /^#![^\n]*\s-[a-z]*e/.test(script.source.text);
	const bySet = script.commands.some(
		(command) => command.program === "set" && command.args.some(({ text }) => /^-[a-z]*e|^errexit$/.test(text)),
	);
	return byOption || byShebang || bySet || errexitOf(script) === "on" || !/sh$/.test(shellOf(script));
}

function assigned(script: StepScript, name: string): boolean {
	return script.commands.some(
		(command) =>
			command.assignments.some((assignment) => assignment.name === name) ||
			(command.program === "read" && command.args.some(({ value }) => value === name)),
	);
}
