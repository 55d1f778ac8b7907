import { remembered } from "../../memo.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ConfigurationPlaces, mayBringConfiguration } from "../files/copyWords.ts";
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
 * may bring a file that does.
 */
export function configured(step: Step, pattern: RegExp, files: Files): Answer {
	const { above, says } = configuring(pattern)(files);
	return anyOf([above.at(step.stage, step), says(step)]);
}

/** Whether what a call does not say itself may stand in a configuration. */
export function mayBeConfigured(step: Step, pattern: RegExp, files: Files): boolean {
	return configured(step, pattern, files) !== "no";
}

const configuring = remembered((pattern: RegExp) =>
	remembered((files: Files) => {
		const says = remembered((step: Step) => configures(step, pattern, files));
		const above = foldSteps<Answer>(
			() => "no",
			(before, step) => {
				const said = before === "yes" ? before : says(step);
				return said === "no" ? before : said;
			},
		);
		return { above, says };
	}),
);

function configures(step: Step, pattern: RegExp, files: Files): Answer {
	const isCopy = step.keyword === "COPY" || step.keyword === "ADD";
	if (!isCopy && step.keyword !== "RUN") return "no";
	if (step.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return "yes";
	if (isCopy) {
		const brings = files instanceof RegExp ? files.test(step.arguments.text) : mayBringConfiguration(step, files);
		return brings ? "unknown" : "no";
	}
	return pattern.test(step.line.text) && commandTexts(step, files).some((text) => pattern.test(text)) ? "yes" : "no";
}

/** What the commands say; what is removed configures nothing. */
function commandTexts(step: Step, files: Files): readonly string[] {
	const silent = files instanceof RegExp ? undefined : files.programs;
	return commandsOf(step)
		.filter(({ program = "" }) => program !== "rm" && silent?.has(program) !== true)
		.flatMap(({ args, redirects }) => [args.map(comparable).join(" "), ...redirects.map(({ body }) => body ?? "")]);
}
