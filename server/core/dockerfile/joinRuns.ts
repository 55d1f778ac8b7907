import { sourceOffset } from "../mappedText.ts";
import type { SpanEdit } from "../text.ts";
import type { Dockerfile, Step } from "./model.ts";
import { type StepScript, scriptsOf } from "./scripts.ts";

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

/** Whether a RUN directly follows another one with the same flags, and no comment stands between them. */
export function canJoin(before: Step, step: Step): boolean {
	const { comments } = step.stage.file;
	if (step.stage !== before.stage || step.ordinal !== before.ordinal + 1) return false;
	if (comments.some(({ line }) => before.lastLine < line && line < step.firstLine)) return false;
	return before.flags.map((flag) => flag.text).join(" ") === step.flags.map((flag) => flag.text).join(" ");
}

/** The edits that make one RUN of several that follow each other, in their order. */
export function joinEdits(file: Dockerfile, scripts: readonly StepScript[]): readonly SpanEdit[] {
	return scripts.slice(1).map((script, index) => {
		const before = scripts[index] as StepScript;
		const start = sourceOffset(before.source, before.source.text.trimEnd().length);
		return { span: { start, end: sourceOffset(script.source, 0) }, newText: ` ${file.escape}${file.lineBreak}    && ` };
	});
}
