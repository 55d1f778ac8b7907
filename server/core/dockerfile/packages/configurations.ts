import { remembered } from "../../memo.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ConfigurationPlaces, mayBringConfiguration } from "../files/copyWords.ts";
import type { Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";

/**
 * Whether an earlier command of the lineage, or of this RUN, says something that `pattern` matches, or a COPY brings a file to one
 * of the places, or names what the other pattern matches (all are constants): what a call does not say itself may then stand in a
 * configuration.
 */
export function mayBeConfigured(step: Step, pattern: RegExp, files: Files): boolean {
	return configuring(pattern)(files).upTo(step);
}

type Files = RegExp | ConfigurationPlaces;

const configuring = remembered((pattern: RegExp) => remembered((files: Files) => anyStep((step) => says(step, pattern, files))));

function says(step: Step, pattern: RegExp, files: Files): boolean {
	const isCopy = step.keyword === "COPY" || step.keyword === "ADD";
	if (isCopy && (files instanceof RegExp ? files.test(step.arguments.text) : mayBringConfiguration(step, files))) return true;
	if (!isCopy && step.keyword !== "RUN") return false;
	if (step.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return true;
	if (isCopy) return false;
	return pattern.test(step.line.text) && pattern.test(commandTexts(step));
}

/** What the commands say; what is removed configures nothing. */
function commandTexts(step: Step): string {
	return commandsOf(step)
		.filter(({ program }) => program !== "rm")
		.flatMap((command) => command.args.map(comparable))
		.join(" ");
}
