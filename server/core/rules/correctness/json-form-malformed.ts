import { brokenArray } from "../../dockerfile/edits/brokenArray.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { moveCommentAbove } from "../../dockerfile/edits/trailingComment.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { ExecElement } from "../../dockerfile/syntax/execForm.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { type MappedText, sliceMapped, sourceOffset, sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const WITH_ARRAY = new Set(["RUN", "CMD", "ENTRYPOINT", "VOLUME", "COPY", "ADD", "HEALTHCHECK"]);
/** Their arguments never begin with a bracket otherwise. */
const ARRAY_ONLY = new Set(["CMD", "ENTRYPOINT", "VOLUME"]);
/** A single text without variables: a shell's test of it would ask nothing. */
const LONE_TEXT = /^\[\s*(["'])[^"'$`\\]+\1\s*\]/;
/** A string and a comma: nothing that a shell's test could begin with. */
const STRING_FIRST = /^\[\s*"[^"“”„$`]*["”]\s*,/;
/** One word, or several that begin with no operator of a shell's test and have none in second place. */
const WORDS = /^\[\s*(?:[^\s[\]]+\s*\]$|(?!-)[^\s[\]]+\s+(?!\s|(?:[=<>]=?|=~|-(?:eq|ne|[lg][te]|nt|ot|ef|a|o))\s)[^[\]]*\]$)/;

export const jsonFormMalformed = defineRule({
	id: "json-form-malformed",
	title: "An array is no valid JSON and is read as text",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["kics", "34945ae8-730d-424c-8279-b064d9f108de"],
			["sonar", "S7030"],
			["dockerfile-utils", "JSON_IN_SINGLE_QUOTES"],
			["tally", "invalid-json-form"],
		),
		...similar(["hadolint", "DL3025"], ["buildkit", "JSONArgsRecommended"], ["kics", "b86987e1-6397-4619-81d5-8807f2387c79"]),
	],
	supersededBy: ["invisible-character"],
	onlyWith: { texts: ["[", "]"] },
	why: 'What begins with a bracket and is no valid JSON is shell form. The image is built, and the container then runs `/bin/sh -c "[\'node\', \'a.js\']"`: it ends with "not found". A volume gets a name with brackets in it, COPY looks for a file `["a",`.',
	remedy: "Write the array as JSON: double quotes around every string, commas between them, none behind the last, `\\\\` for a backslash.",
	references: ["https://docs.docker.com/reference/dockerfile/#exec-form"],
	examples: [
		{ caption: "Single quotes", bad: "FROM node:22\nCMD [«'node'», 'server.js']\n", fixed: 'FROM node:22\nCMD ["node", "server.js"]\n' },
		{ caption: "Double quotes", good: 'FROM node:22\nCMD ["node", "server.js"]\n' },
		{
			caption: "Single and typographic quotes",
			bad: "FROM debian:12\nENTRYPOINT [«'a'», 'b \"c\"']\nVOLUME [«'/data'»]\n",
			fixed: 'FROM debian:12\nENTRYPOINT ["a", "b \\"c\\""]\nVOLUME ["/data"]\n',
		},
		{
			caption: "Commas and brackets",
			bad: 'FROM debian:12\nRUN ["a", "b"«,»]\nCMD «[»"a", "b"\nENTRYPOINT ["a" «"»b", "c"]\nCOPY ["a",«,» "/b"]\nHEALTHCHECK CMD ["a"«,» ]\n',
			fixed: 'FROM debian:12\nRUN ["a", "b"]\nCMD ["a", "b"]\nENTRYPOINT ["a", "b", "c"]\nCOPY ["a", "/b"]\nHEALTHCHECK CMD ["a" ]\n',
		},
		{
			caption: "Words without quotes",
			bad: 'FROM debian:12\nCMD [«node», server.js]\nVOLUME [«/data»]\nENTRYPOINT ["a", «-b»]\nCOPY [«a», /b/]\nADD --chown=1 [«$A», b]\n',
			fixed:
				'FROM debian:12\nCMD ["node", "server.js"]\nVOLUME ["/data"]\nENTRYPOINT ["a", "-b"]\nCOPY ["a", "/b/"]\nADD --chown=1 [$A, b]\n',
		},
		{
			caption: "The path of a program, without the blank of a test",
			bad: "FROM debian:12\nHEALTHCHECK CMD [«/check.sh»]\nRUN [«./start.sh»]\n",
			fixed: 'FROM debian:12\nHEALTHCHECK CMD ["/check.sh"]\nRUN ["./start.sh"]\n',
		},
		{
			caption: "Backslashes",
			bad: '# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT ["C:«\\»app\\new.exe"]\n',
			fixed: '# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT ["C:\\\\app\\\\new.exe"]\n',
		},
		{
			caption: "Something behind it",
			bad: 'FROM debian:12\nCMD ["a"] «# run it»\nENTRYPOINT ["a", "b"]«;»\n',
			fixed: 'FROM debian:12\n# run it\nCMD ["a"]\nENTRYPOINT ["a", "b"]\n',
		},
		{
			caption: "Several words without quotes, and blanks where a test has them",
			bad: 'FROM debian:12\nCMD [ «node» server.js ]\nENTRYPOINT [«npm» run start]\nVOLUME [ «/a» /b ]\nCMD [ «npm»  run "start" ]\n',
			fixed:
				'FROM debian:12\nCMD [ "node", "server.js" ]\nENTRYPOINT ["npm", "run", "start"]\nVOLUME [ "/a", "/b" ]\nCMD [ "npm",  "run", "start" ]\n',
		},
		{
			caption: "Something behind an array with such blanks",
			bad: 'FROM debian:12\nENTRYPOINT [ "/start.sh" ] «# run it»\n',
			fixed: 'FROM debian:12\n# run it\nENTRYPOINT [ "/start.sh" ]\n',
		},
		{ caption: "The same, and nothing to offer", bad: "FROM debian:12\nCMD [ \"a\" ] «b»\nCMD [ «'a'» ] x\n" },
		{
			caption: "Nothing to offer",
			bad: 'FROM debian:12\nCMD ["a", "b"] «&& c»\nCMD ["a"] «b»\nCMD «[»"sh", "-c", "echo "a b""]\nENTRYPOINT «[»"a", "b]\nCMD «[»"a\n',
		},
		{
			caption: "Quotes of two kinds, or none at the end, behind a blank",
			bad: 'FROM debian:12\nENTRYPOINT «[» "/bin/bash”, “-c” ]\nCMD «[» "node", "server.js ]\nRUN «[» "a”, “b” ]\n',
		},
		{ caption: "No opening bracket", bad: 'FROM debian:12\nCMD «"»a", "b"]\n', fixed: 'FROM debian:12\nCMD ["a", "b"]\n' },
		{
			caption: "Shell tests and globs",
			good: 'FROM debian:12\nRUN [ -f x ] && y\nRUN [[ "$a" = "b" ]] || c\nRUN [ "$a" ] && b\nRUN [ "$A" = "x" ]\nRUN [ "a" != \'b\' -a "c" ]\nCOPY [ab]* /x/\nCOPY [a-z].txt [0-9].md /x/\nCOPY [a,b] [c,d]\nHEALTHCHECK CMD [ "$(a)" -eq 1 ]\nENTRYPOINT [ "$A" = b ] && c\nCMD [ -f x ] && y\nCMD [ "$A" ] && b\nCMD [ $A -gt 1 ]\nCMD [ a = b ]\nCMD [ a  = b ]\nCMD [ 1 \\\n    -lt 2 ]\nCMD [ $A  -gt 1 ]\nCMD [ -d /a ] && [ -d /b ]\nRUN [ -f "/a" ]\nRUN [ -z "$A" ];\nHEALTHCHECK CMD [ -S \'/a b\' ]\n',
		},
		{
			caption: "An option first, but not the blanks of a test",
			bad: 'FROM debian:12\nRUN [«-f» "/a"]\nRUN [ «-f», "/a" ]\n',
			fixed: 'FROM debian:12\nRUN ["-f", "/a"]\nRUN [ "-f", "/a" ]\n',
		},
		{
			caption: "Backslashes that are valid, and no backslashes",
			bad: 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT [«"C:\\nginx\\nginx.exe"», "a\\tb"]\nSHELL [«"C:\\\\Windows\\temp\\bash.exe"», "-c"]\nCMD [«".\\run.cmd"»]\n',
			fixed:
				'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT ["C:\\\\nginx\\\\nginx.exe", "a\\tb"]\nSHELL ["C:\\\\Windows\\\\temp\\\\bash.exe", "-c"]\nCMD [".\\\\run.cmd"]\n',
		},
		{
			caption: "Valid arrays",
			good: 'FROM debian:12\nCMD ["a", "b\\\\c"]\nCMD []\nVOLUME ["/a"]\nSHELL ["a"]\nCMD [ "a", \\\n  # b\n  "c" ]\n',
		},
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			const text = arrayText(instruction);
			const report = text === undefined ? unopened(instruction) : reportFor(file, instruction, text);
			if (report !== undefined) reports.push(report);
			reports.push(...(instruction.exec?.elements ?? []).flatMap((element) => escapeReport(file, element)));
		}
		return reports;
	},
});

function arrayText({ keyword, exec, arguments: args }: Instruction): MappedText | undefined {
	if (exec !== undefined || !WITH_ARRAY.has(keyword)) return undefined;
	const start = keyword === "HEALTHCHECK" ? (/^CMD\s+/i.exec(args.text)?.[0].length ?? -1) : 0;
	if (start === -1 || args.text[start] !== "[") return undefined;
	// Valid JSON with something else than strings in it is another mistake.
	return isJson(args.text.slice(start)) ? undefined : sliceMapped(args, start, args.text.length);
}

/** `CMD "a", "b"]` */
function unopened({ keyword, exec, arguments: args }: Instruction): Report | undefined {
	const { text } = args;
	if (exec !== undefined || !ARRAY_ONLY.has(keyword) || !/^"[^"]*"\s*,[\s\S]*\]$/.test(text)) return undefined;
	return {
		span: sourceSpan(args, 0, 1),
		message: `The array of ${keyword} lacks its opening bracket and is read as text`,
		fixes: isJson(`[${text}`) ? [{ title: "Write valid JSON", safety: "review", edits: [insertAt(sourceOffset(args, 0), "[")] }] : [],
	};
}

const ESCAPED: Readonly<Record<string, string>> = {
	"\b": "\\b as a backspace",
	"\f": "\\f as a form feed",
	"\n": "\\n as a line break",
	"\r": "\\r as a line break",
	"\t": "\\t as a tab",
};
/** No path holds one: a backslash was to separate two folders. */
const ODD_PATH = /^(?:[A-Za-z]:[^\b\f\n\r\t"]*|\.{1,2})([\b\f\n\r\t])\w/;

/** `["C:\temp\a.exe"]`: an array that is valid, and names no file. */
function escapeReport(file: Dockerfile, { value, span, plain }: ExecElement): readonly Report[] {
	const character = plain ? undefined : ODD_PATH.exec(value)?.[1];
	const written = file.text.slice(span.start, span.end);
	if (character === undefined || written.includes("\n")) return [];
	const doubled = written.replace(/\\([\\"]?)/g, (pair, second: string) => (second === "" ? "\\\\" : pair));
	return [
		{
			span,
			message: `JSON reads ${ESCAPED[character]} in ${shortened(written, 50)}`,
			fixes: [{ title: "Double the backslashes", safety: "review", edits: [replace(span, doubled)] }],
		},
	];
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

function reportFor(file: Dockerfile, { keyword }: Instruction, text: MappedText): Report | undefined {
	const broken = brokenArray(text);
	const isCopy = keyword === "COPY" || keyword === "ADD";
	// A shell's test has a blank behind the bracket.
	const isMeant =
		!isCopy && (text.text.startsWith('["') || STRING_FIRST.test(text.text) || (ARRAY_ONLY.has(keyword) && LONE_TEXT.test(text.text)));
	if (broken === undefined)
		return isMeant ? { span: sourceSpan(text, 0, 1), message: `The array of ${keyword} is no valid JSON and is read as text` } : undefined;
	// Without a blank, the bracket is a part of the program's name.
	const holdsWord = ARRAY_ONLY.has(keyword) ? WORDS.test(text.text) : /^\[[./]*\/[^[\]]*\]$/.test(text.text);
	if (!broken.certain && !isMeant && !(holdsWord && broken.reason.startsWith("has a word"))) {
		if (broken.reason !== "is followed by more text" || !/^\["[^"\\]*"\]\s+#/.test(text.text)) return undefined;
	}
	// A pattern in brackets has no second word in them.
	if (isCopy && !/^\[\s*["'“”‘’]|^\[[^[\]]+,[^[\]]+\]$/.test(text.text)) return undefined;
	const comment = file.text[broken.span.start] === "#" ? moveCommentAbove(file, broken.span) : undefined;
	const edits = comment ?? broken.edits;
	return {
		span: broken.span,
		message: `The array of ${keyword} ${broken.reason} and is read as text`,
		fixes:
			edits === undefined
				? []
				: [{ title: comment === undefined ? "Write valid JSON" : "Move the comment above", safety: "review", edits }],
	};
}
