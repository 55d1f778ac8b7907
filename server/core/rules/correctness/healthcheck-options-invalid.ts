import { addFlag, insertAfter, insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { moveCommentAbove } from "../../dockerfile/edits/trailingComment.ts";
import { allInstructions, allSteps } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { optionsInCommand } from "../../dockerfile/start/healthOptions.ts";
import { readExecForm } from "../../dockerfile/syntax/execForm.ts";
import type { Flag } from "../../dockerfile/syntax/flags.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { durationOf } from "../../goDuration.ts";
import { flagKind } from "../../knowledge/instructionFlags.ts";
import { isDash } from "../../knowledge/invisibleCharacters.ts";
import { isContiguous, sourceSpan } from "../../mappedText.ts";
import { nearest } from "../../nearest.ts";
import { type Span, type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const healthcheckOptionsInvalid = defineRule({
	id: "healthcheck-options-invalid",
	title: "A health check is written in a way that the builder refuses or misreads",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			[
				"dockerfile-utils",
				"FLAG_AT_LEAST_ONE",
				"FLAG_INVALID_DURATION",
				"FLAG_LESS_THAN_1MS",
				"FLAG_MISSING_DURATION",
				"FLAG_UNKNOWN_UNIT",
				"HEALTHCHECK_CMD_ARGUMENT_MISSING",
				"UNKNOWN_TYPE",
				"ARGUMENT_UNNECESSARY",
				"INVALID_SYNTAX",
			],
			["dockerfilelint", "healthcheck_options_missing_args"],
		),
		...similar(["hadolint", "DL1000"], ["sonar", "S2260"]),
	],
	supersededBy: ["unknown-flag"],
	onlyWith: { instructions: ["HEALTHCHECK"] },
	why: "The builder stops before it runs anything. Options behind CMD it does not refuse: they become part of the command, which then fails each time, and the container is unhealthy for ever.",
	remedy: "Write `HEALTHCHECK --interval=30s --timeout=3s CMD command`, with a unit behind every duration, or `HEALTHCHECK NONE` alone.",
	references: ["https://docs.docker.com/reference/dockerfile/#healthcheck"],
	examples: [
		{
			caption: "No unit",
			bad: "FROM debian:12\nHEALTHCHECK --interval=«30» --timeout=«1.5» CMD curl -f localhost\n",
			fixed: "FROM debian:12\nHEALTHCHECK --interval=30s --timeout=1.5s CMD curl -f localhost\n",
		},
		{
			caption: "No duration, too short, no number",
			bad: "FROM debian:12\nHEALTHCHECK --interval=«30sec» --timeout=«10us» --start-period=«soon» --start-interval=«-1s» --retries=«3x» CMD a\nONBUILD HEALTHCHECK --retries=«-1» CMD a\nHEALTHCHECK --interval=«$I» CMD a\n",
		},
		{
			caption: "CMD is missing",
			bad: 'FROM debian:12\nHEALTHCHECK --interval=5s «curl» -f localhost\nHEALTHCHECK «[»"curl"]\nHEALTHCHECK «CDM» a\nHEALTHCHECK «RUN» a b\n',
			fixed:
				'FROM debian:12\nHEALTHCHECK --interval=5s CMD curl -f localhost\nHEALTHCHECK CMD ["curl"]\nHEALTHCHECK CMD a\nHEALTHCHECK CMD a b\n',
		},
		{
			caption: "As Compose writes it",
			bad: 'FROM debian:12\nHEALTHCHECK «[»"CMD", "curl", "-f", "http://localhost"]\nHEALTHCHECK «CMD-SHELL» curl x || exit 1\nHEALTHCHECK «[»"CMD-SHELL", "curl x || exit 1"]\nHEALTHCHECK «[»"NONE"]\n',
			fixed:
				'FROM debian:12\nHEALTHCHECK CMD ["curl", "-f", "http://localhost"]\nHEALTHCHECK CMD curl x || exit 1\nHEALTHCHECK CMD curl x || exit 1\nHEALTHCHECK NONE\n',
		},
		{
			caption: "Dashes that are none",
			bad: "FROM debian:12\nHEALTHCHECK «\u2014interval=5s» CMD a\nHEALTHCHECK «\u2212\u2212interval=5s» CMD a\n",
		},
		{ caption: "Nothing to offer", bad: 'FROM debian:12\nHEALTHCHECK «[»"CMD"]\nHEALTHCHECK «[»"CMD-SHELL", "[ -f \\"x\\" ]"]\n' },
		{
			caption: "Options behind CMD",
			bad: "FROM debian:12\nHEALTHCHECK CMD «--interval=5s» \\\n  «--retries=3» \\\n  curl -f localhost\n",
			fixed: "FROM debian:12\nHEALTHCHECK --interval=5s --retries=3 CMD \\\n  \\\n  curl -f localhost\n",
		},
		{
			caption: "Options behind a command that has none of the kind, and those beside them",
			bad: 'FROM debian:12\nHEALTHCHECK CMD curl -f http://localhost/ «--interval=30s» «--timeout=3s»\nHEALTHCHECK CMD wget -q localhost || exit 1 \\\n  «--start-period=5s»\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/", «"--interval=5m"»]\n',
			fixed:
				'FROM debian:12\nHEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost/\nHEALTHCHECK --start-period=5s CMD wget -q localhost || exit 1\nHEALTHCHECK --interval=5m CMD ["curl", "-f", "http://localhost/"]\n',
		},
		{
			caption: "Options of the command itself",
			good: "FROM debian:12\nHEALTHCHECK CMD wget --timeout=3 -q localhost\nHEALTHCHECK CMD probe --interval=5s\nHEALTHCHECK CMD curl -d '--interval=5s' localhost\nHEALTHCHECK CMD curl localhost && probe --interval=5s\nHEALTHCHECK CMD curl localhost &&probe --interval=5s\nHEALTHCHECK CMD curl localhost;probe --interval=5s\nHEALTHCHECK CMD wget -qO- localhost|probe --interval=5s\n",
		},
		{
			caption: "In a comment of the shell, in quotes, and as the value of another option",
			good: 'FROM debian:12\nHEALTHCHECK CMD curl -f localhost || exit 1 # --interval=30s\nHEALTHCHECK CMD curl -d \'a --interval=5s b\' localhost\nHEALTHCHECK CMD curl -H --interval=5s localhost\nHEALTHCHECK CMD ["curl", "-d", "--interval=5s", "localhost"]\n',
		},
		{
			caption: "No command, and more than NONE",
			bad: "FROM debian:12\nHEALTHCHECK «CMD»\nHEALTHCHECK «CMD» []\nHEALTHCHECK NONE «CMD a»\n",
		},
		{
			caption: "A comment behind NONE",
			bad: "FROM debian:12\nHEALTHCHECK NONE «# the chart has one»\n",
			fixed: "FROM debian:12\n# the chart has one\nHEALTHCHECK NONE\n",
		},
		{
			caption: "Every form of a duration",
			good: 'FROM debian:12\nHEALTHCHECK --interval=1m30s --timeout=1.5h --start-period=0 --start-interval=1ms --retries=0 CMD ["a"]\nHEALTHCHECK none\nHealthcheck --interval= cmd a --interval=5s\n',
		},
	],
	check(file) {
		if (!/healthcheck/i.test(file.text) || templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			if (instruction.keyword === "HEALTHCHECK") reports.push(...problemsOf(file, instruction));
		}
		for (const step of allSteps(file)) {
			if (step.keyword === "HEALTHCHECK" && /^CMD\s/i.test(step.arguments.text)) reports.push(...optionsBehind(step));
		}
		return reports;
	},
});

function problemsOf(file: Dockerfile, instruction: Instruction): readonly Report[] {
	const { arguments: args, flags, exec } = instruction;
	const words = splitAtBlanks(args);
	const type = words[0];
	if (type === undefined || flags.some((flag) => flag.value === undefined)) return [];
	const rest = words[1];
	const reports: Report[] = [];
	switch (type.text.toUpperCase()) {
		case "NONE":
			if (rest !== undefined)
				reports.push({
					span: sourceSpan(args, rest.at, args.text.length),
					message: `${shortened(args.text.slice(rest.at), 50)} stands behind HEALTHCHECK NONE`,
					fixes: () => commentFix(file, sourceSpan(args, rest.at, args.text.length)),
				});
			return reports;
		case "CMD":
			if (rest === undefined || exec?.values.length === 0) reports.push({ span: type.span, message: "HEALTHCHECK CMD has no command" });
			break;
		default:
			reports.push(unknownType(instruction));
	}
	for (const flag of flags) reports.push(...optionReport(file, flag));
	return reports;
}

/** There are no comments behind NONE. */
function commentFix(file: Dockerfile, rest: Span): readonly Fix[] {
	const edits = file.text[rest.start] === "#" ? moveCommentAbove(file, rest) : undefined;
	return edits === undefined ? [] : [{ title: "Move the comment above", safety: "review", edits }];
}

function unknownType(instruction: Instruction): Report {
	const { arguments: args } = instruction;
	const first = splitAtBlanks(args)[0];
	const text = first?.text ?? "";
	const isArray = text.startsWith("[");
	const start = first?.span.start ?? 0;
	const span = { start, end: isArray ? start + 1 : (first?.span.end ?? start) };
	return {
		span,
		message: `HEALTHCHECK is followed by CMD or NONE, not by ${shortened(isArray ? "an array" : text, 40)}`,
		// A flag that is written wrongly is none of the command.
		fixes: isDash(text[0]) ? [] : (composeFix(instruction) ?? [wordFix(text, span)]),
	};
}

function wordFix(text: string, span: Span): Fix {
	const meant = text === "RUN" ? "CMD" : text.length === 3 || text.length === 4 ? nearest(text, ["CMD", "NONE"]) : undefined;
	return meant === undefined
		? { title: "Insert CMD", safety: "review", edits: [insertAt(span.start, "CMD ")] }
		: { title: `Change to ${meant}`, safety: "review", edits: [replace(span, meant)] };
}

/** What Compose's `test:` takes: there the array holds CMD, CMD-SHELL or NONE itself. Source: the Compose specification, `healthcheck`. */
function composeFix({ arguments: args }: Instruction): readonly Fix[] | undefined {
	const fix = (title: string, edits: readonly SpanEdit[]): readonly Fix[] => [{ title, safety: "review", edits }];
	const word = splitAtBlanks(args)[0];
	if (word?.text.toUpperCase() === "CMD-SHELL") return fix("Change to CMD", [replace(word.span, "CMD")]);
	const array = readExecForm(args);
	const [first, second] = array === "notExec" || array === "notStrings" ? [] : array.elements;
	if (array === "notExec" || array === "notStrings" || first === undefined) return undefined;
	const isOneLine = isContiguous(args, 0, args.text.length);
	const whole = sourceSpan(args, 0, args.text.length);
	switch (first.value.toUpperCase()) {
		case "NONE":
			return array.values.length === 1 && isOneLine ? fix("Change to NONE", [replace(whole, "NONE")]) : [];
		case "CMD":
			if (second === undefined || !isContiguous(args, first.at, second.at)) return [];
			return fix("Write CMD in front of the array", [
				insertAt(whole.start, "CMD "),
				replace({ start: first.span.start, end: second.span.start }, ""),
			]);
		case "CMD-SHELL":
			if (second === undefined || array.values.length > 2 || !isOneLine || !/^\w[\w ./:@%+=&|;-]*$/.test(second.value)) return [];
			return fix("Write the command behind CMD", [replace(whole, `CMD ${second.value}`)]);
		default:
			return undefined;
	}
}

/** `HEALTHCHECK CMD --interval=5s curl`: the command that is run is `--interval=5s`. */
function optionsBehind(step: Step): readonly Report[] {
	const { flags } = step;
	if (flags.some((flag) => flag.value === undefined)) return [];
	return optionsInCommand(step).map(
		({ name, text, span, removal }): Report => ({
			span,
			message: `--${name} behind CMD is part of the command`,
			fixes:
				removal === undefined || flags.some((flag) => flag.name === name)
					? []
					: [{ title: `Move --${name} in front of CMD`, safety: "review", edits: [addFlag(step, text), removal] }],
		}),
	);
}

function optionReport(file: Dockerfile, { name, value, valueSpan }: Flag): readonly Report[] {
	if (flagKind("HEALTHCHECK", name) === undefined || value === undefined || value === "" || valueSpan === undefined) return [];
	const shown = shortened(value, 40);
	const reports: Report[] = [];
	if (name === "retries") {
		if (!/^\+?\d{1,9}$/.test(value)) reports.push({ span: valueSpan, message: `--retries is a number, not ${shown}` });
		return reports;
	}
	if (/^\d+(?:\.\d*)?$/.test(value) && Number(value) > 0) {
		const plain = file.text.slice(valueSpan.start, valueSpan.end) === value;
		reports.push({
			span: valueSpan,
			message: `--${name} is ${shown} without a unit`,
			fixes: plain ? [{ title: "Append s for seconds", safety: "review", edits: [insertAfter(valueSpan, "s")] }] : [],
		});
		return reports;
	}
	const milliseconds = durationOf(value);
	if (milliseconds === undefined) reports.push({ span: valueSpan, message: `${shown} is no duration such as 30s or 1m30s` });
	else if (milliseconds !== 0 && milliseconds < 1)
		reports.push({ span: valueSpan, message: `--${name} is ${shown}, less than a millisecond` });
	return reports;
}
