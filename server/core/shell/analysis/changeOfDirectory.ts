import { type SpanEdit, shortened } from "../../text.ts";
import type { ShellCommand, ShellScript } from "../model.ts";
import { outermost, type ShellCheck } from "./defect.ts";

/** `cd DIR; COMMAND`: without the directory, the command works on another one. */
export const unguardedChangeOfDirectory: ShellCheck = ({ script, stopsOnError }) => {
	const commands = outermost(script);
	if (!commands.some(({ name }) => name?.value === "cd") || stopsOnError()) return [];
	return commands.flatMap((command, index) => {
		const path = command.args[0];
		const next = commands[index + 1];
		if (command.name?.value !== "cd" || path === undefined || next === undefined || next.connector !== ";" || command.connector === "||")
			return [];
		// `cd DIR || { …; exit 1; }` goes on in its list.
		if (!script.statements.some(({ end }) => end === command.end)) return [];
		if (command.args.length !== 1 || command.pipeline !== undefined || alwaysThere(path.value)) return [];
		if (isMissingElsewhere(script, next)) return [];
		return [
			{
				span: command.span,
				message: `Without ${shortened(path.text, 40)} the commands behind it work on another directory`,
				repair: {
					title: "Stop if the directory is not there",
					edits: guard(command),
				},
			},
		];
	});
};

/** `cd DIR; ./setup.sh && a`: in another directory the program is not found, and nothing behind it runs. */
function isMissingElsewhere({ commands, statements }: ShellScript, { at, name, pipeline }: ShellCommand): boolean {
	const isRelative = name?.value !== undefined && /^[^/]+\//.test(name.value);
	if (!isRelative || pipeline !== undefined || statements[statements.length - 1]?.at !== at) return false;
	return commands.every(
		(other) => other.at <= at || other.wrapper !== undefined || (other.within.length === 0 && other.connector === "&&" && !other.pipeline),
	);
}

/** `|| exit 1` takes the whole list for its left side: behind `&&` the guard needs a group of its own. */
function guard({ connector, span }: ShellCommand): readonly SpanEdit[] {
	const behind = { start: span.end, end: span.end };
	if (connector !== "&&") return [{ span: behind, newText: " || exit 1" }];
	return [
		{ span: { start: span.start, end: span.start }, newText: "{ " },
		{ span: behind, newText: " || exit 1; }" },
	];
}

function alwaysThere(path: string | undefined): boolean {
	return (
		path !== undefined &&
		/^(?:\/|-|~|\.\.?(?:\/\.\.)*\/?|\/(?:tmp|usr|opt|etc|root|home|var|usr\/(?:src|local|bin|local\/(?:bin|src|lib|share))|var\/(?:tmp|lib|www))\/?)$/.test(
			path,
		)
	);
}
