import { sourceOffset, sourceSpan } from "../mappedText.ts";
import { contains, type Span } from "../text.ts";
import { allSteps } from "./instructions.ts";
import type { Dockerfile } from "./model.ts";
import { type StepScript, scriptsOf } from "./scripts.ts";
import type { Instruction } from "./structure.ts";

/** The parts of an instruction that nobody runs: what heredocs write or hand to other programs, and the comments of its shell scripts. */
export function passiveSpans(file: Dockerfile, instruction: Instruction): readonly Span[] {
	const scripts = allSteps(file)
		.filter((step) => contains(instruction.span, step.keywordSpan))
		.flatMap(scriptsOf);
	const run = new Set(scripts.filter(({ form }) => form === "heredoc").map(({ source }) => sourceOffset(source, 0)));
	const written = instruction.heredocs.flatMap(({ body }) =>
		body.text === "" || run.has(sourceOffset(body, 0)) ? [] : [sourceSpan(body, 0, body.text.length)],
	);
	return [...written, ...scripts.flatMap(passiveParts)];
}

function passiveParts(script: StepScript): readonly Span[] {
	const { source, commands } = script;
	const bodies = commands.flatMap(({ at, redirects }) =>
		redirects.flatMap(({ body = "" }) => {
			const start = body === "" ? -1 : source.text.indexOf(body, at);
			return start === -1 ? [] : [{ start, end: start + body.length }];
		}),
	);
	const comments: Span[] = [];
	for (const match of source.text.matchAll(/(?<![^\s;&|()])#[^\n]*/g)) {
		// Inside of a command it is part of a word, or stands between quotes.
		if (!commands.some(({ at, end }) => at <= match.index && match.index < end))
			comments.push({ start: match.index, end: match.index + match[0].length });
	}
	return [...bodies, ...comments].map(({ start, end }) => sourceSpan(source, start, end));
}
