import { RELEASE_FILE } from "../../knowledge/sourcedFiles.ts";
import { sourceOffset } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { Enclosure, ShellCommand, ShellStatement } from "../../shell/model.ts";
import { type StepScript, shellArguments } from "./scripts.ts";
import { shellAt } from "./shell.ts";

/**
 * `set -e`. A shell overlooks failures in all members of `a && b` but the last, and that reaches into groups, loops, functions and
 * substitutions. Source: POSIX.1-2024, XCU 2.15 "set", option -e; dash 0.5.12 and bash 5.2, tried.
 */

/** Whether the script begins with `set -e`, in whatever spelling. */
export function stopsOnError(script: StepScript): boolean {
	const first = script.commands[0];
	return first?.program === "set" && first.within.length === 0 && switchesOn(first.args.map((word) => word.value));
}

function switchesOn(words: readonly (string | undefined)[]): boolean {
	return words.some(
		(word, index) => /^-[A-Za-z]*e/.test(word ?? "") || (word === "errexit" && /^-[A-Za-z]*o$/.test(words[index - 1] ?? "")),
	);
}

/** Whether failures end the script: by its own `set -e`, by the options of its shell, or `unknown` where it is set or unset on the way. */
export const errexitOf = remembered((script: StepScript): "on" | "off" | "unknown" => {
	const opens = stopsOnError(script) || switchesOn(interpreterWords(script));
	const settings = script.commands.slice(stopsOnError(script) ? 1 : 0).filter(({ program }) => program === "set");
	const changes = settings.some(({ args }) => {
		const words = args.map((word) => word.value);
		if (words.length > 0 && words[0] === undefined) return true;
		return opens ? words.some((word) => /^\+[A-Za-z]*[eo]/.test(word ?? "")) : switchesOn(words);
	});
	return changes ? "unknown" : opens ? "on" : "off";
});

/**
 * Whether something may end the script at an error, anywhere in it and by whatever spelling, or the script looks at results itself.
 * The question of rules that speak only where neither is so.
 */
export const mayStopOnError = remembered((script: StepScript): boolean => {
	// Other languages, which a Windows base without a SHELL would have read.
	if (script.commands.some(({ program }) => /^(?:powershell|pwsh|cmd)(?:\.exe)?$/i.test(program ?? ""))) return true;
	if (stopsOnError(script) || asksForResults(script)) return true;
	if (script.commands.some((command) => command.program === "set" && command.args.some(({ text }) => /^-[a-z]*e|^errexit$/.test(text))))
		return true;
	if (/^#![^\n]*\s-[a-z]*e/.test(script.source.text)) return true;
	const { step } = script;
	if (script.form === "argument") return step.exec?.values.some((word) => /^-[a-z]*e[a-z]*$/.test(word) || word === "errexit") === true;
	if (script.reader !== undefined) return switchesOn(interpreterWords(script));
	return shellAt(step.stage, step).readBy.some((word) => /^-[a-z]*e[a-z]*$/.test(word) || word === "errexit");
});

function asksForResults(script: StepScript): boolean {
	return (
		/\$\?|PIPESTATUS/.test(script.source.text) ||
		script.commands.some(({ program }) => program === "trap" || program === "exit" || program === "return")
	);
}

/** Commands that succeed whatever came before, and those that end the script behind them. */
const SUCCEED = new Set(["true", ":", "echo", "printf"]);
const END = new Set(["exit", "return", "false", "kill"]);
/** What always runs, once: `(a || true) && b` goes on like `a || true`. */
const GROUPS: ReadonlySet<Enclosure> = new Set(["group", "subshell"]);

/**
 * Whether the step goes on as if nothing had happened where a command fails: the command ends a list that others follow in a script
 * without errexit, or `|| true` stands behind it, be it in a group. False where nobody can tell: in branches and loops, and inside a pipe.
 */
export function ignoresFailure(script: StepScript, command: ShellCommand): boolean {
	const { pipeline, within, wrapper } = command;
	if (within.some((enclosure) => !GROUPS.has(enclosure)) || wrapper !== undefined || script.errors.length > 0) return false;
	if (pipeline !== undefined && pipeline.commands[pipeline.commands.length - 1] !== command) return false;
	const at = script.statements.findIndex((statement) => statement.at <= command.at && command.end <= statement.end);
	const statement = script.statements[at];
	if (statement === undefined || statement.background) return false;
	if (statement.end === command.end && within.length === 0) return at < script.statements.length - 1 && !mayStopOnError(script);
	const [instead, next] = script.commands.filter((other) => other.wrapper === undefined && other.at > command.end);
	if (instead === undefined || !SUCCEED.has(instead.program ?? "") || instead.pipeline !== undefined) return false;
	// A group or a condition in front of it stands between the two.
	if (script.source.text.slice(command.end, instead.at).trim() !== "||") return false;
	return next === undefined || next.at > statement.end || !END.has(next.program ?? "");
}

/** Whether the step is certain to end where a command fails: nothing stands in for it, and no statement follows that would run all the same. */
export function endsStep(script: StepScript, command: ShellCommand): boolean {
	const { connector, pipeline, within, wrapper } = command;
	if (within.length > 0 || wrapper !== undefined || script.errors.length > 0 || asksForResults(script)) return false;
	// It may not run at all.
	if (connector === "||") return false;
	if (pipeline !== undefined && pipeline.commands[pipeline.commands.length - 1] !== command) return false;
	const statement = script.statements.find(({ at, end }) => at <= command.at && command.end <= end);
	if (statement === undefined || statement.background) return false;
	const rest = commandsIn(script, statement).filter((other) => other.at > command.end && other.wrapper === undefined);
	if (rest.some(({ connector }) => connector === "||")) return false;
	return statement === script.statements[script.statements.length - 1] || (errexitOf(script) === "on" && statement.end === command.end);
}

/** The words of the command that reads the script. */
function interpreterWords(script: StepScript): readonly (string | undefined)[] {
	const { step } = script;
	if (step.exec !== undefined) return step.exec.values.slice(1, -1);
	if (script.reader !== undefined)
		return shellArguments(script.reader.args).options.flatMap(({ name, value }) => (value === undefined ? [name] : [name, value]));
	const shebang = /^#!\s*(\S.*)/.exec(script.source.text)?.[1];
	return shebang === undefined ? shellAt(step.stage, step).readBy.slice(1) : shebang.split(/\s+/).slice(1);
}

/** Programs that run commands in the shell itself. */
const IN_SHELL = new Set(["eval", ".", "source", "command", "builtin"]);

/**
 * How a command can follow the last statement so that every failure counts as before: `joined` by `&&`, as a statement of its `own`,
 * or `either`. Undefined where neither is certain.
 */
export function continuationOf(script: StepScript, last: ShellStatement): "joined" | "own" | "either" | undefined {
	const state = errexitOf(script);
	if (state === "off") return "joined";
	const inside = commandsIn(script, last);
	if (last.compound) {
		const overlooked = inside.some(
			({ connector, within }) => !within.includes("condition") && (connector === "&&" || connector === "||" || within.includes("negation")),
		);
		return state === "on" && !overlooked ? "own" : undefined;
	}
	const alone = state === "on" && inside.some((command) => command.at === last.at && command.end === last.end);
	if (!endsInProgram(script, last, inside)) return alone ? "own" : undefined;
	return alone ? "either" : "joined";
}

/** Whether `&&` behind a command would change nothing for what it runs: a plain command of a program. */
export function isPlainMember(script: StepScript, command: ShellCommand): boolean {
	const { program, pipeline } = command;
	if (program === undefined || IN_SHELL.has(program) || script.functions.has(program)) return false;
	if (pipeline?.commands.some((member) => member.within.length !== pipeline.within.length)) return false;
	return !script.commands.some(
		(other) => (other.program === "." || other.program === "source") && !RELEASE_FILE.test(other.args[0]?.value ?? ""),
	);
}

function endsInProgram(script: StepScript, last: ShellStatement, inside: readonly ShellCommand[]): boolean {
	const tail = inside.find((command) => command.end === last.end && command.within.every((enclosure) => enclosure === "negation"));
	// dash hands `set -e` on to `$(a; b)`.
	const listed = inside.some(({ within, connector }) => within.includes("substitution") && (connector === ";" || connector === "&"));
	return tail !== undefined && !listed && (isAssignment(tail) || isPlainMember(script, tail));
}

function isAssignment(command: ShellCommand): boolean {
	return command.name === undefined && command.pipeline === undefined;
}

function commandsIn(script: StepScript, statement: ShellStatement): readonly ShellCommand[] {
	const start = sourceOffset(script.source, statement.at);
	const end = sourceOffset(script.source, statement.end);
	return script.commands.filter(({ span }) => start <= span.start && span.start <= end);
}
