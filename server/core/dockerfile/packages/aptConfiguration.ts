import { remembered } from "../../memo.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ConfigurationPlaces, mayBringConfiguration } from "../files/copyWords.ts";
import type { Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { type Answer, anyOf } from "../syntax/answer.ts";

const CONFIGURATION: ConfigurationPlaces = {
	within: /^\/etc\/apt\/apt\.conf/,
	above: /^\/(?:etc\/?(?:apt\/?)?)?$/,
	names: /^apt\.conf/,
};

/**
 * Whether apt's configuration says something at a step: a command of it, or an earlier one of its lineage, writes a text that
 * `pattern`, a constant, matches. Unknown where a file is copied to a place that apt reads.
 */
export function aptConfigured(step: Step, pattern: RegExp): Answer {
	return anyOf([configuredAbove(pattern).at(step.stage, step), configures(step, pattern)]);
}

const configuredAbove = remembered((pattern: RegExp) =>
	foldSteps<Answer>(
		() => "no",
		(before, earlier) => anyOf([before, configures(earlier, pattern)]),
	),
);

function configures(step: Step, pattern: RegExp): Answer {
	if (step.keyword === "COPY" || step.keyword === "ADD") {
		if (step.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return "yes";
		return copiesConfiguration(step) ? "unknown" : "no";
	}
	return step.keyword === "RUN" && writes(step, pattern) ? "yes" : "no";
}

/** Whether a COPY or ADD may bring a file that apt reads. */
function copiesConfiguration(step: Step): boolean {
	return mayBringConfiguration(step, CONFIGURATION);
}

function writes(step: Step, pattern: RegExp): boolean {
	return writtenTexts(step).some((text) => pattern.test(text));
}

/** What the commands of a RUN say that could end up in apt's configuration; asked for again by every later RUN. */
const writtenTexts = remembered(readTexts);

function readTexts(step: Step): readonly string[] {
	if (!/\bapt\b/i.test(step.line.text) && step.heredocs.length === 0) return [];
	// What an option of apt says counts for that call alone.
	const others = commandsOf(step).filter((command) => !/^(?:apt|apt-get|aptitude)$/.test(command.program ?? ""));
	return [
		...step.heredocs.map((heredoc) => heredoc.body.text),
		...others.flatMap((command) => [command.args.map(comparable).join(" "), ...command.redirects.map((redirect) => redirect.body ?? "")]),
	];
}
