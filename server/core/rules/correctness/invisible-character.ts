import { passiveSpans } from "../../dockerfile/commands/scriptText.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { DASH_LIKE, DASHES, DIRECTIONAL, INVISIBLE, isDash, JOINERS, QUOTES, SPACES } from "../../knowledge/invisibleCharacters.ts";
import { contains, type SpanEdit } from "../../text.ts";
import { isAscii } from "../../textBytes.ts";
import { defineRule, type Report } from "../rule.ts";

const SUSPICIOUS =
	/[\u00ad\u061c\u180e\u00a0\u1680\u2000-\u2015\u2018\u2019\u201c-\u201e\u2028-\u202f\u205f-\u2064\u2066-\u2069\u2212\u3000\ufeff]/;

type Kind = "directional" | "invisible" | "space" | "dash" | "quote";

export const invisibleCharacter = defineRule({
	id: "invisible-character",
	title: "A character is not what it looks like",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Directional controls make a line look different from what the builder reads (CVE-2021-42574): a reviewer sees a comment where there is a command. A zero width space in a name, a no-break space between words, a long dash in front of a flag or a curly quote come with text that is copied from a document or a chat: the builder or the shell takes them for letters like others.",
	remedy:
		"Delete the character, or type the plain one in its place. Between quotes, in labels and in comments any text is fine, but for directional controls.",
	references: ["https://www.unicode.org/reports/tr55/", "https://nvd.nist.gov/vuln/detail/CVE-2021-42574"],
	examples: [
		{
			caption: "A dash in place of two hyphens",
			bad: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY «—»from=build /app /app\n",
			fixed: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
		{ caption: "Two hyphens", good: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n" },
		{
			caption: "A dash in place of two hyphens, or of one",
			bad: "FROM debian:12\nCOPY «\u2014»from=x /a /a\nRUN apt-get install «\u2013»y curl \u2013\u2013no-install-recommends\n",
			fixed: "FROM debian:12\nCOPY --from=x /a /a\nRUN apt-get install -y curl --no-install-recommends\n",
		},
		{
			caption: "Two minus signs",
			bad: "FROM debian:12\nCOPY «\u2212»\u2212from=a /x /y\nRUN curl «\u2212»\u2212silent x\n",
			fixed: "FROM debian:12\nCOPY --from=a /x /y\nRUN curl --silent x\n",
		},
		{
			caption: "Separators of lines and paragraphs, which end no line here",
			bad: "FROM debian:12\nRUN a«\u2028»b\nUSER a«\u2029»\n",
			fixed: "FROM debian:12\nRUN a b\nUSER a \n",
		},
		{
			caption: "Spaces",
			bad: "FROM debian:12\nUSER«\u00a0»app\nRUN a &&«\u00a0»b\u3000c\n",
			fixed: "FROM debian:12\nUSER app\nRUN a && b c\n",
		},
		{
			caption: "Nothing to see",
			bad: "FROM debian«\u200b»:12\nENV A«\ufeff»=1\nCOPY a\\\n  # b\n  c«\u2060» /d\n",
			fixed: "FROM debian:12\nENV A=1\nCOPY a\\\n  # b\n  c /d\n",
		},
		{
			caption: "Curly quotes",
			bad: "FROM debian:12\nENV A=«\u201c»b c\u201d\nRUN echo «\u2018»d\u2019\n",
			fixed: "FROM debian:12\nENV A=\"b c\"\nRUN echo 'd'\n",
		},
		{
			caption: "Options of one letter, several at once",
			bad: "FROM debian:12\nRUN ls «\u2013»la && tar \u2013xzf a && curl \u2013fsSLo b c && d \u2013help\n",
			fixed: "FROM debian:12\nRUN ls -la && tar -xzf a && curl -fsSLo b c && d --help\n",
		},
		{
			caption: "Directional controls, in comments, too",
			bad: "FROM debian:12\n# if «\u202e»true\u2066\nRUN echo 'a«\u202e»b'\n",
			fixed: "FROM debian:12\n# if true\nRUN echo 'ab'\n",
		},
		{
			caption: "Text",
			good: '# caf\u00e9 \u2013 \u201chello\u201d \u00a0 \u{1f468}\u200d\u{1f4bb}\nFROM debian:12\nLABEL a="b \u2013 c\u00a0d\u2019e" f=\'\u200bx\'\nMAINTAINER A\u00a0B \u201cC\u201d\nRUN echo "\u2014 done" it\u2019s a\u2013b \u4e2d\u6587\nENV E=\u{1f468}\u200d\u{1f4bb}\nCOPY <<EOF /f\n\u201cx\u201d \u2013y\u00a0z\nEOF\n',
		},
		{
			caption: "A script in a heredoc",
			bad: "FROM debian:12\nRUN <<EOF\n# a \u201cb\u201d \u2013 c\napt-get install «\u2013»y curl\nEOF\n",
			fixed: "FROM debian:12\nRUN <<EOF\n# a \u201cb\u201d \u2013 c\napt-get install -y curl\nEOF\n",
		},
		{
			caption: "What a RUN writes, and comments of the shell",
			good: "FROM debian:12\nRUN cat <<E > /f\nDon\u2019t \u201cquote\u201d \u2013 this\nE\nRUN a # \u201cb\u201d \u2013 c\nRUN <<E\ncat > /f <<F\n\u201cx\u201d \u2013y\nF\nE\n",
		},
		{ caption: "A byte order mark at the start, and a template", good: "\ufeffFROM debian:12\n" },
		{ caption: "In a template", good: "{{ a }}\nFROM debian\u200b:12\n" },
		{
			caption: "Behind quotes that are closed, or escaped",
			bad: "FROM debian:12\nRUN echo 'a\\' «\u2013»y 'b'\nRUN echo \"a\\\"\" «\u2013»y\nRUN echo \\\" «\u2013»y\nRUN ls «\u2014»long \u2014x\nRUN echo a«\u200d»b\nMAINTAINER«\u00a0»A\n",
			fixed:
				"FROM debian:12\nRUN echo 'a\\' -y 'b'\nRUN echo \"a\\\"\" -y\nRUN echo \\\" -y\nRUN ls --long -x\nRUN echo ab\nMAINTAINER A\n",
		},
		{
			caption: "Joiners beside other letters, dashes before them, an array, which is repaired as a whole",
			good: 'FROM debian:12\nRUN ["a", \u201cb\u201d]\nRUN echo x\u200d\u4e2d \u4e2d\u200dx\nRUN ls \u2013\u4e2d "it\'s \u2013y"\nRUN echo x \u2212\u22125\n',
		},
	],
	check(file) {
		if (isAscii(file.text) || !SUSPICIOUS.test(file.text) || templateMark(file) !== undefined) return [];
		const all: Report[] = [];
		for (const { span } of file.comments)
			all.push(
				...reports(
					file,
					charactersIn(file, span.start, span.end).filter(({ kind }) => kind === "directional"),
					"a comment",
				),
			);
		for (const instruction of file.instructions) {
			const found = charactersIn(file, instruction.span.start, instruction.span.end).filter(
				({ at }) => !file.comments.some(({ span }) => contains(span, { start: at, end: at + 1 })),
			);
			if (found.length > 0)
				all.push(...reports(file, harmful(file, instruction, found), instruction.keyword.replace(/[^A-Z].*/su, "") || "the line"));
		}
		return all;
	},
});

interface Found {
	readonly at: number;
	readonly code: number;
	readonly kind: Kind;
}

function charactersIn(file: Dockerfile, start: number, end: number): readonly Found[] {
	const found: Found[] = [];
	for (let at = start; at < end; at++) {
		const code = file.text.charCodeAt(at);
		const kind = code < 0x80 ? undefined : kindOf(code);
		if (kind !== undefined) found.push({ at, code, kind });
	}
	return found;
}

function kindOf(code: number): Kind | undefined {
	if (DIRECTIONAL.has(code)) return "directional";
	if (INVISIBLE.has(code)) return "invisible";
	if (SPACES.has(code)) return "space";
	if (DASHES.has(code)) return "dash";
	return QUOTES.has(code) ? "quote" : undefined;
}

/** Without what is data: between quotes, in MAINTAINER, in the texts that heredocs write, in a shell's comments, and inside of words. */
function harmful(file: Dockerfile, instruction: Instruction, found: readonly Found[]): readonly Found[] {
	const { text } = file;
	const isData = quotedAt(text, instruction, file.escape, found);
	const isArray = instruction.arguments.text.startsWith("[");
	const passive = passiveSpans(file, instruction);
	return found.filter(({ at, code, kind }) => {
		if (kind === "directional") return true;
		if (instruction.keyword === "MAINTAINER" && at > instruction.keywordSpan.end) return false;
		if (isData.has(at) || passive.some(({ start, end }) => start <= at && at < end)) return false;
		const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at + 1)];
		switch (kind) {
			case "invisible":
				return !JOINERS.has(code) || (before < 0x80 && after < 0x80);
			case "dash":
				return isDashOfOption(text, at);
			case "quote":
				// An array is repaired as a whole.
				return !isArray && isQuoteLike(text, at);
			default:
				return true;
		}
	});
}

const EM_DASH = 0x2014;
/** Options of four letters and fewer that have two dashes. */
const SHORT_OPTIONS = new Set(
	"add all arch base bin bind conf copy data dev dir dry env file from full gid help home host id info json key lang last link list log mode name no one only os out own path port prod pull push raw ref rm root run save set size skip src ssl sync tag test tls to top type uid url user yes".split(
		" ",
	),
);

/** So many of them nobody writes in place of two hyphens. */
const DASHES_BEFORE = new RegExp(`(?:^|\\s)${DASH_LIKE}{0,2}$`);
const DASHES_AND_LETTER = new RegExp(`^${DASH_LIKE}{1,3}[a-z]`, "i");

/** Whether the word of a dash begins with dashes alone, and a letter stands behind them: `−−5` is a number. */
function isDashOfOption(text: string, at: number): boolean {
	return DASHES_BEFORE.test(text.slice(Math.max(0, at - 3), at)) && DASHES_AND_LETTER.test(text.slice(at, at + 4));
}

/** Whether a curly quote stands where a quote would: at the edge of a word, not inside of one. */
function isQuoteLike(text: string, at: number): boolean {
	const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
	return !(isLetter(text[at - 1]) && isLetter(text[at + 1]));
}

/** The places among those found that lie between plain quotes. */
function quotedAt(text: string, { span }: Instruction, escape: string, found: readonly Found[]): ReadonlySet<number> {
	const places = new Set(found.map(({ at }) => at));
	const quoted = new Set<number>();
	let quote = "";
	for (let at = span.start; at < span.end; at++) {
		const character = text[at];
		if (places.has(at) && quote !== "") quoted.add(at);
		if (character === escape && quote !== "'") at++;
		else if (quote === "" && (character === "'" || character === '"')) quote = character;
		else if (character === quote) quote = "";
	}
	return quoted;
}

function reports(file: Dockerfile, found: readonly Found[], where: string): readonly Report[] {
	const first = found[0];
	if (first === undefined) return [];
	const edits: SpanEdit[] = found.map((character) =>
		replace({ start: character.at, end: character.at + 1 }, plainFor(file.text, character)),
	);
	const isRemoved = found.every(({ kind }) => kind === "directional" || kind === "invisible");
	return [
		{
			span: { start: first.at, end: first.at + 1 },
			message: `U+${first.code.toString(16).toUpperCase().padStart(4, "0")}, ${nameOf(first)}, stands in ${where}`,
			related: found
				.slice(1)
				.map((character) => ({ span: { start: character.at, end: character.at + 1 }, message: `Here a ${nameOf(character)}` })),
			fixes: [{ title: isRemoved ? "Remove it" : "Write plain characters", safety: where === "a comment" ? "safe" : "review", edits }],
		},
	];
}

function nameOf({ code }: Found): string {
	return DIRECTIONAL.get(code) ?? INVISIBLE.get(code) ?? SPACES.get(code) ?? DASHES.get(code) ?? QUOTES.get(code)?.[0] ?? "";
}

function plainFor(text: string, { at, code, kind }: Found): string {
	if (kind === "space") return " ";
	if (kind === "quote") return QUOTES.get(code)?.[1] ?? "";
	if (kind !== "dash") return "";
	// One long dash is what a text program makes of two hyphens; before a single letter, or several options of one letter, it is one.
	const isAlone = !isDash(text[at - 1]) && !isDash(text[at + 1]);
	const word = /^[a-z][a-z-]+=?/i.exec(text.slice(at + 1, at + 30))?.[0];
	return isAlone && word !== undefined && (code === EM_DASH || !isCluster(word)) ? "--" : "-";
}

/** `-la`, `-xzf`, `-fsSLo`: letters that are no word. */
function isCluster(word: string): boolean {
	if (/[a-z][A-Z]/.test(word)) return !word.includes("-");
	return /^[a-z]{2,4}$/i.test(word) && !SHORT_OPTIONS.has(word);
}
