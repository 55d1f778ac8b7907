import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ConfigurationPlaces, copyWordsOf, mayBringConfiguration } from "../files/copyWords.ts";
import type { Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { type Answer, anyOf } from "../syntax/answer.ts";

/** Where a configuration may come from, as a COPY names it: its places, or what its instruction says. All of it is constant. */
type Files = RegExp | Configuration;

export interface Configuration extends ConfigurationPlaces {
	/** Programs whose options say something of that call alone. */
	readonly programs?: ReadonlySet<string>;
}

/**
 * Whether a command or a heredoc of the lineage, up to this step, says something that `pattern`, a constant, matches. Unknown where a COPY
 * may bring a file that does. What the step itself says behind `command` does not count.
 */
export function configured(step: Step, pattern: RegExp, files: Files, command?: ShellCommand): Answer {
	const { above, says, firstSpeaker } = configuring(pattern)(files);
	const own = says(step);
	const speaker = own === "yes" && command !== undefined ? firstSpeaker(step) : undefined;
	const isLate = speaker !== undefined && command !== undefined && runsBehind(step, speaker, command);
	return anyOf([above.at(step.stage, step), isLate ? "no" : own]);
}

/** Whether what a call does not say itself may stand in a configuration. */
export function mayBeConfigured(step: Step, pattern: RegExp, files: Files): boolean {
	return configured(step, pattern, files) !== "no";
}

const configuring = remembered((pattern: RegExp) =>
	remembered((files: Files) => {
		const says = remembered((step: Step) => configures(step, pattern, files));
		const firstSpeaker = remembered((step: Step) =>
			isSaidInBody(step, pattern)
				? undefined
				: speakers(step, files).find((command) => textsOf(command).some((text) => pattern.test(text))),
		);
		const above = foldSteps<Answer>(
			() => "no",
			(before, step) => {
				const said = before === "yes" ? before : says(step);
				return said === "no" ? before : said;
			},
		);
		return { above, says, firstSpeaker };
	}),
);

function configures(step: Step, pattern: RegExp, files: Files): Answer {
	const isCopy = step.keyword === "COPY" || step.keyword === "ADD";
	if (!isCopy && step.keyword !== "RUN") return "no";
	if (isSaidInBody(step, pattern)) return "yes";
	if (isCopy) {
		if (bringsBodiesAlone(step)) return "no";
		const brings = files instanceof RegExp ? files.test(step.arguments.text) : mayBringConfiguration(step, files);
		return brings ? "unknown" : "no";
	}
	return pattern.test(step.line.text) &&
		speakers(step, files)
			.flatMap(textsOf)
			.some((text) => pattern.test(text))
		? "yes"
		: "no";
}

function isSaidInBody(step: Step, pattern: RegExp): boolean {
	return step.heredocs.some((heredoc) => pattern.test(heredoc.body.text));
}

/** Whether a COPY writes nothing but heredocs, into which no variable brings more than they say. */
function bringsBodiesAlone(step: Step): boolean {
	return copyWordsOf(step)?.sources.every(({ heredoc }) => heredoc) === true && !step.heredocs.some(({ body }) => body.text.includes("$"));
}

/** The commands that may configure something; what is removed does not. */
function speakers(step: Step, files: Files): readonly ShellCommand[] {
	const silent = files instanceof RegExp ? undefined : files.programs;
	return commandsOf(step).filter(({ program = "" }) => program !== "rm" && silent?.has(program) !== true);
}

function textsOf({ args, redirects }: ShellCommand): readonly string[] {
	return [args.map(comparable).join(" "), ...redirects.map(({ body }) => body ?? "")];
}

/** Whether a command runs after another one only: a loop or a function can bring it back to the front. */
function runsBehind(step: Step, command: ShellCommand, other: ShellCommand): boolean {
	const isRepeated = [command, other].some(({ within }) => within.includes("loop") || within.includes("function"));
	const order = orderOf(step);
	return !isRepeated && (order.get(command) ?? 0) > (order.get(other) ?? 0);
}
