import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { allSteps } from "../../dockerfile/model/instructions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import { UNKNOWN, UNSET } from "../../dockerfile/syntax/variableValue.ts";
import { splitAssignments } from "../../dockerfile/syntax/words.ts";
import { declarationAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { sliceMapped, sourceSpan } from "../../mappedText.ts";
import { lineAt, type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const envSelfReference = defineRule({
	id: "env-self-reference",
	title: "A variable is used in the ENV that sets it",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["hadolint", "DL3044"], ["droast", "DF062"]), ...similar(["buildkit", "UndefinedVar"])],
	onlyWith: { instructions: ["ENV"], texts: ["$"] },
	why: "All values of an ENV are worked out before any of them is set. In `ENV HOME_DIR=/srv BIN=$HOME_DIR/bin` the second one sees the value from before the instruction: none, so that BIN is `/bin`.",
	remedy: "Set what is used in an ENV of its own, above.",
	references: ["https://docs.docker.com/reference/dockerfile/#environment-replacement"],
	examples: [
		{
			caption: "A folder, and PATH with it",
			bad: "FROM debian:12\nENV APP_HOME=/opt/app PATH=$«APP_HOME»/bin:$PATH\n",
			fixed: "FROM debian:12\nENV APP_HOME=/opt/app\nENV PATH=$APP_HOME/bin:$PATH\n",
		},
		{ caption: "Set by an ENV above", good: "FROM debian:12\nENV APP_HOME=/opt/app\nENV PATH=$APP_HOME/bin:$PATH\n" },
		{
			caption: "On one line",
			bad: 'FROM debian:12\nENV A=/a B=$«A»/b C="x ${«A»}"\n',
			fixed: 'FROM debian:12\nENV A=/a\nENV B=$A/b\nENV C="x ${A}"\n',
		},
		{
			caption: "On several lines",
			bad: "FROM acme/base:1\r\n  ENV A=/a \\\r\n      B=$«A»:$A:$PATH \\\r\n      C=1\r\n",
			fixed: "FROM acme/base:1\r\n  ENV A=/a\r\n  ENV B=$A:$A:$PATH \\\r\n      C=1\r\n",
		},
		{
			caption: "Twice",
			bad: "FROM debian:12\nENV PATH=/a:${PATH} PATH=/b:${«PATH»}\n",
			fixed: "FROM debian:12\nENV PATH=/a:${PATH}\nENV PATH=/b:${PATH}\n",
		},
		{
			caption: "Twice, and used between",
			bad: "FROM debian:12\nENV PATH=/a:$PATH DB=/b:$«PATH» PATH=/c:$«PATH»\n",
			fixed: "FROM debian:12\nENV PATH=/a:$PATH\nENV DB=/b:$PATH\nENV PATH=/c:$PATH\n",
		},
		{
			caption: "Nothing to offer: the other order, a comment between them, another build",
			bad: "FROM debian:12\nENV A=$«B» B=1\nENV C=1 \\\n  # why\n  D=$«C»\nONBUILD ENV E=1 F=$«E»\n",
		},
		{
			caption: "It extends itself, or was there before",
			good: "FROM debian:12\nENV PATH=/a:$PATH A=$A\nENV B=1\nENV B=2 C=$B\nARG D\nENV D=1 E=$D\nENV F=1 PATH=$PATH:/b G=$PATH\n",
		},
		{ caption: "The base image sets it, a default", good: "FROM node:22\nENV NODE_VERSION=1 A=$NODE_VERSION\nENV B=1 C=${B:-2}\n" },
		{ caption: "No variable", good: "FROM debian:12\nENV A=1 B='$A' C=\\$A\nENV D E=1 F=$D\nLABEL a=1 b=$PATH\n" },
		{
			caption: "The first of a line, and one that is set before",
			good: "FROM debian:12\nENV A=1 B=$C\nENV D=$E\nLABEL F=1 G=$F\nARG H=1\nENV H=2 I=$H\nENV J=1 K=${J\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of allSteps(file)) {
			if (step.keyword !== "ENV" || !step.arguments.text.includes("$")) continue;
			const assignments = assignmentsOf(step, file.escape);
			if (assignments.length < 2 || !assignments.some(({ name }) => refersTo(step.arguments.text, name))) continue;
			const fresh = new Set([...new Set(assignments.map(({ name }) => name))].filter((name) => !wasThere(step, name)));
			const firstOf = new Map([...assignments.entries()].reverse().map(([index, { name }]) => [name, index]));
			const repeated = new Set(assignments.filter(({ name }, index) => firstOf.get(name) !== index).map(({ name }) => name));
			if (fresh.size === 0 && repeated.size === 0) continue;
			const words = splitAssignments(step.arguments.text, file.escape);
			for (const [index, assignment] of assignments.entries()) {
				const word = words[index];
				// Who sets it a second time counts on the first one, there and in between, whatever was there before.
				const isAgain = (name: string): boolean => repeated.has(name) && (firstOf.get(name) ?? index) < index;
				const isNew = (name: string): boolean => isAgain(name) || (name !== assignment.name && fresh.has(name));
				const places = word === undefined ? [] : references(step, isNew, word.at, word.end);
				const [first, ...others] = places;
				if (first === undefined) continue;
				reports.push({
					span: first.span,
					message: `${shortened(first.name, 50)} is set by the same ENV and not yet visible here`,
					related: others.map(({ span }) => ({ span, message: "Used here, too" })),
					fixes: () =>
						fixesFor(
							step,
							assignments,
							index,
							places.map(({ name }) => name),
						),
				});
			}
		}
		return reports;
	},
});

interface Place {
	readonly name: string;
	readonly span: Span;
}

/** Whether a text may use a variable. */
function refersTo(text: string, name: string): boolean {
	return text.includes(`$${name}`) || text.includes(`\${${name}`);
}

function references(step: Step, isNew: (name: string) => boolean, at: number, end: number): readonly Place[] {
	const { arguments: args } = step;
	const { escape } = step.stage.file;
	const value = sliceMapped(args, at + args.text.slice(at, end).indexOf("=") + 1, end);
	const expansion = expand(value.text, { escape, lookup: (name) => (isNew(name) ? UNSET : UNKNOWN) });
	if (expansion.kind === "invalid") return [];
	return expansion.unset.map((unset) => ({ name: unset.name, span: sourceSpan(value, unset.at, unset.at + unset.name.length) }));
}

function wasThere(step: Step, name: string): boolean {
	const { environment, sets } = stageBaseFacts(step.stage);
	return name === "PATH" || declarationAt(step, name) !== undefined || [...(environment ?? []), ...(sets ?? [])].includes(name);
}

/** A second ENV from this assignment on, if all that it uses is set in front of it. */
function fixesFor(step: Step, assignments: readonly Assignment[], index: number, names: readonly string[]): readonly Fix[] {
	const { file } = step.stage;
	const [before, own] = [assignments[index - 1], assignments[index]];
	if (before === undefined || own === undefined || step.deferred) return [];
	if (!names.every((name) => assignments.slice(0, index).some((other) => other.name === name))) return [];
	const gap = { start: before.span.end, end: own.span.start };
	if (file.comments.some(({ span }) => span.start >= gap.start && span.end <= gap.end)) return [];
	const start = file.lineStarts[lineAt(file.lineStarts, step.span.start)] ?? 0;
	const indentation = file.text.slice(start, step.span.start);
	return [
		{ title: "Begin another ENV here", safety: "review", edits: [replace(gap, `${file.lineBreak}${indentation}${step.keywordText} `)] },
	];
}
