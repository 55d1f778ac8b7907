import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellChoice, ShellCommand, ShellWord } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { declarationAt } from "../variables/variables.ts";
import { commandsOf } from "./scripts.ts";
import { shellVariableAt } from "./shellVariables.ts";

/** The names of architectures, and variables that hold one; `arch` also at the end of a word, but not in `search`. */
const ARCHITECTURE =
	/x86|x64|amd64|i[36]86|aarch|arm(?:64|v\d|hf|el)|ppc64|s390x|riscv|(?<!se)arch(?:itectures?)?(?![a-z])|(?<![a-z])(?:arm|amd|intel|apple|silicon|m[1-4])(?![a-z])/i;

/** What speaks of the machine that something is for. */
const PLATFORM = new RegExp(
	`${ARCHITECTURE.source}|platform|machine|darwin|os_?type|(?<![a-z])(?:cpu|mac|macos|osx|windows|linux)(?![a-z])`,
	"i",
);
/** A pattern that is the name of one: not that of a file or of a package that has it inside. */
const PATTERN = new RegExp(`^["'^.*\\\\(]*(?:${ARCHITECTURE.source})`, "i");
const MATCHERS: ReadonlySet<string> = new Set(["grep", "egrep", "fgrep"]);
/** What these print are paths. */
const LISTERS: ReadonlySet<string> = new Set(["command", "which", "type", "ls", "find"]);
const COMPARISONS: ReadonlySet<string> = new Set(["=", "==", "!=", "=~"]);

/**
 * Whether a command stands in a branch that is for some platforms only: the test of an ARG, of an unknown variable or of a result in a condition, or
 * a `case`, speaks of one by a name or by a value. Other switches choose what is installed, not for what.
 */
export function isForChosenPlatform(step: Step, command: ShellCommand): boolean {
	const asking = asksForPlatform(step);
	for (let choice = command.choice; choice !== undefined; choice = choice.outer) {
		if (asking.get(choice) === true) return true;
	}
	return false;
}

/** The choices of a step, and whether each asks for a platform. */
const asksForPlatform = remembered((step: Step): ReadonlyMap<ShellChoice, boolean> => {
	const asking = new Map<ShellChoice, boolean>();
	for (const command of commandsOf(step)) {
		for (let choice = command.choice; choice !== undefined && !asking.has(choice); choice = choice.outer) {
			const { words, conditions } = choice;
			asking.set(choice, words.some((word) => PLATFORM.test(word)) || conditions.some((test) => testsForPlatform(step, test)));
		}
	}
	return asking;
});

function testsForPlatform(step: Step, test: ShellCommand): boolean {
	if (matchesArchitecture(test)) return true;
	if (test.program !== undefined && !TEST_PROGRAMS.has(test.program)) return false;
	const words = test.name === undefined ? test.args : [test.name, ...test.args];
	const speaksOfOne = words.some(({ text }) => PLATFORM.test(text));
	return speaksOfOne && (words.some((word) => isOpen(step, test, word)) || comparesResult(words));
}

/** `lscpu | grep x86_64`, `grep aarch64 /proc/cpuinfo`: what a command or the kernel says of the machine is searched for a name. */
function matchesArchitecture({ program = "", args, pipeline }: ShellCommand): boolean {
	if (!MATCHERS.has(program) || !args.some(({ text }) => PATTERN.test(text))) return false;
	const writer = pipeline?.commands[0];
	if (writer === undefined || MATCHERS.has(writer.program ?? "")) return args.some(({ text }) => text.startsWith("/proc/"));
	return !LISTERS.has(writer.program ?? "");
}

/** Whether the build decides what a variable holds, or nobody knows who does. */
function isOpen(step: Step, command: ShellCommand, { parts }: ShellWord): boolean {
	return parts.some(
		(part) =>
			part.kind === "variable" &&
			(declarationAt(step, part.name)?.kind === "ARG" || shellVariableAt(step, command, part.name).kind !== "set"),
	);
}

/** Whether what a command prints is compared with an architecture. The name of one inside of the substitution is about something else. */
function comparesResult(words: readonly ShellWord[]): boolean {
	return words.some(({ text }, index) => {
		const [left, right] = [words[index - 1], words[index + 1]];
		if (!COMPARISONS.has(text) || left === undefined || right === undefined) return false;
		return (isResult(left) && ARCHITECTURE.test(right.text)) || (isResult(right) && ARCHITECTURE.test(left.text));
	});
}

function isResult({ parts }: ShellWord): boolean {
	return parts.some(({ kind }) => kind === "command");
}
