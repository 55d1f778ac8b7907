import { sourceOffset } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { continuationOf } from "./errexit.ts";
import { commandsOf, type StepScript, scriptsOf } from "./scripts.ts";

/** After these what follows in a script runs in another way, or not at all; a RUN of its own knows nothing of them. */
const LEAVES_A_MARK = new Set(
	"cd pushd popd set unset shopt export declare typeset readonly umask ulimit alias unalias trap exec exit return source . eval read shift service systemctl".split(
		" ",
	),
);
/** The builder gives these to each RUN anew. */
const OF_EACH_RUN = /\/etc\/(?:hosts|resolv\.conf)|\/dev\/shm/;

/** The script of a RUN in shell form, if another one can be joined to it with `&&`: one statement, no heredoc, no comment at its end. */
export function joinableScript(step: Step): StepScript | undefined {
	if (step.keyword !== "RUN" || step.exec !== undefined || step.heredocs.length > 0 || step.deferred) return undefined;
	const [script] = scriptsOf(step);
	if (script === undefined || script.errors.length > 0) return undefined;
	const [statement] = script.statements;
	if (statement === undefined || script.statements.length > 1 || statement.background) return undefined;
	// A comment at the end would swallow what is joined.
	return script.source.text.slice(statement.end).trim() === "" ? script : undefined;
}

/**
 * Whether a RUN directly follows another one with the same flags, no comment stands between them, and it runs as before when it is
 * joined: the first one leaves nothing to the shell, and no `||` in the second would catch a failure of the first.
 */
export function canJoin(before: Step, step: Step): boolean {
	const { comments } = step.stage.file;
	if (step.stage !== before.stage || step.ordinal !== before.ordinal + 1) return false;
	const start = step.arguments.text === "" ? step.span.end : sourceOffset(step.arguments, 0);
	if (comments.some(({ span }) => before.span.end < span.start && span.end < start)) return false;
	if (before.flags.map((flag) => flag.text).join(" ") !== step.flags.map((flag) => flag.text).join(" ")) return false;
	if (mountsOf(step).some((mount) => mount.type === "tmpfs" || mountOption(mount, "readwrite") !== undefined)) return false;
	if ([before, step].some(({ arguments: { text } }) => OF_EACH_RUN.test(text))) return false;
	const [script] = scriptsOf(before);
	const last = script?.statements.at(-1);
	// With a shell that stops at failures, `&&` would make a group overlook its own.
	const continuation = script === undefined || last === undefined ? "joined" : continuationOf(script, last);
	if (continuation !== "joined" && continuation !== "either") return false;
	return !commandsOf(before).some(leavesAMark) && !mayCatch(step);
}

/** Whether a command changes the shell that goes on behind it. */
function leavesAMark({ name, program, within, wrapper }: ShellCommand): boolean {
	if (within.includes("substitution") || within.includes("subshell") || wrapper !== undefined) return false;
	// Variables without a command stay; a name that a variable hides can be anything.
	return name === undefined || program === undefined || LEAVES_A_MARK.has(program);
}

/** Whether `||` stands in the outermost list, so that it would catch what fails in front of the list. */
function mayCatch(step: Step): boolean {
	return scriptsOf(step).some((script) => {
		if (script.commands.every(({ within }) => within.length === 0)) return script.commands.some(({ connector }) => connector === "||");
		return script.source.text.includes("||");
	});
}

/** The edits that make one RUN of several that follow each other, in their order. */
export function joinEdits(file: Dockerfile, scripts: readonly StepScript[]): readonly SpanEdit[] {
	return scripts.slice(1).map((script, index) => {
		const before = scripts[index] as StepScript;
		const start = sourceOffset(before.source, before.source.text.trimEnd().length);
		return { span: { start, end: sourceOffset(script.source, 0) }, newText: ` ${file.escape}${file.lineBreak}    && ` };
	});
}
