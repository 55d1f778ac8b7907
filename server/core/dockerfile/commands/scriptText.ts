import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import { contains, lineAt, type Span } from "../../text.ts";
import { allSteps } from "../model/instructions.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import type { Instruction } from "../syntax/structure.ts";
import { type StepScript, scriptsOf } from "./scripts.ts";

/** The parts of an instruction that nobody runs: what heredocs write or hand to other programs, and the comments of its shell scripts. */
export function passiveSpans(file: Dockerfile, instruction: Instruction): readonly Span[] {
	const scripts = stepsIn(file, instruction).flatMap(scriptsOf);
	const run = new Set(scripts.filter(({ form }) => form === "heredoc").map(({ source }) => sourceOffset(source, 0)));
	const written = instruction.heredocs.flatMap(({ body }) =>
		body.text === "" || run.has(sourceOffset(body, 0)) ? [] : [sourceSpan(body, 0, body.text.length)],
	);
	return [...written, ...scripts.flatMap(passiveParts)];
}

/** Those of a file by their places, with their offsets. */
const stepsByPlace = remembered((file: Dockerfile): { readonly steps: readonly Step[]; readonly starts: readonly number[] } => {
	const steps = [...allSteps(file)].sort((a, b) => a.keywordSpan.start - b.keywordSpan.start);
	return { steps, starts: steps.map(({ keywordSpan }) => keywordSpan.start) };
});

/** The step that an instruction is, and the one inside of it. */
function stepsIn(file: Dockerfile, { span }: Instruction): readonly Step[] {
	const { steps, starts } = stepsByPlace(file);
	const found: Step[] = [];
	for (let index = lineAt(starts, span.start); index < steps.length; index++) {
		const step = steps[index] as Step;
		if (step.keywordSpan.start >= span.end) break;
		if (contains(span, step.keywordSpan)) found.push(step);
	}
	return found;
}

function passiveParts(script: StepScript): readonly Span[] {
	const { source, commands } = script;
	const bodies = commands.flatMap(({ at, redirects }) =>
		redirects.flatMap(({ body = "" }) => {
			const start = body === "" ? -1 : source.text.indexOf(body, at);
			return start === -1 ? [] : [{ start, end: start + body.length }];
		}),
	);
	return [...bodies.map(({ start, end }) => sourceSpan(source, start, end)), ...scriptComments(script)];
}

/** The comments of a shell script. */
export function scriptComments({ source, commands }: StepScript): readonly Span[] {
	if (!source.text.includes("#")) return [];
	// How far the commands reach that begin up to each of them.
	const inOrder = commands.toSorted((a, b) => a.at - b.at);
	const starts = inOrder.map(({ at }) => at);
	let reach = 0;
	const reaches = inOrder.map(({ end }) => (reach = Math.max(reach, end)));
	const comments: Span[] = [];
	for (const match of source.text.matchAll(/(?<![^\s;&|()])#[^\n]*/g)) {
		// Inside of a command it is part of a word, or stands between quotes.
		const before = lineAt(starts, match.index);
		if ((starts[before] ?? match.index + 1) > match.index || (reaches[before] ?? 0) <= match.index)
			comments.push({ start: match.index, end: match.index + match[0].length });
	}
	return comments.map(({ start, end }) => sourceSpan(source, start, end));
}
