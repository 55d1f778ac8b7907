import { shortened } from "../../text.ts";
import { outermost, type ShellCheck } from "./defect.ts";

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
	const commands = outermost(script);
	const [first] = commands;
	if (first === undefined || commands.length !== script.commands.length || script.errors.length > 0) return [];
	const changesState = (command: (typeof commands)[number]): boolean =>
		command.redirects.length === 0 &&
		(command.name === undefined
			? command.assignments.length > 0
			: STATE.has(command.name.value ?? "") && command.args.length + command.assignments.length > 0);
	// `ulimit -a` prints.
	if (!commands.every(changesState) || commands.some(({ args }) => args.some(({ text }) => /^-[ap]$/.test(text)))) return [];
	// What is read from a file may do more than set variables.
	const named = commands.find(({ name }) => name?.value !== "source" && name?.value !== "." && name?.value !== "set");
	if (named === undefined || commands.some(({ name }) => name?.value === "source" || name?.value === ".")) return [];
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
