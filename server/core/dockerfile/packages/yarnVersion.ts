import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { contextCopyOf } from "../files/contextCopies.ts";
import type { Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { didBefore } from "./lockFiles.ts";
import { callHasOption, type PackageCall } from "./packageCalls.ts";

/**
 * Whether something above a command says that its yarn is version 2 or later: a command that chooses one, or settings that only
 * those versions read, copied or mounted. Corepack alone says nothing: it takes the version that package.json names.
 */
export function isModernYarn(step: Step, command: ShellCommand): boolean {
	if (runsModern(command) || didBefore(step, command, choosesModern) || settingsCopies.above(step)) return true;
	return /\.yarnrc\.yml/.test(step.flags.map((flag) => flag.value ?? "").join(" "));
}

/**
 * Whether the yarn of a command may be version 2 or later: one is chosen above or by the command itself, whichever it is, or left
 * to Corepack, or the settings are copied.
 */
export function mayBeModernYarn(step: Step, command: ShellCommand): boolean {
	if (runsModern(command)) return true;
	if (command.program === "corepack") return !command.args.some((word) => /^yarn@1\b/.test(comparable(word)));
	return didBefore(step, command, choosesAny) || settingsCopies.above(step);
}

/** Steps that copy the settings, plugins or releases of Yarn 2 and later from the context. */
const settingsCopies = anyStep(
	(step) => contextCopyOf(step)?.sources.some(({ text }) => /(?:^|\/)\.yarn(?:rc\.yml\*?|\/?|\/releases\/?)$/.test(text)) ?? false,
);

function choosesModern({ program, args }: ShellCommand): boolean {
	const words = args.map((word) => word.text);
	if (program === "yarn")
		return (
			(words[0] === "set" && words[1] === "version" && /^(?:berry|stable|canary|[2-9])/.test(words[2] ?? "")) || words[0] === "policies"
		);
	return program === "corepack" && args.some(namesModern);
}

/** Whether a command has a runner fetch such a version and call it: `corepack yarn@4 install`, `npx yarn@berry`. */
function runsModern({ program, args }: ShellCommand): boolean {
	return (program === "corepack" || program === "npx") && args.some(namesModern);
}

function namesModern(word: ShellWord): boolean {
	return /^yarn@(?:stable|berry|canary|[2-9])/.test(comparable(word));
}

function choosesAny({ program, args }: ShellCommand): boolean {
	return (program === "yarn" && args[0]?.text === "set" && args[1]?.text === "version") || program === "corepack";
}

/** Whether anything hints at version 2 or later, which can run programs out of its cache: an option of the call, or any step up to its own. */
export function hintsAtModernYarn(step: Step, call: PackageCall): boolean {
	if (callHasOption(call, "--immutable", "--immutable-cache", "--check-cache", "--inline-builds", "--mode")) return true;
	return runsModern(call.command) || hints.upTo(step);
}

const hints = anyStep((step) => {
	if (step.keyword === "COPY" || step.keyword === "ADD")
		return splitAtBlanks(step.arguments).some((word) => /(?:^|\/)\.yarn(?:rc\.yml)?\/?$/.test(word.text));
	return (
		step.keyword === "RUN" &&
		commandsOf(step).some(
			(command) =>
				command.program === "corepack" ||
				(command.program === "yarn" && /^(?:set version|policies)/.test(command.args.map(comparable).join(" "))),
		)
	);
});
