import type { Span, SpanEdit } from "../../text.ts";
import type { ShellCommand, ShellScript } from "../model.ts";

/** Something in a script that does not do what it looks like. */
export interface ShellDefect {
	readonly span: Span;
	/** The fact, at most 100 characters, no full stop. */
	readonly message: string;
	/** Where it matters less than a mistake does. */
	readonly minor?: "info" | "hint";
	readonly repair?: { readonly title: string; readonly edits: readonly SpanEdit[] };
}

/** A script with what is known of where it runs. */
export interface AnalysedScript {
	readonly script: ShellScript;
	/** Whether the shell stops at the first command that fails. */
	readonly stopsOnError: () => boolean;
	/** What a variable holds when a command runs: its text, `empty` if it is not set or empty, `given` if whoever builds may leave it out, else unknown. */
	readonly valueOf: (
		command: ShellCommand,
		name: string,
	) => { readonly kind: "text"; readonly text: string } | { readonly kind: "empty" | "given" | "unknown" };
}

/** A check looks at a whole script and names what it finds, in order. */
export type ShellCheck = (analysed: AnalysedScript) => readonly ShellDefect[];

/** What nearly every look finds. */
export const NOTHING: readonly ShellDefect[] = [];

/** The check that looks at each command of a script by itself. It is asked of every command there is: the rarest condition comes first in it. */
export function inCommands(look: (command: ShellCommand, analysed: AnalysedScript) => readonly ShellDefect[]): ShellCheck {
	return (analysed) => {
		let found = NOTHING;
		for (const command of analysed.script.commands) {
			const own = look(command, analysed);
			if (own.length > 0) found = found.length === 0 ? own : [...found, ...own];
		}
		return found;
	};
}

/** Whether a command stands in a script between double quotes, `sh -c "…"`: a quote that is put into it would end them. */
export function standsInDoubleQuotes({ span, wrapper }: ShellCommand): boolean {
	for (let outer = wrapper; outer !== undefined; outer = outer.wrapper) {
		const holder = outer.args.find((word) => word.span.start < span.start && span.end < word.span.end);
		if (holder?.text.startsWith('"')) return true;
	}
	return false;
}

/** The commands of the script's outermost list, wrappers and what they run left out. */
export function outermost(script: ShellScript): readonly ShellCommand[] {
	return script.commands.filter((command) => command.within.length === 0 && command.wrapper === undefined);
}
