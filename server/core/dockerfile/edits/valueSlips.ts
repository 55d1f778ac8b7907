import { memo } from "../../memo.ts";
import { type Span, type SpanEdit, shortened } from "../../text.ts";
import type { Dockerfile } from "../model/model.ts";
import { type Assignment, assignmentsOf } from "../model/views.ts";
import type { Instruction } from "../syntax/structure.ts";
import { commentStart, splitAtBlanks } from "../syntax/words.ts";
import { replace } from "./edit.ts";
import { moveCommentAbove } from "./trailingComment.ts";

/** A pair that the builder takes, and that says something else than was meant. */
export interface ValueSlip {
	readonly span: Span;
	readonly message: string;
	readonly fix?: { readonly title: string; readonly edits: readonly SpanEdit[] };
}

const POSSIBLE = /[,;][\t ]|\$\([a-z]|`[a-z]|^[\w.-]+:[\t ]|\s#/;
/** Prompts are evaluated by the shell each time they are shown, and these names hold commands. */
const HOLDS_COMMANDS = /(?:^|_)(?:PS\d|PROMPT|CMD|COMMAND|EVAL|EXEC|HOOK|RUN|SCRIPT)(?:_|$)/i;

/** Whether it is worth looking for one. */
export function mayHaveSlips(text: string): boolean {
	return POSSIBLE.test(text);
}

/** The first slip of an ENV, LABEL or ARG whose pairs are complete. */
export function valueSlipOf(file: Dockerfile, instruction: Instruction): ValueSlip | undefined {
	if (!mayHaveSlips(instruction.arguments.text)) return undefined;
	const assignments = assignmentsOf(instruction, file.escape);
	const [first] = assignments;
	if (first === undefined) return undefined;
	if (first.legacy) return colonBehindName(file, instruction, first) ?? commentInValue(file, instruction);
	return separated(assignments) ?? substitution(file, instruction, assignments);
}

/** `LABEL name: value`. */
function colonBehindName(file: Dockerfile, { keyword }: Instruction, { name, nameSpan, value = "", valueSpan }: Assignment) {
	if (!/^[\w.-]+:$/.test(name) || valueSpan === undefined) return undefined;
	const isPlain = /^(?:[\w./@%+:-]+|"[^"\\`$]*")$/.test(value) && !file.text.slice(nameSpan.end, valueSpan.start).includes("\n");
	const span = { start: nameSpan.end - 1, end: valueSpan.start };
	return {
		span: nameSpan,
		message: `The colon becomes part of the name ${shortened(name, 40)} in ${keyword}`,
		...(isPlain ? { fix: { title: "Write an equals sign", edits: [replace(span, "=")] } } : {}),
	};
}

/** `ENV NAME value # text`: all of it is the value. */
function commentInValue(file: Dockerfile, { keyword, arguments: args }: Instruction): ValueSlip | undefined {
	const words = splitAtBlanks(args);
	const comment = commentStart(words.slice(1), false);
	const [name, next] = [words[0]?.text ?? "", comment === undefined ? undefined : words[words.indexOf(comment) + 1]];
	if (comment === undefined || HOLDS_COMMANDS.test(name)) return undefined;
	// Prose has a second word; `#` alone may be what a prompt ends in, and colours stand in lists.
	if (!/^#+(?:[A-Za-z][\w'-]*)?$/.test(comment.text) || !/^[A-Za-z]/.test(next?.text ?? "")) return undefined;
	if (/["'`]/.test(args.text)) return undefined;
	const end = words.at(-1)?.span.end ?? comment.span.end;
	const span = { start: comment.span.start, end };
	const message = `The comment becomes part of the value of ${shortened(name, 40)} in ${keyword}`;
	const edits = moveCommentAbove(file, span);
	return { span, message, ...(edits === undefined ? {} : { fix: { title: "Move the comment above", edits } }) };
}

/** `A="x", B="y"`: all values but the last end in the same comma or semicolon. */
function separated(assignments: readonly Assignment[]): ValueSlip | undefined {
	const [first, second] = assignments;
	const mark = first?.value?.at(-1);
	if (first?.valueSpan === undefined || second === undefined || (mark !== "," && mark !== ";")) return undefined;
	const others = assignments.slice(0, -1);
	if (assignments.at(-1)?.value?.endsWith(mark) !== false) return undefined;
	if (!others.every(({ value = "" }) => value.length > 1 && value.endsWith(mark) && value.indexOf(mark) === value.length - 1))
		return undefined;
	const name = mark === "," ? "comma" : "semicolon";
	const edits = others.flatMap(({ valueSpan }) => (valueSpan === undefined ? [] : [replace(lastOf(valueSpan), "")]));
	return {
		span: lastOf(first.valueSpan),
		message: `The ${name} becomes part of the value of ${shortened(first.name, 40)}`,
		fix: { title: `Remove the ${name}${edits.length > 1 ? "s" : ""}`, edits },
	};
}

function lastOf({ end }: Span): Span {
	return { start: end - 1, end };
}

const evaluating = memo<Dockerfile, boolean>();

/** Whether a shell may read a value a second time. */
function evaluates(file: Dockerfile): boolean {
	const known = evaluating.get(file) ?? /\beval\b/.test(file.text);
	evaluating.set(file, known);
	return known;
}

/** `A=$(date)`: no shell reads it. */
function substitution(file: Dockerfile, { keyword }: Instruction, assignments: readonly Assignment[]): ValueSlip | undefined {
	for (const { name, value = "", valueSpan } of assignments) {
		if (valueSpan === undefined || HOLDS_COMMANDS.test(name) || value.includes("'") || value.includes("\\$")) continue;
		const whole = value.replace(/^"(.*)"$/s, "$1");
		// A label may tell how to call the image.
		const isCommand = keyword === "LABEL" ? /^\$\([a-z][^()]*\)$/.test(whole) : /\$\([a-z][\w./-]*[\t )]/.test(whole);
		if (!isCommand && (keyword === "LABEL" || file.escape === "`" || !/^`[a-z][^`]*`$/.test(whole))) continue;
		if (evaluates(file)) return undefined;
		return { span: valueSpan, message: `The builder runs no commands: ${shortened(name, 25)} is the text ${shortened(whole, 30)}` };
	}
	return undefined;
}
