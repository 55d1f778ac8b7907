import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { shortened } from "../../text.ts";
import type { ShellCommand, ShellScript } from "../model.ts";
import { NOTHING, outermost, type ShellCheck } from "./defect.ts";

const STATE = new Set([
	"export",
	"alias",
	"unalias",
	"unset",
	"umask",
	"ulimit",
	"set",
	"shopt",
	"declare",
	"readonly",
	"source",
	".",
	"hash",
]);

/** A step that only sets variables: the shell that has them ends with the step. */
export const lostState: ShellCheck = ({ script }) => {
	const commands = withoutShell(script);
	if (!commands.every(changesState)) return NOTHING;
	if (commands.length === 0 || script.errors.length > 0) return [];
	// `ulimit -a` prints.
	if (commands.some(({ args }) => args.some(({ text }) => /^-[ap]$/.test(text)))) return [];
	// What is read from another file may do more than set variables.
	if (commands.some((command) => isReading(command) && !activates(command))) return [];
	const named = commands.find((command) => command.name?.value !== "set" && !activates(command));
	const active = commands.find(activates);
	if (active !== undefined)
		return [
			{ span: active.span, message: `What ${shortened(active.args[0]?.text ?? "", 50)} sets is lost: nothing of it outlives the step` },
		];
	if (named === undefined) return [];
	const what = named.name?.value ?? named.assignments[0]?.name ?? "";
	const variable = named.assignments[0]?.name;
	const text = variable !== undefined && what !== variable ? `${what} ${variable}` : what;
	return [
		{
			span: named.name?.span ?? named.assignments[0]?.span ?? named.span,
			message: `${shortened(text, 50)} is lost: nothing of it outlives the step`,
		},
	];
};

/** The commands of a script; where a shell runs all of it (`bash -c "export A=b"`), those of that shell. None where others stand deeper. */
function withoutShell(script: ShellScript): readonly ShellCommand[] {
	const { commands } = script;
	const outer = outermost(script);
	if (commands.length === outer.length) return commands;
	const [shell] = outer;
	if (shell === undefined || outer.length > 1 || !POSIX_SHELLS.has(shell.program ?? "")) return [];
	if (shell.redirects.length > 0 || shell.pipeline !== undefined) return [];
	const inner = commands.filter((command) => command !== shell);
	return inner.every(({ wrapper, within }) => wrapper === shell && within.every((enclosure) => enclosure === "wrapper")) ? inner : [];
}

function isReading({ name }: ShellCommand): boolean {
	return name?.value === "source" || name?.value === ".";
}

/** Whether a command enters a virtual environment, whose script only sets variables and defines functions. */
function activates(command: ShellCommand): boolean {
	return isReading(command) && command.args.length === 1 && /(?:^|\/)bin\/activate["']?$/.test(command.args[0]?.text ?? "");
}

function changesState({ name, args, assignments, redirects }: ShellCommand): boolean {
	if (redirects.length > 0) return false;
	return name === undefined ? assignments.length > 0 : args.length + assignments.length > 0 && STATE.has(name.value ?? "");
}
