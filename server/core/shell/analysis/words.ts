import { shortened } from "../../text.ts";
import { inCommands, NOTHING, type ShellDefect } from "./defect.ts";

/** Programs whose arguments are names of files. */
const TAKES_FILES: ReadonlySet<string> = new Set([
	"cd",
	"mkdir",
	"touch",
	"rm",
	"cp",
	"mv",
	"ln",
	"cat",
	"ls",
	"chmod",
	"chown",
	"tee",
	"source",
	".",
	"install",
]);

/** `mkdir "~/a"`: between quotes a tilde is a letter. */
export const quotedTilde = inCommands((command) => {
	if (!TAKES_FILES.has(command.program ?? "")) return NOTHING;
	return command.args.flatMap((word): readonly ShellDefect[] => {
		if (!/^["']~(?:\/|["'])/.test(word.text)) return [];
		const home = word.text.startsWith('"') && !command.decoded;
		const tilde = { start: word.span.start + 1, end: word.span.start + 2 };
		return [
			{
				span: word.span,
				message: `${shortened(word.text, 40)} is not the home directory: the tilde is quoted`,
				...(home ? { repair: { title: "Write $HOME", edits: [{ span: tilde, newText: "$HOME" }] } } : {}),
			},
		];
	});
});

/** Tests of find whose next word is a pattern, whatever it looks like. */
const TAKES_PATTERN = /^-i?(?:name|path|wholename|lname|regex)$/;

/** `find -exec a {}` without an end. */
export const openFindExec = inCommands((command) => {
	if (command.program !== "find") return NOTHING;
	const at = command.args.findLastIndex(
		({ value }, index) => (value === "-exec" || value === "-execdir") && !TAKES_PATTERN.test(command.args[index - 1]?.text ?? ""),
	);
	const option = command.args[at];
	if (option === undefined || command.args.slice(at).some(({ value }) => value === ";" || value === "+")) return [];
	if (command.args.slice(at).some(({ value }) => value === undefined)) return [];
	return [{ span: option.span, message: `${option.text} has no end: \\; or + is missing` }];
});
