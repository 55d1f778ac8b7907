import type { ShellCommand } from "../shell/model.ts";
import { comparable } from "../shell/words.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { stepsBackwards } from "./state.ts";

/** Whether something writes the answers into a command: `yes |`, `echo y |`, `< file`. */
export function isAnsweredByInput(command: ShellCommand): boolean {
	const { pipeline } = command;
	const before = pipeline === undefined ? -1 : pipeline.commands.indexOf(command.wrapper ?? command) - 1;
	return (
		["yes", "echo", "printf"].includes(pipeline?.commands[before]?.program ?? "") ||
		command.redirects.some((redirect) => redirect.operator.startsWith("<"))
	);
}

/**
 * Whether an earlier command of the lineage, or of this RUN, says something that `pattern` matches, or a COPY brings a file to a
 * place that `files` matches (both patterns are constants, and a `pattern` always comes with the same `files`): what a call does not say itself may then stand in a configuration.
 */
export function mayBeConfigured(step: Step, pattern: RegExp, files: RegExp): boolean {
	const answers = memoFor(lineages, pattern);
	let answer = false;
	for (const earlier of [step, ...stepsBackwards(step.stage, step)]) {
		// What holds above a step was settled when the step itself was asked.
		const before = answers.get(earlier);
		answer = before ?? says(earlier, pattern, files);
		if (answer || before !== undefined) break;
	}
	answers.set(step, answer);
	return answer;
}

/** Asked for again by every later step. */
const lineages = new WeakMap<RegExp, WeakMap<Step, boolean>>();
const single = new WeakMap<RegExp, WeakMap<Step, boolean>>();

function memoFor(memo: WeakMap<RegExp, WeakMap<Step, boolean>>, pattern: RegExp): WeakMap<Step, boolean> {
	const before = memo.get(pattern);
	if (before !== undefined) return before;
	const fresh = new WeakMap<Step, boolean>();
	memo.set(pattern, fresh);
	return fresh;
}

function says(step: Step, pattern: RegExp, files: RegExp): boolean {
	const byStep = memoFor(single, pattern);
	const before = byStep.get(step);
	if (before !== undefined) return before;
	const answer = readSays(step, pattern, files);
	byStep.set(step, answer);
	return answer;
}

function readSays(step: Step, pattern: RegExp, files: RegExp): boolean {
	if (step.keyword === "COPY" || step.keyword === "ADD") return files.test(step.arguments.text);
	if (step.keyword !== "RUN") return false;
	if (step.heredocs.some((heredoc) => pattern.test(heredoc.body.text))) return true;
	return pattern.test(step.line.text) && pattern.test(commandTexts(step));
}

function commandTexts(step: Step): string {
	return commandsOf(step)
		.flatMap((command) => command.args.map(comparable))
		.join(" ");
}
