import { shortened } from "../../text.ts";
import { inCommands, NOTHING, type ShellCheck, type ShellDefect } from "./defect.ts";

const READS_FILES = new Set([
	"cat",
	"sed",
	"awk",
	"gawk",
	"mawk",
	"grep",
	"egrep",
	"fgrep",
	"sort",
	"uniq",
	"tr",
	"cut",
	"head",
	"tail",
	"jq",
	"envsubst",
	"tac",
	"xz",
	"gzip",
]);

/** `sort a > a`: the file is empty before the program reads it. */
export const overwritesWhatItReads = inCommands((command) => {
	if (command.redirects.length === 0) return NOTHING;
	const redirect = command.redirects.find(
		({ operator, fileDescriptor }) => (operator === ">" || operator === ">|") && (fileDescriptor ?? 1) === 1,
	);
	const file = redirect?.target?.value;
	if (redirect === undefined || file === undefined || file.startsWith("/dev/")) return [];
	const members = command.pipeline?.commands ?? [command];
	const reader = members.find(
		(member) =>
			READS_FILES.has(member.program ?? "") &&
			(member.args
				.slice(member === members[0] || member.program === "cat" ? 0 : 1)
				.some((word) => word.value === file && !word.text.startsWith("-")) ||
				member.redirects.some(({ operator, target }) => operator === "<" && target?.value === file)),
	);
	// `sed -i` and the like write by themselves; a subshell in between makes no difference.
	if (reader === undefined || members[members.length - 1] !== command) return [];
	return [{ span: redirect.span, message: `${shortened(file, 40)} is emptied before ${reader.program} reads it` }];
});

/** The names under which a program finds its own output and its own errors. */
const OWN_OUTPUTS = /^\/(?:dev\/(?:stdout|stderr|fd\/[12])|proc\/self\/fd\/[12])$/;

/** `a 2>&1 > log`: errors still go where the output went before. */
export const errorsRedirectedTooEarly = inCommands((command) => {
	const { redirects, pipeline } = command;
	if (redirects.length < 2) return NOTHING;
	const early = redirects.findIndex(
		({ operator, fileDescriptor, target }) => operator === ">&" && fileDescriptor === 2 && target?.value === "1",
	);
	const first = redirects[early];
	const late = redirects[early + 1];
	if (first === undefined || late === undefined || pipeline !== undefined || command.within.includes("substitution")) return [];
	if (!/^>{1,2}$/.test(late.operator) || (late.fileDescriptor ?? 1) !== 1 || redirects.length !== early + 2) return [];
	// Behind 2>&1 both of these are where the output went before.
	if (OWN_OUTPUTS.test(late.target?.value ?? "")) return [];
	const edits = [
		{ span: { start: first.span.start, end: late.span.start }, newText: "" },
		{ span: { start: late.span.end, end: late.span.end }, newText: " 2>&1" },
	];
	return [
		{
			span: first.span,
			message: "2>&1 stands too early: errors do not go where the output goes",
			...(command.decoded || first.span.end > late.span.start ? {} : { repair: { title: "Put 2>&1 at the end", edits } }),
		},
	];
});

/** `cat FILE | COMMAND`: the command can read the file itself. */
export const needlessCat: ShellCheck = ({ script: { pipelines } }) =>
	pipelines.length === 0
		? NOTHING
		: pipelines.flatMap((pipeline): readonly ShellDefect[] => {
				const [cat, next] = pipeline.commands;
				const file = cat?.args[0];
				if (cat?.program !== "cat" || cat.args.length !== 1 || file === undefined || cat.redirects.length > 0 || next === undefined)
					return [];
				// Which command of a group or a loop reads it, nobody can tell.
				if (next.within.length !== pipeline.within.length) return [];
				if (file.text.startsWith("-") || /[*?[]/.test(file.text) || (file.value === undefined && !file.quoted)) return [];
				return [
					{ span: cat.span, message: `cat only hands ${shortened(file.text, 40)} to ${next.program ?? "the next command"}`, minor: "hint" },
				];
			});
