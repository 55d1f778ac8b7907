import { shortened } from "../../text.ts";
import { inCommands, NOTHING, type ShellDefect } from "./defect.ts";

/** `rm -rf $DIR/*`: without a value it is the root that is removed. */
export const removalByEmptyVariable = inCommands((command, { valueOf }) => {
	if (command.program !== "rm" || !command.args.some(({ parts }) => parts[0]?.kind === "variable")) return NOTHING;
	if (!command.args.some(({ text }) => /^-[a-zA-Z]*[rR]|^--recursive$/.test(text))) return [];
	return command.args.flatMap((word): readonly ShellDefect[] => {
		const [first, second] = word.parts;
		if (
			first?.kind !== "variable" ||
			first.operator !== undefined ||
			second?.kind !== "text" ||
			!/^\/(?:\*|[a-z]*\/?\*?$)/.test(second.text)
		)
			return [];
		const value = valueOf(command, first.name);
		if (value.kind !== "empty" && value.kind !== "given") return [];
		const at = word.text.indexOf("$");
		const written = word.text.startsWith(`\${${first.name}}`, at) ? `\${${first.name}}` : `$${first.name}`;
		const inPlace = !command.decoded && word.text.startsWith(written, at) && word.span.end - word.span.start === word.text.length;
		const span = { start: word.span.start + at, end: word.span.start + at + written.length };
		return [
			{
				span: word.span,
				message: `Without a value of ${shortened(first.name, 30)} this removes ${shortened(second.text, 30)}`,
				...(inPlace ? { repair: { title: "Stop without a value", edits: [{ span, newText: `\${${first.name}:?}` }] } } : {}),
			},
		];
	});
});
