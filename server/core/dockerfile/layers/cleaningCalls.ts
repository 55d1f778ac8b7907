import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { sourceOffset } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { SpanEdit } from "../../text.ts";
import { folderOf } from "../commands/commandFolder.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { errexitOf } from "../commands/errexit.ts";
import { commandsOf, scriptOf } from "../commands/scripts.ts";
import { insertCommandBehind } from "../edits/commandEdit.ts";
import { removes } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { hidesCommands } from "../packages/hiddenCommands.ts";
import { type PackageCall, packageCallAt, packageCallsOf } from "../packages/packageCalls.ts";
import { appendCleaning } from "./layerCleaning.ts";

/** How a RUN calls a program once more to clean up. */
export interface CleaningCall {
	readonly edit: SpanEdit;
	/** Whether the program is called only where it has been called, can be, and is the same one still: then the build succeeds as before. */
	readonly certain: boolean;
}

/** What decides which program a name stands for, and where it works. */
const DECISIVE = /^(?:PATH|HOME|LD_\w+|XDG_\w+|(?:npm|yarn)_\w+)$/i;
/** Programs that change what a name stands for in the shell that calls them. */
const CHANGING = new Set([".", "source", "eval", "nvm", "n", "fnm", "volta", "asdf", "mise", "corepack", "conda", "deactivate"]);
/** Folders that programs lie in. */
const PROGRAM_FOLDERS = ["/bin", "/usr/bin", "/usr/local/bin", "/usr/lib/node_modules", "/usr/local/lib/node_modules", "/opt"];

const NODE = "node|npm|nvm";
const DNF = "dnf|libdnf|yum|rpm";
/** What a program needs in order to run, by the beginnings of names, where that is more than itself. */
const NEEDED: Readonly<Record<string, string>> = {
	npm: NODE,
	yarn: `${NODE}|yarn`,
	yarnpkg: `${NODE}|yarn`,
	...Object.fromEntries(["dnf", "dnf5", "yum", "microdnf", "tdnf"].map((program) => [program, `${DNF}|microdnf|tdnf`])),
};

/**
 * The edit that calls the program of a package manager call with other words, to clean up: at the end of the RUN, or directly behind the
 * call where the program may be another one by then, or none. `prefix` stands in front of it (`sudo `), `tail` behind it.
 */
export function cleaningCall(step: Step, call: PackageCall, words: string, prefix = "", tail = ""): CleaningCall | undefined {
	const { command } = call;
	const assignments = decisiveAssignments(step, command);
	if (assignments === undefined || command.name === undefined) return undefined;
	// Another program runs it: `php composer.phar`.
	if (command.program !== call.program) return undefined;
	const name = command.decoded ? call.program : command.name.text;
	const text = `${prefix}${assignments}${name} ${words}${tail}`;
	const callable = isCallableAtEnd(step, call);
	const same = !isReplaced(step, call);
	const atEnd = callable ? appendCleaning(step, text) : undefined;
	if (atEnd !== undefined && leadsToEnd(step, command)) return { edit: atEnd, certain: same };
	const behind = command.connector === "||" ? undefined : insertCommandBehind(step, command, text);
	if (behind !== undefined) return { edit: behind, certain: same };
	return atEnd === undefined ? undefined : { edit: atEnd, certain: false };
}

/** The assignments in front of a command that its repetition needs as well; undefined where that would not give them the same values. */
function decisiveAssignments(step: Step, command: ShellCommand): string | undefined {
	for (let wrapper = command.wrapper; wrapper !== undefined; wrapper = wrapper.wrapper)
		if (wrapper.assignments.some(({ name }) => DECISIVE.test(name))) return undefined;
	const decisive = command.assignments.filter(({ name }) => DECISIVE.test(name));
	if (decisive.some(({ value }) => value?.parts.some(({ kind }) => kind === "command" || kind === "other"))) return undefined;
	return decisive.map(({ span }) => `${step.stage.file.text.slice(span.start, span.end)} `).join("");
}

/** Whether a program that a command calls is still there at the end of the RUN, under the same name, for the shell that is there. */
function isCallableAtEnd(step: Step, call: PackageCall): boolean {
	const { command } = call;
	const path = command.name?.value ?? "";
	if (path.includes("/") && !path.startsWith("/")) return false;
	const commands = commandsOf(step);
	if (runsInOwnShell(command) && commands.some(changesShell)) return false;
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	const later = commands.filter(
		(other) => (order.get(other) ?? 0) > at || other.within.includes("function") || (other.within.includes("loop") && other !== command),
	);
	return !later.some((other) => changesShell(other) || mayTakeAway(step, other, call));
}

/** Whether what a command sets in its shell ends in front of the end of the RUN. */
function runsInOwnShell(command: ShellCommand): boolean {
	if (command.within.includes("subshell") || command.within.includes("substitution") || command.pipeline !== undefined) return true;
	for (let { wrapper } = command; wrapper !== undefined; wrapper = wrapper.wrapper)
		if (POSIX_SHELLS.has(wrapper.program ?? "")) return true;
	return false;
}

function changesShell({ name, program, args, assignments }: ShellCommand): boolean {
	if (name !== undefined && program === undefined) return true;
	if (CHANGING.has(program ?? "")) return true;
	if (program === "unset") return args.some((word) => DECISIVE.test(word.text));
	const lasting = name === undefined || program === "export" || program === "declare" || program === "typeset";
	return lasting && assignments.some((assignment) => DECISIVE.test(assignment.name));
}

/** Whether a command could remove a program, what it needs, or the folder from which it would be called. */
function mayTakeAway(step: Step, command: ShellCommand, call: PackageCall): boolean {
	const { program = "", args } = command;
	const names = new RegExp(`(?:^|[^a-z])(?:${NEEDED[call.program] ?? call.program})(?![a-z_])`, "i");
	const isNamed = args.some((word) => word.value === undefined || names.test(word.value));
	const removal = packageCallAt(step, command);
	// What it calls itself a package manager does not remove unless it is told to.
	if (removal?.kind === "remove") return isNamed || !isSameFamily(removal, call) || command.wrapper?.program === "xargs";
	if (program === "rpm" || program === "dpkg")
		return isNamed && args.some((word) => /^(?:-[a-zA-Z]*[erP]|--(?:erase|remove|purge)$)/.test(word.text));
	if (program === "mv") return isNamed;
	if (program === "rm" || program === "find" || program === "unlink") {
		if (isNamed || command.wrapper?.program === "xargs" || command.wrapper?.program === "find") return true;
		const folder = folderOf(step, command);
		if (folder === undefined && commandsOf(step).some((other) => other.program === "cd")) return true;
		const places = [...PROGRAM_FOLDERS, call.command.name?.value ?? "", folder ?? ""].filter((path) => /^\/./.test(path));
		return places.some((place) => removes(step, command, place) !== "no");
	}
	return hidesCommands(step, command) && /clean|purge|minim|strip|uninstall/i.test(`${program} ${args.map(({ text }) => text).join(" ")}`);
}

/** Whether a call, or one behind it, names the program of the call, as an update does: what is called next may be another version. */
function isReplaced(step: Step, call: PackageCall): boolean {
	const own = new RegExp(`^(?:${call.program}|${call.manager})(?:[@=]|$)`);
	const calls = packageCallsOf(step);
	return calls.slice(calls.indexOf(call)).some(({ operands }) => operands.some((word) => own.test(comparable(word))));
}

function isSameFamily(removal: PackageCall, call: PackageCall): boolean {
	const isDnf = ({ manager }: PackageCall): boolean => /^(?:yum|dnf|microdnf|tdnf)$/.test(manager);
	return removal.manager === call.manager || (isDnf(removal) && isDnf(call));
}

/** Whether the end of the RUN is reached only where a command was called, and went well. */
function leadsToEnd(step: Step, command: ShellCommand): boolean {
	if (command.decoded) return true;
	let outer = command;
	while (outer.wrapper !== undefined) outer = outer.wrapper;
	const script = scriptOf(step, outer);
	if (script === undefined || outer.within.length > 0 || POSIX_SHELLS.has(outer.program ?? "")) return false;
	if (outer.pipeline !== undefined && outer.pipeline.commands[outer.pipeline.commands.length - 1] !== outer) return false;
	const statement = script.statements.find(({ at, end }) => at <= outer.at && outer.end <= end);
	if (statement === undefined || statement.background || script.source.text.slice(statement.at, statement.end).includes("||")) return false;
	if (statement === script.statements[script.statements.length - 1]) return true;
	// `set -e` overlooks all members of `a && b` but the last.
	const text = script.source.text.slice(statement.at, statement.end);
	return errexitOf(script) === "on" && sourceOffset(script.source, statement.at) <= outer.span.start && !text.includes("&&");
}
