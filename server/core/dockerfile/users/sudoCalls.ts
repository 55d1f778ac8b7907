import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { calledBy, commandsOf, scriptsOf } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { stagesFrom } from "../model/stages.ts";
import { callsAtStart, containerStart } from "../start/containerStart.ts";

/** Whether the rest of a step behind a place in the file, a later step, one of the stages that start from it, or the start of a container calls one of the programs: `sudo` needs its package and its rule there. */
export function callsBehind(step: Step, place: number, programs: readonly string[]): boolean {
	const calls = ({ program }: ShellCommand): boolean => programs.includes(program ?? "");
	return stagesFrom(step.stage).some((stage) => {
		const steps = stage === step.stage ? stage.steps.filter(({ ordinal }) => ordinal >= step.ordinal) : stage.steps;
		if (steps.some((other) => calledBy(other.trigger ?? other).some((command) => calls(command) && command.span.start > place)))
			return true;
		return startCalls(stage, programs);
	});
}

/** Whether what a container of a stage starts with calls one of the programs, as far as the file says. */
function startCalls(stage: Stage, programs: readonly string[]): boolean {
	return callsAtStart(containerStart(stage)).some(({ program }) => programs.includes(program ?? ""));
}

/** Programs with which a start prepares the place of a server, and that are none. */
const PREPARING: ReadonlySet<string> = new Set(
	"chown chmod chgrp mkdir rm cp mv ln touch tee cat install sed sysctl usermod groupmod useradd groupadd setcap update-ca-certificates".split(
		" ",
	),
);

/** Whether a container of a stage may start its server with sudo: that calls more than what prepares the place for it. */
export function startsBySudo(stage: Stage): boolean {
	const all = callsAtStart(containerStart(stage));
	const wrappers = new Set(all.map(({ wrapper }) => wrapper));
	return all.some((command) => !wrappers.has(command) && !PREPARING.has(command.program ?? "") && isBelowSudo(command));
}

function isBelowSudo(command: ShellCommand): boolean {
	for (let at: ShellCommand | undefined = command; at !== undefined; at = at.wrapper) if (at.program === "sudo") return true;
	return false;
}

/** The calls of sudo in a RUN, but for those that the step itself makes only where root or sudo is missing. */
export const sudoCalls = remembered((step: Step): readonly ShellCommand[] => {
	const commands = commandsOf(step);
	const calls = commands.filter((command) => command.program === "sudo" && command.name !== undefined);
	if (calls.length === 0 || scriptsOf(step).some(({ functions }) => functions.has("sudo"))) return [];
	const asking = commands.flatMap((command, index) => (asksForRoot(command) ? [index] : []));
	return calls.filter((call) => {
		const at = commands.indexOf(call);
		return !isGuarded(commands, at, asking) && !hasAlternative(commands, at);
	});
});

/** Whether a call depends on who runs the step, or on whether sudo is there: `[ "$(id -u)" = 0 ] || sudo a`. */
function isGuarded(commands: readonly ShellCommand[], at: number, asking: readonly number[]): boolean {
	const asked = asking.findLast((index) => index < at);
	if (asked === undefined) return false;
	if (commands[at]?.within.includes("branch") === true) return true;
	const outer = commands.slice(asked + 1, at + 1).filter(({ wrapper, within }) => wrapper === undefined && within.length === 0);
	return outer.every(({ connector }) => connector === "&&" || connector === "||");
}

function asksForRoot({ program, args }: ShellCommand): boolean {
	const text = args.map((word) => word.text).join(" ");
	if (TEST_PROGRAMS.has(program ?? ""))
		return /\bid -\w*u|\$\{?E?UID\b|\$\{?USER\b|whoami|(?:command -v|which|type) sudo\b|\/sudo\b/.test(text);
	return ["command", "which", "type", "hash"].includes(program ?? "") && /(?:^|\/|\s)sudo$/.test(text);
}

/** Whether the same command without sudo stands on the other side of `||`. */
function hasAlternative(commands: readonly ShellCommand[], at: number): boolean {
	const call = commands[at];
	const inner = neighbour(commands, at, (command) => command.wrapper === call);
	const isOther = (command: ShellCommand): boolean => command.wrapper !== call;
	const next = neighbour(commands, at, isOther);
	const other = call?.connector === "||" ? commands.slice(0, at).findLast(isOther) : next?.connector === "||" ? next : undefined;
	return inner !== undefined && other !== undefined && sameWords(inner, other);
}

/** No wrapper has so many commands in it; of a long script each call would look at all that follows. */
const NEAR = 10;

/** The first of the next few commands behind a place that is such a one. */
function neighbour(commands: readonly ShellCommand[], at: number, isMeant: (command: ShellCommand) => boolean): ShellCommand | undefined {
	return commands.slice(at + 1, at + NEAR).find(isMeant);
}

function sameWords(one: ShellCommand, other: ShellCommand): boolean {
	const words = ({ name, args }: ShellCommand): string =>
		[name, ...args].map((word) => (word === undefined ? "" : comparable(word))).join("\n");
	return words(one) === words(other);
}
