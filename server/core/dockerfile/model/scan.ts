import { type MappedText, mappedTextBuilder, sourceSpan } from "../../mappedText.ts";
import { type LineStarts, lineStartsOf, type Span } from "../../text.ts";
import { skipSpace, trimEnd } from "../syntax/characters.ts";
import { type DirectiveReader, directiveReader } from "../syntax/directives.ts";
import { type Heredoc, heredocWords } from "../syntax/heredoc.ts";
import { type ParsedLine, parseLine } from "../syntax/line.ts";
import type { Comment, Instruction, Structure, StructureError } from "../syntax/structure.ts";

/** The longest physical line that BuildKit reads, in bytes. */
const LONGEST_LINE = 65535;

/**
 * Cuts a Dockerfile into instructions. Never throws; takes time linear in the length of the text.
 * The rules are BuildKit's, observed in its parser and pinned by the corpus test.
 */
export function scan(text: string): Structure {
	const lines = physicalLines(text);
	const scanner: Scanner = { text, lines, next: 0, directives: directiveReader(), instructions: [], comments: [], errors: [] };
	for (const line of lines.tooLong) {
		scanner.errors.push({ message: `dockerfile line greater than max allowed size of ${LONGEST_LINE}`, span: lineSpan(lines, line), line });
	}
	while (scanner.next < lines.count) scanInstruction(scanner);
	scanner.errors.push(...scanner.directives.errors);
	if (scanner.instructions.length === 0 && scanner.errors.length === 0) {
		scanner.errors.push({ message: "file with no instructions", span: { start: 0, end: 0 }, line: 0 });
	}
	return {
		text,
		lineStarts: lines.starts,
		lineBreak: lines.carriageReturns * 2 > lines.count ? "\r\n" : "\n",
		escape: scanner.directives.escape(),
		directives: scanner.directives.directives,
		instructions: scanner.instructions,
		comments: scanner.comments,
		errors: scanner.errors.sort((a, b) => a.line - b.line),
	};
}

interface Lines {
	readonly starts: LineStarts;
	/** The offset behind the last character of each line that is neither CR nor LF. */
	readonly ends: readonly number[];
	/** Without the empty one behind a final line break. */
	readonly count: number;
	readonly carriageReturns: number;
	readonly tooLong: readonly number[];
}

function physicalLines(text: string): Lines {
	const starts = lineStartsOf(text);
	const count = starts[starts.length - 1] === text.length ? starts.length - 1 : starts.length;
	const ends: number[] = [];
	const tooLong: number[] = [];
	let carriageReturns = 0;
	for (let line = 0; line < count; line++) {
		const start = starts[line] as number;
		const next = starts[line + 1];
		let end = next === undefined ? text.length : next - 1;
		if (end - start > LONGEST_LINE / 3 && byteLength(text, start, end) > LONGEST_LINE) tooLong.push(line);
		if (end > start && text.charCodeAt(end - 1) === 0x0d) carriageReturns++;
		while (end > start && text.charCodeAt(end - 1) === 0x0d) end--;
		ends.push(end);
	}
	return { starts, ends, count, carriageReturns, tooLong };
}

function byteLength(text: string, start: number, end: number): number {
	let bytes = 0;
	for (let at = start; at < end; at++) {
		const code = text.charCodeAt(at);
		bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
	}
	return bytes;
}

interface Scanner {
	readonly text: string;
	readonly lines: Lines;
	/** The next physical line to read. */
	next: number;
	readonly directives: DirectiveReader;
	readonly instructions: Instruction[];
	readonly comments: Comment[];
	readonly errors: StructureError[];
}

function lineSpan(lines: Lines, line: number): Span {
	return { start: lines.starts[line] ?? 0, end: lines.ends[line] ?? 0 };
}

/** Reads the next instruction with its continued lines and heredocs, or one line that holds none. */
function scanInstruction(scanner: Scanner): void {
	const { text, lines } = scanner;
	const firstLine = scanner.next++;
	const end = lines.ends[firstLine] as number;
	let start = lines.starts[firstLine] as number;
	if (firstLine === 0 && text.charCodeAt(0) === 0xfeff) start++;
	start = skipSpace(text, start, end);
	const directive = scanner.directives.read(text, start, end, firstLine);
	if (text[start] === "#") {
		if (directive === undefined) scanner.comments.push(commentAt(text, start, end, firstLine));
		return;
	}
	const escape = scanner.directives.escape();
	const builder = mappedTextBuilder();
	let kept = continuedUpTo(text, start, end, escape);
	builder.add(text.slice(start, kept ?? end), start);
	if (kept === undefined && start === end) return;
	const emptyContinuations: number[] = [];
	let lastLine = firstLine;
	while (kept !== undefined && scanner.next < lines.count) {
		const line = scanner.next++;
		const lineEnd = lines.ends[line] as number;
		const lineStart = lines.starts[line] as number;
		const content = skipSpace(text, lineStart, lineEnd);
		lastLine = line;
		if (text[content] === "#" && content < lineEnd) {
			scanner.comments.push(commentAt(text, content, lineEnd, line));
			continue;
		}
		if (content === lineEnd) {
			emptyContinuations.push(line);
			continue;
		}
		kept = continuedUpTo(text, lineStart, lineEnd, escape);
		builder.add(text.slice(lineStart, kept ?? lineEnd), lineStart);
	}
	const parsed = parseLine(builder.build(), escape);
	const span = { start, end: lines.ends[lastLine] as number };
	if (parsed.error !== undefined) scanner.errors.push({ message: parsed.error, span, line: firstLine });
	const heredocs = parsed.mayHaveHeredocs ? scanHeredocs(scanner, parsed, lastLine) : [];
	lastLine = heredocs[heredocs.length - 1]?.lastLine ?? lastLine;
	scanner.instructions.push(
		instructionOf(
			parsed,
			{ start: sourceStart(parsed.line, start), end: lines.ends[lastLine] as number },
			{ firstLine, lastLine, heredocs, emptyContinuations },
		),
	);
}

function sourceStart(line: MappedText, fallback: number): number {
	const at = skipSpace(line.text, 0);
	return at < line.text.length ? sourceSpan(line, at, at + 1).start : fallback;
}

interface Placement {
	readonly firstLine: number;
	readonly lastLine: number;
	readonly heredocs: readonly Heredoc[];
	readonly emptyContinuations: readonly number[];
}

function instructionOf(parsed: ParsedLine, span: Span, placement: Placement): Instruction {
	const { error: _, mayHaveHeredocs: __, trigger, ...parts } = parsed;
	return {
		...parts,
		...placement,
		span,
		trigger: trigger === undefined ? undefined : instructionOf(trigger, { start: trigger.keywordSpan.start, end: span.end }, placement),
	};
}

/** The offset up to which a line counts if it is continued on the next one; undefined if it is not. */
function continuedUpTo(text: string, start: number, end: number, escape: string): number | undefined {
	let at = end;
	while (at > start && (text.charCodeAt(at - 1) === 0x20 || text.charCodeAt(at - 1) === 0x09)) at--;
	if (at === start || text[at - 1] !== escape) return undefined;
	if (at - 1 > start && text[at - 2] === escape) return undefined;
	return at - 1;
}

function commentAt(text: string, start: number, end: number, line: number): Comment {
	const from = skipSpace(text, start + 1, end);
	const to = trimEnd(text, from, end);
	return { text: text.slice(from, to), span: { start, end }, textSpan: { start: from, end: to }, line };
}

function scanHeredocs(scanner: Scanner, parsed: ParsedLine, lineOfWord: number): readonly Heredoc[] {
	const heredocs: Heredoc[] = [];
	let lastLine = lineOfWord;
	for (const word of heredocWords(parsed.line.text)) {
		const wordSpan = sourceSpan(parsed.line, word.at, word.at + word.length);
		const body = readBody(scanner, word.name, word.stripTabs);
		if (body.lastLine !== undefined) lastLine = body.lastLine;
		if (!body.terminated) {
			scanner.errors.push({ message: "unterminated heredoc", span: wordSpan, line: lineOfWord });
		}
		heredocs.push({
			name: word.name,
			expand: word.expand,
			stripTabs: word.stripTabs,
			fileDescriptor: word.fileDescriptor,
			wordSpan,
			at: word.at,
			body: body.text,
			firstLine: body.firstLine,
			lastLine,
			terminated: body.terminated,
		});
	}
	return heredocs;
}

interface HeredocBody {
	readonly text: MappedText;
	readonly firstLine: number;
	readonly lastLine: number | undefined;
	readonly terminated: boolean;
}

function readBody(scanner: Scanner, name: string, stripTabs: boolean): HeredocBody {
	const { text, lines } = scanner;
	const builder = mappedTextBuilder();
	const firstLine = Math.min(scanner.next, lines.count - 1);
	let lastLine: number | undefined;
	while (scanner.next < lines.count) {
		const line = scanner.next++;
		lastLine = line;
		let start = lines.starts[line] as number;
		if (stripTabs) while (text.charCodeAt(start) === 0x09) start++;
		const end = lines.ends[line] as number;
		if (end - start === name.length && text.startsWith(name, start)) {
			return { text: builder.build(), firstLine, lastLine, terminated: true };
		}
		builder.add(text.slice(start, lines.starts[line + 1] ?? text.length), start);
	}
	return { text: builder.build(), firstLine, lastLine, terminated: false };
}
