import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { commandsOf } from "../commands/scripts.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { operandValue, removes } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { runsAsAnother } from "../start/containerStart.ts";
import { isRootUser, userAt } from "../variables/state.ts";

/** What programs look for in the home of who runs them begins with a dot; what lies in a cache they can do without. */
const SETTINGS = /^\/root\/\.(?!cache(?:\/|$)|npm(?:\/|$))[^/]/;
/** A word that every step has which names root's home. */
const HOME_WORD = /\/root\b|~|\bHOME\b/;

/** Nobody removes more of them one by one: with so many, the rest of the steps is not looked at. */
const MOST_SETTINGS = 100;

/** The files and folders of settings that the RUNs of a stage's lineage write to root's home as root, and that none of them removes. */
export function settingsOfRoot(stage: Stage): ReadonlySet<string> {
	return settings.at(stage);
}

const settings = foldSteps<ReadonlySet<string>>(
	() => new Set(),
	(before, step) => (step.keyword !== "RUN" || before.size >= MOST_SETTINGS ? before : leftBehind(before, step)),
);

function leftBehind(before: ReadonlySet<string>, step: Step): ReadonlySet<string> {
	const mayWrite = HOME_WORD.test(stepText(step)) && isStepOfRoot(step);
	if (!mayWrite && before.size === 0) return before;
	const commands = commandsOf(step);
	const left = new Set(before);
	for (const command of commands) {
		if (left.size >= MOST_SETTINGS) return left;
		if (mayWrite && !runsAsAnother(command)) for (const path of settingsBy(step, command)) left.add(path);
		for (const path of left) if (removes(step, command, path) === "yes") left.delete(path);
	}
	// A function may be called, and a trap runs, behind all that they stand above.
	const deferred = commands.filter(({ program, within }) => program === "trap" || within.includes("function"));
	for (const command of deferred) for (const path of left) if (removesAtEnd(step, command, path)) left.delete(path);
	return left;
}

function isStepOfRoot(step: Step): boolean {
	const user = userAt(step.stage, step).value;
	return user.kind !== "set" || isRootUser(user.value);
}

function removesAtEnd(step: Step, command: ShellCommand, path: string): boolean {
	if (command.program === "trap") return command.args.some(({ text }) => text.includes(path));
	return removes(step, command, path) === "yes";
}

function settingsBy(step: Step, command: ShellCommand): readonly string[] {
	const { redirects } = command;
	const redirected = redirects.flatMap(({ operator, target }) =>
		/^(?:>|>>|>\||&>)$/.test(operator) && target !== undefined ? [target] : [],
	);
	return [...redirected, ...writtenWords(command)].flatMap((word) => {
		const path = operandValue(step, command, word);
		return path !== undefined && SETTINGS.test(path) && mountCovers(step, path) === "no" ? [path] : [];
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
