import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { operandValue } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { removedAfter } from "../packages/cleanUp.ts";
import { runsAsAnother } from "../start/containerStart.ts";
import { isRootUser, userAt } from "../variables/state.ts";

/** What programs look for in the home of who runs them begins with a dot; what lies in a cache they can do without. */
const SETTINGS = /^\/root\/\.(?!cache(?:\/|$)|npm(?:\/|$))[^/]/;
/** A word that every step has which names root's home. */
const HOME_WORD = /\/root\b|~|\bHOME\b/;

/** The files and folders of settings that the RUNs of a stage write to root's home as root, and leave there. */
export const settingsOfRoot = remembered((stage: Stage): readonly string[] =>
	runSteps(stage).flatMap((step) => {
		if (!HOME_WORD.test(stepText(step))) return [];
		const user = userAt(stage, step).value;
		if (user.kind === "set" && !isRootUser(user.value)) return [];
		return commandsOf(step).flatMap((command) => (runsAsAnother(command) ? [] : settingsBy(step, command)));
	}),
);

function settingsBy(step: Step, command: ShellCommand): readonly string[] {
	const { redirects } = command;
	const redirected = redirects.flatMap(({ operator, target }) =>
		/^(?:>|>>|>\||&>)$/.test(operator) && target !== undefined ? [target] : [],
	);
	return [...redirected, ...writtenWords(command)].flatMap((word) => {
		const path = operandValue(step, command, word);
		if (path === undefined || !SETTINGS.test(path) || mountCovers(step, path) !== "no") return [];
		return removedAfter(step, command, path) === "no" ? [path] : [];
	});
}

/** The words that may name what a command writes. */
function writtenWords({ program, args }: ShellCommand): readonly ShellWord[] {
	switch (program) {
		case "cp":
		case "mv":
		case "ln":
		case "install":
			return readArguments(args, ["-S", "-t", "-m", "-o", "-g", "--target-directory", "--mode", "--owner", "--group"]).operands.slice(-1);
		case "git":
			return args.some(({ value }) => value === "clone") ? args : [];
		case "tee":
		case "curl":
		case "wget":
			return args;
		default:
			return [];
	}
}
