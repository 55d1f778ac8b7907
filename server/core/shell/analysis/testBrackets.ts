import { shortened } from "../../text.ts";
import type { ShellCommand, ShellWord } from "../model.ts";
import { inCommands, NOTHING, type ShellCheck, type ShellDefect, standsInDoubleQuotes } from "./defect.ts";

/** The words between `[` and `]`, or behind `test`; undefined for other commands. */
function testWords({ program, name, args }: ShellCommand): readonly ShellWord[] | undefined {
	if (name?.value === "[") return args[args.length - 1]?.value === "]" ? args.slice(0, -1) : undefined;
	return program === "test" ? args : undefined;
}

/** `[ a = b]`: the bracket has no end. */
export const unclosedTest = inCommands((command) => {
	if (command.name?.value !== "[") return NOTHING;
	const last = command.args[command.args.length - 1];
	if (last === undefined || last.value === "]" || last.parts[0]?.kind !== "text") return [];
	if (command.args.some(({ value }) => value === "]")) return [];
	if (last.value === undefined && !last.text.endsWith("]")) return [];
	const span = last.span;
	const blank = last.text.endsWith("]") && last.text.length > 1 && !command.decoded;
	return [
		{
			span,
			message: "The test has no ] of its own",
			...(blank
				? { repair: { title: "Put a blank in front of ]", edits: [{ span: { start: span.end - 1, end: span.end - 1 }, newText: " " }] } }
				: {}),
		},
	];
});

/** `[ "$A"="b" ]`, `[[ $A!=b ]]`: one word, and a word is always true. */
export const testOfOneWord = inCommands((command) => {
	const words = command.name?.value === "[[" ? command.args.slice(0, -1) : testWords(command);
	if (words === undefined) return NOTHING;
	const word = words.length === 1 ? words[0] : undefined;
	if (
		word === undefined ||
		!/[^=<>]==?[^=]/.test(word.text) ||
		/^[-(]/.test(word.text) ||
		word.text.includes("$(") ||
		word.text.includes("`")
	)
		return [];
	const joined = word.parts.some((part) => part.kind === "text" && /^!?==?|[^=]==?$|[^=]=[^=]/.test(part.text));
	return joined ? [{ span: word.span, message: `${shortened(word.text, 40)} is one word: the test is always true` }] : [];
});

/** `[ a > b ]` writes a file. */
export const testThatRedirects = inCommands((command) => {
	if (command.redirects.length === 0 || testWords(command) === undefined) return NOTHING;
	const redirect = command.redirects.find(
		({ operator, fileDescriptor, target, span }) =>
			(operator === ">" || operator === "<") &&
			fileDescriptor === undefined &&
			target?.value !== "/dev/null" &&
			span.end < command.span.end,
	);
	if (redirect === undefined) return [];
	const file = shortened(redirect.target?.text ?? "", 40);
	return [
		{
			span: redirect.span,
			message:
				redirect.operator === ">"
					? `The test writes a file ${file}, and compares nothing`
					: `The test reads a file ${file}, and compares nothing`,
		},
	];
});

/** `[ 1.5 -gt 1 ]`: only whole numbers can be compared. */
export const testOfNoNumber = inCommands((command) => {
	const words = testWords(command);
	if (words === undefined) return NOTHING;
	return words.flatMap((word, index): readonly ShellDefect[] => {
		if (!/^-(?:eq|ne|lt|le|gt|ge)$/.test(word.value ?? "")) return [];
		const wrong = [words[index - 1], words[index + 1]].find(
			(operand) => operand?.value !== undefined && !/^\s*[-+]?\d+\s*$/.test(operand.value),
		);
		return wrong === undefined
			? []
			: [{ span: wrong.span, message: `${word.value} compares whole numbers, and ${shortened(wrong.text, 40)} is none` }];
	});
});

/** `[ -n $A ]` and `[ $A = b ]`: without a value the word is gone. */
export const unquotedTest: ShellCheck = (context) => {
	const defects = unquotedTests(context);
	if (defects.length === 0) return NOTHING;
	const first = new Map<string, ShellDefect>();
	for (const defect of defects) {
		// A variable that a script tests again and again is one defect, repaired at once.
		const known = first.get(defect.message);
		const edits = [...(known?.repair?.edits ?? []), ...(defect.repair?.edits ?? [])];
		const repair = (known ?? defect).repair;
		first.set(defect.message, { ...(known ?? defect), ...(repair === undefined ? {} : { repair: { ...repair, edits } }) });
	}
	return [...first.values()];
};

const unquotedTests = inCommands((command, { valueOf }) => {
	const words = testWords(command);
	if (words === undefined) return NOTHING;
	return words.flatMap((word, index): readonly ShellDefect[] => {
		const part = word.parts.length === 1 ? word.parts[0] : undefined;
		if (part?.kind !== "variable" || part.quoted || part.operator !== undefined || !/^[A-Za-z_]\w*$/.test(part.name)) return [];
		const repair =
			command.decoded || standsInDoubleQuotes(command)
				? {}
				: {
						repair: {
							title: "Put quotes around it",
							edits: [
								{ span: { start: word.span.start, end: word.span.start }, newText: '"' },
								{ span: { start: word.span.end, end: word.span.end }, newText: '"' },
							],
						},
					};
		if (words.length === 2 && index === 1 && words[0]?.value === "-n")
			return [{ span: word.span, message: `[ -n ${shortened(word.text, 30)} ] is true without a value, too`, ...repair }];
		const compared =
			/^(?:!?=|==|-(?:eq|ne|lt|le|gt|ge))$/.test(words[index + 1]?.value ?? "") ||
			/^(?:!?=|==|-(?:eq|ne|lt|le|gt|ge))$/.test(words[index - 1]?.value ?? "");
		const value = compared ? valueOf(command, part.name) : undefined;
		if (value?.kind === "empty" || value?.kind === "given") {
			const message = `Without a value of ${shortened(part.name, 30)} the test is an error`;
			return [{ span: word.span, message, ...(value.kind === "given" ? { minor: "info" as const } : {}), ...repair }];
		}
		if (value?.kind === "text" && /\s/.test(value.text.trim()))
			return [{ span: word.span, message: `The value of ${shortened(part.name, 30)} has blanks: the test is an error`, ...repair }];
		return [];
	});
});
