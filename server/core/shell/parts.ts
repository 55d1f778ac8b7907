import type * as Tree from "unbash";
import type { Span } from "../text.ts";
import type { ShellAssignment, ShellRedirect } from "./model.ts";
import { shellWord } from "./words.ts";

/** Where a part of a script stands in its source. */
type Place = (at: number, end: number) => Span;

/** An assignment before a command, or in the words of `export`; without a value where an array is assigned. */
export function shellAssignment(node: Tree.Assignment, place: Place): ShellAssignment {
	return {
		name: node.name,
		value: node.value.type === "Word" ? shellWord(node.value, place) : undefined,
		span: place(node.pos, node.end),
	};
}

/** A redirection; a heredoc has a body instead of a target. */
export function shellRedirect(node: Tree.Redirection, place: Place): ShellRedirect {
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

/** The program that a command's name stands for: `apt-get` of `/usr/bin/apt-get`. Undefined if the name is not known. */
export function programOf(value: string | undefined): string | undefined {
	if (value === undefined) return undefined;
	return value.slice(value.lastIndexOf("/") + 1);
}
