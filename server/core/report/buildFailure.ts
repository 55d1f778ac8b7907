import type { BuildFailure } from "../build/build.ts";
import type { Problem } from "../finding.ts";
import { lineStartsOf } from "../text.ts";
import type { Colors } from "./colors.ts";
import { linesExcerpt } from "./excerpt.ts";
import { terminalText } from "./terminalText.ts";
import { problemText } from "./text.ts";

/** What a failed build comes down to: the instruction with its line, and what to do. @param path as the user knows the Dockerfile */
export function buildProblem(failure: BuildFailure, path: string, hint: string | undefined): Problem {
	const { message, lines } = failure;
	const range =
		lines === undefined ? {} : { range: { start: { line: lines.first, character: 0 }, end: { line: lines.last, character: 0 } } };
	return { kind: "failed", message, path, ...range, ...(hint === undefined ? {} : { hint }) };
}

/** The problem with the lines of the failed instruction, and the last lines that it printed. @param text of the Dockerfile that was built */
export function buildFailureText(failure: BuildFailure, problem: Problem, text: string, colors: Colors): string {
	const { hint, ...fact } = problem;
	const { lines, step, log } = failure;
	return [
		problemText(fact, colors),
		...(lines === undefined ? [] : linesExcerpt({ text, starts: lineStartsOf(text) }, lines, colors.red, colors)),
		...(lines === undefined && step !== undefined ? [`  in ${terminalText(step.name)}`] : []),
		...(log.length === 0 ? [] : ["  The last lines of its log:", ...log.map((line) => `    ${colors.dim(terminalText(line))}`)]),
		...(hint === undefined ? [] : [`  ${terminalText(hint)}`]),
		"",
	].join("\n");
}
