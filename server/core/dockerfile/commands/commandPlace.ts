import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { lineAt } from "../../text.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { commandsOf, type StepScript, scriptOf } from "./scripts.ts";

/** Where a command stands in its script: what leads to it and on from it, and how the lines around it are laid out. */

/** What stands between a command and its neighbour. */
export interface Link {
	readonly kind: "&&" | ";" | "line" | "border" | "other";
	/** Where the connector begins and ends; for a border, the end of the script. */
	readonly at: number;
	readonly end: number;
	/** The end of what stands before it, or the start of what stands behind it. */
	readonly far: number;
}

/** The command with the wrappers in front of it, in the script that holds it: `sudo apt-get update` for its `apt-get update`. */
export interface Standing {
	readonly script: StepScript;
	readonly outer: ShellCommand;
}

/** The script that holds a command in place, and the command with its wrappers. */
export function standingOf(step: Step, command: ShellCommand): Standing | undefined {
	if (command.decoded) return undefined;
	const script = scriptOf(step, command);
	if (script === undefined || script.errors.length > 0) return undefined;
	const inPlace = (candidate: ShellCommand): boolean => {
		const span = sourceSpan(script.source, candidate.at, candidate.end);
		return span.start === candidate.span.start && span.end === candidate.span.end;
	};
	if (!inPlace(command)) return undefined;
	let outer = command;
	for (let wrapper = command.wrapper; wrapper !== undefined && inPlace(wrapper); wrapper = wrapper.wrapper) outer = wrapper;
	return outer.program === "find" || outer.program === "xargs" ? undefined : { script, outer };
}

/** The command that a wrapper such as `sudo -E` runs; the command itself if it is none. */
export function innermost(step: Step, command: ShellCommand): ShellCommand {
	const inner = wrappedCommands(step).get(command);
	return inner === undefined ? command : innermost(step, inner);
}

/** The commands that wrappers run as their last words, by the wrapper. */
const wrappedCommands = remembered((step: Step): ReadonlyMap<ShellCommand, ShellCommand> => {
	const wrapped = new Map<ShellCommand, ShellCommand>();
	for (const command of commandsOf(step)) {
		const { wrapper } = command;
		if (wrapper !== undefined && wrapper.end === command.end && !wrapped.has(wrapper)) wrapped.set(wrapper, command);
	}
	return wrapped;
});

export function linkBefore(script: StepScript, command: ShellCommand): Link {
	const { text } = script.source;
	let at = command.at;
	while (at > 0 && isBlank(text[at - 1])) at--;
	const kind = at === 0 ? "border" : text.endsWith("&&", at) ? "&&" : text[at - 1] === ";" ? ";" : text[at - 1] === "\n" ? "line" : "other";
	const start = at - (kind === "&&" ? 2 : kind === "border" || kind === "other" ? 0 : 1);
	let far = start;
	while (far > 0 && (isBlank(text[far - 1]) || (kind === "line" && text[far - 1] === "\n"))) far--;
	// What comes before an operator is a command, not another operator: `do`, `{`, `;;` are not looked into.
	if (kind !== "border" && kind !== "other" && (far === 0 || ";&|(".includes(text[far - 1] ?? "")))
		return { kind: "other", at: start, end: at, far };
	return { kind, at: start, end: at, far };
}

export function linkAfter(script: StepScript, command: ShellCommand): Link {
	const { text } = script.source;
	let at = command.end;
	while (at < text.length && isBlank(text[at])) at++;
	const kind =
		at === text.length ? "border" : text.startsWith("&&", at) ? "&&" : text[at] === ";" ? ";" : text[at] === "\n" ? "line" : "other";
	const end = at + (kind === "&&" ? 2 : kind === "border" || kind === "other" ? 0 : 1);
	let far = end;
	while (far < text.length && (isBlank(text[far]) || text[far] === "\n")) far++;
	if (kind === ";" && text[end] === ";") return { kind: "other", at, end, far };
	return (kind === ";" || kind === "line") && far === text.length ? { kind: "border", at, end, far } : { kind, at, end, far };
}

function isBlank(character: string | undefined): boolean {
	return character === " " || character === "\t";
}

/** Whether a line of the file ends between two places of a script. */
export function breakBetween(step: Step, script: StepScript, from: number, to: number): boolean {
	const { lineStarts } = step.stage.file;
	return lineAt(lineStarts, sourceOffset(script.source, from - 1)) < lineAt(lineStarts, sourceOffset(script.source, to));
}

export function indentationAt(file: Dockerfile, offset: number): string {
	return /^[\t ]*/.exec(file.text.slice(file.lineStarts[lineAt(file.lineStarts, offset)] ?? 0))?.[0] ?? "";
}
