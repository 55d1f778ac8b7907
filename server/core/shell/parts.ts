import type * as Tree from "unbash";
import { baseName } from "../baseName.ts";
import type { Span } from "../text.ts";
import type { ShellAssignment, ShellCommand, ShellRedirect, ShellStatement, ShellWord } from "./model.ts";
import { knownEnd, shellWord } from "./words.ts";

/** Where a part of a script stands in its source. */
type Place = (at: number, end: number) => Span;

/** What is read of a command of the tree. */
export type SimpleCommand = Pick<Tree.Command, "pos" | "end" | "prefix" | "name" | "suffix">;

/** What a command consists of, in the order of the text; assignments are also those in the words of `export`. */
export function commandParts(node: SimpleCommand, place: Place): Pick<ShellCommand, "name" | "args" | "assignments" | "redirects"> {
	const args: ShellWord[] = [];
	const assignments: ShellAssignment[] = [];
	const redirects: ShellRedirect[] = [];
	for (const list of [node.prefix, node.suffix]) {
		for (const part of list) {
			if (part.type === "Word") args.push(shellWord(part, place));
			else if (part.type === "Assignment") assignments.push(shellAssignment(part, place));
			else redirects.push(shellRedirect(part, place));
		}
	}
	return { name: node.name === undefined ? undefined : shellWord(node.name, place), args, assignments, redirects };
}

const COMPOUND: ReadonlySet<string> = new Set([
	"If",
	"For",
	"ArithmeticFor",
	"Select",
	"While",
	"Subshell",
	"BraceGroup",
	"Case",
	"ArithmeticCommand",
]);

/** A statement of the outermost list. */
export function shellStatement({ pos, end, background, command }: Tree.Statement): ShellStatement {
	return { at: pos, end, background: background === true, compound: COMPOUND.has(command.type) };
}

/** Without a value where an array is assigned. */
function shellAssignment(node: Tree.Assignment, place: Place): ShellAssignment {
	return {
		name: node.name,
		value: node.value.type === "Word" ? shellWord(node.value, place) : undefined,
		span: place(node.pos, node.end),
	};
}

/** A heredoc has a body instead of a target. */
function shellRedirect(node: Tree.Redirection, place: Place): ShellRedirect {
	const fileDescriptor = node.descriptor?.type === "FileDescriptor" ? node.descriptor.value : undefined;
	const span = place(node.pos, node.end);
	if (node.type === "HereDoc") return { operator: node.operator, fileDescriptor, target: undefined, span, body: node.body.text };
	return {
		operator: node.operator,
		fileDescriptor,
		target: node.target === undefined ? undefined : shellWord(node.target, place),
		span,
		body: undefined,
	};
}

/**
 * The program that a command's name stands for: `apt-get` of `/usr/bin/apt-get`, `pip` of `$VENV/bin/pip`. Undefined if the name is not
 * known behind its last slash.
 */
export function programOf(name: ShellWord | undefined): string | undefined {
	if (name === undefined) return undefined;
	if (name.value !== undefined) return baseName(name.value);
	const end = knownEnd(name);
	return /\/[^/]+$/.test(end) ? baseName(end) : undefined;
}
