import { type MappedText, sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";

/** A repository that an instruction writes into apt's list of sources. */
export interface AptSource {
	readonly step: Step;
	/** The word or the line that holds it. */
	readonly span: Span;
	/** The address, with `${NAME}` for variables; a null character stands for a command substitution. */
	readonly uri: string;
	/** `bookworm`, `stable` …; a path with a slash at its end, where the repository has neither suites nor components. */
	readonly suites: readonly string[];
	/** `main`, `contrib` … */
	readonly components: readonly string[];
	/** `name=value` pairs: those in brackets, or the fields of a `.sources` file. Names are lower case. */
	readonly options: ReadonlyMap<string, string>;
	/**
	 * Where an option goes: `[signed-by=…] ` at a line without brackets, ` signed-by=…` in front of the closing one. Undefined where
	 * the place is not known, and for add-apt-repository: it takes `arch` and `trusted` only (seen on Debian 12).
	 */
	readonly insertion: { readonly offset: number; readonly brackets: boolean } | undefined;
	/** The file that the command writes, as far as its name is known. */
	readonly file: string | undefined;
}

const DEB = /\bdeb\b/;
const NO_SOURCES: readonly AptSource[] = [];

/** The `deb` lines and the `.sources` entries that a RUN or COPY writes with echo, printf, add-apt-repository or a heredoc. */
export const aptSourcesOf = remembered((step: Step): readonly AptSource[] => {
	if (step.heredocs.length === 0 && (step.keyword !== "RUN" || !DEB.test(step.line.text))) return NO_SOURCES;
	const bodies = step.heredocs.filter(({ body }) => DEB.test(body.text));
	const inBodies = bodies.flatMap(({ body }) => [...linesOf(step, body), ...entriesOf(step, body)]);
	if (step.keyword !== "RUN" || (bodies.length === 0 && !DEB.test(step.line.text))) return inBodies;
	const inCommands = commandsOf(step).flatMap((command) => commandSources(step, command));
	// What a script in a heredoc echoes is found twice: as its line and as a word.
	return [
		...inCommands,
		...inBodies.filter((source) => !inCommands.some(({ span }) => span.start <= source.span.end && source.span.start <= span.end)),
	];
});

function commandSources(step: Step, command: ShellCommand): readonly AptSource[] {
	const writes = isWriter(command);
	if (!writes && !/^(?:add-apt-repository|apt-add-repository)$/.test(command.program ?? "")) return [];
	const words = command.args.filter((word) => !/^-/.test(word.text));
	const file = targetOf(command);
	if (isNotForApt(step, command, file)) return [];
	const first = words[0];
	// `echo deb https://… > file`: the line is several words.
	if (first !== undefined && /^deb(?:-src)?$/.test(first.value ?? "") && words.length > 2) {
		const source = sourceIn(step, words.map(comparable).join(" "), {
			start: first.span.start,
			end: command.args[command.args.length - 1]?.span.end ?? first.span.end,
		});
		return source === undefined ? [] : [{ ...source, file }];
	}
	return words.flatMap((word) => {
		const found: AptSource[] = [];
		for (const line of comparable(word).replaceAll("\\n", "\n").split("\n")) {
			const source = sourceIn(step, line, word.span);
			// `deb` and `deb-src` of one repository are one.
			if (source !== undefined && !found.some(({ uri }) => uri === source.uri))
				found.push({ ...source, file, insertion: writes ? placeInWord(word) : undefined });
		}
		return found;
	});
}

function isWriter({ program }: ShellCommand): boolean {
	return program === "echo" || program === "printf";
}

/** Whether a text is only shown, or goes to a file that apt does not read and nothing else of the step names. */
function isNotForApt(step: Step, command: ShellCommand, file: string | undefined): boolean {
	if (!isWriter(command)) return false;
	if (file === undefined)
		return command.within.length === 0 && command.pipeline === undefined && !commandsOf(step).some(({ program }) => program === "exec");
	return /^\/[\w./-]+$/.test(file) && !file.includes("/etc/apt") && step.line.text.split(file).length === 2;
}

/** The file that a command's output goes to, by redirection or through tee. */
function targetOf(command: ShellCommand): string | undefined {
	const redirect = command.redirects.find(({ operator, fileDescriptor }) => /^>[>|]?$/.test(operator) && (fileDescriptor ?? 1) === 1);
	if (redirect?.target !== undefined) return comparable(redirect.target);
	const tee = command.pipeline?.commands.flatMap((member) => [...(member.name === undefined ? [] : [member.name]), ...member.args]) ?? [];
	const at = tee.findIndex((word) => word.value === "tee");
	const file = at === -1 ? undefined : tee.slice(at + 1).find((word) => !word.text.startsWith("-"));
	return file === undefined ? undefined : comparable(file);
}

/** Where options go in a word with a single `deb` line. */
function placeInWord(word: ShellWord): AptSource["insertion"] {
	if (word.span.end - word.span.start !== word.text.length) return undefined;
	return placeIn(word.text, (at) => word.span.start + at);
}

function placeIn(text: string, offset: (at: number) => number): AptSource["insertion"] {
	const match = /\bdeb[ \t]+(\[)?/.exec(text);
	if (match === null || /(?:^|\\n)[ \t]*deb(?:-src)?[ \t]/.test(text.slice(match.index + match[0].length))) return undefined;
	if (match[1] === undefined) return { offset: offset(match.index + match[0].length), brackets: false };
	let end = text.indexOf("]", match.index);
	if (end === -1) return undefined;
	while (text[end - 1] === " ") end--;
	return { offset: offset(end), brackets: true };
}

function linesOf(step: Step, body: MappedText): readonly AptSource[] {
	const found: AptSource[] = [];
	for (let at = 0; at < body.text.length; ) {
		const next = body.text.indexOf("\n", at);
		const end = next === -1 ? body.text.length : next;
		const line = body.text.slice(at, end);
		const start = at;
		const source = /^\s*deb/.test(line)
			? sourceIn(step, line, sourceSpan(body, at + (line.length - line.trimStart().length), at + line.trimEnd().length))
			: undefined;
		if (source !== undefined) found.push({ ...source, insertion: placeIn(line, (offset) => sourceOffset(body, start + offset)) });
		at = end + 1;
	}
	return found;
}

/** `deb [options] uri suite …`; undefined for another text. */
function sourceIn(step: Step, line: string, span: Span): AptSource | undefined {
	const match = /^\s*deb(?:-src)?[ \t]+(?:\[([^\]]*)\][ \t]*)?([^\s[\]]+)[ \t]+(\S[^#]*)/.exec(line);
	const uri = match?.[2];
	const [suite = "", ...components] = (match?.[3] ?? "").trim().split(/\s+/);
	if (match === null || uri === undefined || !/[:$\0]/.test(uri)) return undefined;
	const options = new Map(
		(match[1] ?? "").split(/[ \t]+/).flatMap((option): [string, string][] => {
			const equals = option.indexOf("=");
			return equals === -1 ? [] : [[option.slice(0, equals).toLowerCase(), option.slice(equals + 1)]];
		}),
	);
	return { step, span, uri, suites: [suite], components, options, insertion: undefined, file: undefined };
}

/** The stanzas of a file in the form of deb822: `Types: deb`, `URIs: …`. */
function entriesOf(step: Step, body: MappedText): readonly AptSource[] {
	const found: AptSource[] = [];
	let at = 0;
	for (const stanza of body.text.split(/(?<=\n)[ \t]*\r?\n/)) {
		const start = body.text.indexOf(stanza, at);
		at = start + stanza.length;
		const fields = new Map(
			stanza.split("\n").flatMap((line): [string, string][] => {
				const colon = line.indexOf(":");
				return colon <= 0 || /\s/.test(line[0] ?? "") ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
			}),
		);
		const uri = fields.get("uris");
		if (uri === undefined || !/^deb/.test(fields.get("types") ?? "")) continue;
		const place = start + stanza.search(/^uris:/im);
		const end = body.text.indexOf("\n", place);
		const span = sourceSpan(body, place, (end === -1 ? body.text.length : end) - (body.text[end - 1] === "\r" ? 1 : 0));
		found.push({
			step,
			span,
			uri: uri.split(/\s/)[0] ?? "",
			suites: listIn(fields.get("suites")),
			components: listIn(fields.get("components")),
			options: fields,
			insertion: undefined,
			file: undefined,
		});
	}
	return found;
}

function listIn(field: string | undefined): readonly string[] {
	return (field ?? "").split(/\s+/).filter((word) => word !== "");
}
