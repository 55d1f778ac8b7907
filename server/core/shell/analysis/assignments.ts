import { shortened } from "../../text.ts";
import { inCommands, NOTHING } from "./defect.ts";

/** Programs with arguments that begin with an equals sign: comparisons, texts, and versions of packages (Gentoo's atoms, package(5)). */
const TAKES_EQUALS_SIGN = /^(?:test|expr|let|echo|printf|emerge|ebuild|equery|qlist|eix|cave|etcat)$/;

/** `NAME = value` runs a program called NAME. */
export const assignmentWithBlanks = inCommands((command) => {
	const { name, args } = command;
	const first = args[0];
	if (!first?.text.startsWith("=") || name?.value === undefined || name.quoted) return NOTHING;
	if (!/^[A-Za-z_]\w*$/.test(name.value) || TAKES_EQUALS_SIGN.test(name.value)) return [];
	if (first.text !== "=" && !(/^=[^=~]/.test(first.text) && args.length === 1)) return [];
	const value = first.text === "=" ? args[1] : first;
	const span = { start: name.span.start, end: first.span.end };
	const single = args.length <= 2 && value !== undefined && !command.decoded;
	return [
		{
			span,
			message: `This runs a program called ${shortened(name.value, 40)}: blanks stand around =`,
			...(single
				? {
						repair: {
							title: "Remove the blanks",
							edits: [{ span: { start: name.span.end, end: value.span.start }, newText: first.text === "=" ? "=" : "" }],
						},
					}
				: {}),
		},
	];
});

/** `$NAME=value` runs a program, too. */
export const assignmentToValue = inCommands((command) => {
	const { name } = command;
	if (name === undefined || name.parts.length < 2) return NOTHING;
	const [first, second] = name.parts;
	if (first?.kind !== "variable" || first.quoted || first.operator !== undefined || !/^[A-Za-z_]\w*$/.test(first.name)) return [];
	if (second?.kind !== "text" || !second.text.startsWith("=") || !name.text.startsWith(`$${first.name}=`)) return [];
	const dollar = { start: name.span.start, end: name.span.start + 1 };
	return [
		{
			span: name.span,
			message: `$${shortened(first.name, 40)} is not assigned to: its value is taken for a program`,
			...(command.decoded ? {} : { repair: { title: "Remove the dollar sign", edits: [{ span: dollar, newText: "" }] } }),
		},
	];
});
