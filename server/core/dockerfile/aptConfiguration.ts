import { comparable } from "../shell/words.ts";
import type { Answer } from "./answer.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { stepsBackwards } from "./state.ts";
import { splitAtBlanks } from "./words.ts";

/** Where a copied file could be a part of apt's configuration. */
const CONFIGURATION = /^["']?\/(?:etc\/?(?:apt\/?(?:apt\.conf.*)?)?)?["']?$/;

/**
 * Whether apt's configuration says something at a step: a command of it, or an earlier one of its lineage, writes a text that
 * `pattern` matches. Unknown where a file is copied to a place that apt reads.
 */
export function aptConfigured(step: Step, pattern: RegExp): Answer {
	let answer: Answer = "no";
	for (const earlier of [step, ...stepsBackwards(step.stage, step)]) {
		if (earlier.keyword === "COPY" || earlier.keyword === "ADD") {
			const words = earlier.exec?.values ?? splitAtBlanks(earlier.arguments).map((word) => word.text);
			if (earlier.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return "yes";
			if (CONFIGURATION.test(words[words.length - 1] ?? "") && !earlier.flags.some((flag) => flag.name === "from")) answer = "unknown";
		} else if (earlier.keyword === "RUN" && writes(earlier, pattern)) return "yes";
	}
	return answer;
}

function writes(step: Step, pattern: RegExp): boolean {
	return writtenTexts(step).some((text) => pattern.test(text));
}

const known = new WeakMap<Step, readonly string[]>();

/** What the commands of a RUN say that could end up in apt's configuration; asked for again by every later RUN. */
function writtenTexts(step: Step): readonly string[] {
	const before = known.get(step);
	if (before !== undefined) return before;
	const texts = readTexts(step);
	known.set(step, texts);
	return texts;
}

function readTexts(step: Step): readonly string[] {
	if (!/\bapt\b/i.test(step.line.text) && step.heredocs.length === 0) return [];
	// What an option of apt says counts for that call alone.
	const others = commandsOf(step).filter((command) => !/^(?:apt|apt-get|aptitude)$/.test(command.program ?? ""));
	return [
		...step.heredocs.map((heredoc) => heredoc.body.text),
		...others.flatMap((command) => [command.args.map(comparable).join(" "), ...command.redirects.map((redirect) => redirect.body ?? "")]),
	];
}
