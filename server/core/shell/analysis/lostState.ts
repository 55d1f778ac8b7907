import { shortened } from "../../text.ts";
import type { ShellCommand } from "../model.ts";
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
	const { commands } = script;
	if (!commands.every(changesState)) return NOTHING;
	if (commands.length === 0 || commands.length !== outermost(script).length || script.errors.length > 0) return [];
	// `ulimit -a` prints.
	if (commands.some(({ args }) => args.some(({ text }) => /^-[ap]$/.test(text)))) return [];
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

function changesState({ name, args, assignments, redirects }: ShellCommand): boolean {
	if (redirects.length > 0) return false;
	return name === undefined ? assignments.length > 0 : args.length + assignments.length > 0 && STATE.has(name.value ?? "");
}
