import { flagKind } from "../../knowledge/instructionFlags.ts";
import { applyEdits, type SpanEdit } from "../../text.ts";
import type { Dockerfile } from "../model/model.ts";
import { scan } from "../model/scan.ts";
import type { Instruction } from "../syntax/structure.ts";
import { splitAtBlanks } from "../syntax/words.ts";

/** Whether the builder takes what an instruction becomes by an edit in it. */
export function splitsWell(file: Dockerfile, { span }: Instruction, edit: SpanEdit): boolean {
	if (edit.span.start < span.start) return false;
	const moved = { span: { start: edit.span.start - span.start, end: edit.span.end - span.start }, newText: edit.newText };
	const head = file.escape === "\\" ? "" : "# escape=`\n";
	const { errors, instructions } = scan(head + applyEdits(file.text.slice(span.start, span.end), [moved]));
	return (
		errors.length === 0 &&
		instructions
			.flatMap((part) => (part.trigger === undefined ? [part] : [part, part.trigger]))
			.every(
				(part) =>
					hasItsArguments(part) &&
					(part.keyword !== "SHELL" || part.exec !== undefined) &&
					part.flags.every(({ name }) => flagKind(part.keyword, name) !== undefined),
			)
	);
}

/** As far as the keyword tells how many there have to be. */
function hasItsArguments(part: Instruction): boolean {
	const { keyword, arguments: args, exec, heredocs } = part;
	const words = exec?.values ?? splitAtBlanks(args).map(({ text }) => text);
	if (args.text === "" || startsNoComment(part) || (exec === undefined && /^\[\s*['"]/.test(args.text))) return false;
	if (keyword === "COPY" || keyword === "ADD")
		return heredocs.length > 0 || words.length === 2 || (words.length > 2 && words.at(-1)?.endsWith("/") === true);
	if (keyword === "FROM") return words.length === 1 || (words.length === 3 && words[1]?.toLowerCase() === "as");
	return words.length === 1 || !/^(?:USER|STOPSIGNAL)$/.test(keyword);
}

/** `USER app # note`: there are no comments behind arguments, and commands alone are read by a shell that has them. */
function startsNoComment({ keyword, arguments: { text } }: Instruction): boolean {
	return !/^(?:RUN|CMD|ENTRYPOINT)$/.test(keyword) && /[ \t]#/.test(text);
}
