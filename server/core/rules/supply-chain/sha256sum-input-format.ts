import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { type ListCheck, lineText, listChecksOf, type WrittenLine } from "../../dockerfile/downloads/checksumLists.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { didBefore } from "../../dockerfile/packages/lockFiles.ts";
import { packageCallOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/** A digest, or a variable that is called one, then a single blank, then the name of a file. */
const SINGLE_BLANK = /^["']?(?:[0-9a-fA-F]{32,128}|\$\{?\w*(?:sum|sha|md5|hash|digest)\w*\}?) (?=[^\s*"'])/i;

export const sha256sumInputFormat = defineRule({
	id: "sha256sum-input-format",
	title: "The line that a digest is compared with has the wrong form",
	category: "supply-chain",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "file-missing": "The line names no file" },
	equivalents: [],
	onlyWith: { words: ["sum", "shasum"] },
	why: "A line for `sha256sum -c` is a digest, a blank, a second blank or a `*`, and the name of the file. With a single blank GNU's programs read it as another format and carry on, but BusyBox (Alpine) and Perl's `shasum` do not recognise it: the comparison fails, or is left out where its result is not looked at. A line without a name compares nothing anywhere.",
	remedy: 'Write two blanks, inside quotes: `echo "$SHA256  app.tgz" | sha256sum -c -`. Without quotes the shell makes one blank of them.',
	references: [
		"https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html",
		"https://man7.org/linux/man-pages/man1/sha256sum.1.html",
	],
	examples: [
		{
			caption: "One blank where BusyBox wants two",
			bad: 'FROM alpine:3.20\nARG SHA256\nRUN wget https://example.com/tool.tgz && «echo» "$SHA256 tool.tgz" | sha256sum -c - && tar xf tool.tgz\n',
			fixed:
				'FROM alpine:3.20\nARG SHA256\nRUN wget https://example.com/tool.tgz && echo "$SHA256  tool.tgz" | sha256sum -c - && tar xf tool.tgz\n',
		},
		{
			caption: "Two blanks",
			good: 'FROM alpine:3.20\nARG SHA256\nRUN wget https://example.com/tool.tgz && echo "$SHA256  tool.tgz" | sha256sum -c - && tar xf tool.tgz\n',
		},
		{
			caption: "One blank, where BusyBox compares",
			bad: `FROM alpine:3.20\nARG SHA256\nRUN wget https://a.b/c && «echo» "$SHA256 c" | sha256sum -c - && tar xf c\nRUN «echo» '${HEX} d' | sha512sum -c; «printf» '%s %s\\n' "\${DIGEST}" d | sha1sum -c\n`,
			fixed: `FROM alpine:3.20\nARG SHA256\nRUN wget https://a.b/c && echo "$SHA256  c" | sha256sum -c - && tar xf c\nRUN echo '${HEX}  d' | sha512sum -c; printf '%s  %s\\n' "\${DIGEST}" d | sha1sum -c\n`,
		},
		{
			caption: "Words that the shell joins",
			bad: 'FROM alpine:3.20\nRUN «echo» $TINI_SHA  /tini | sha256sum -c && «echo» "${SUM}" file.tgz | sha256sum -c\n',
			fixed: 'FROM alpine:3.20\nRUN echo "$TINI_SHA  /tini" | sha256sum -c && echo "${SUM}  file.tgz" | sha256sum -c\n',
		},
		{
			caption: "Perl's shasum, everywhere",
			bad: `FROM debian:12\nRUN «echo» "$SHA c" | shasum -a 256 -c && shasum -c «<<<» "$SHA c"\n`,
			fixed: `FROM debian:12\nRUN echo "$SHA  c" | shasum -a 256 -c && shasum -c <<< "$SHA  c"\n`,
		},
		{
			caption: "GNU's programs read it, and nobody knows those of other images",
			good: `FROM debian:12\nRUN echo "${HEX} c" | sha256sum --check --strict\nFROM acme/base\nRUN echo "$SHA c" | sha256sum -c\n`,
		},
		{
			caption: "No name at all",
			bad: `FROM debian:12\nENV SUM=${HEX}\nRUN «echo» "${HEX}" | sha256sum -c - && «echo» $SUM | sha256sum -c\n`,
		},
		{
			caption: "The right form",
			good: `FROM alpine:3.20\nRUN echo "$SHA256  c" | sha256sum -c - && echo "$SHA256 *c" | sha256sum -c && echo "$SHA256" */tmp/c | sha256sum -c && printf '%s  %s\\n' "$S" c | sha256sum -c && echo "${HEX}  c" | sha256sum -c && echo "SHA256 (c) = ${HEX}" | sha256sum -c\nRUN apk add coreutils\n`,
		},
		{
			caption: "Nobody knows what the line says",
			good: 'FROM alpine:3.20\nRUN echo "$LINE" | sha256sum -c; echo "$(cat c.sha256) c" | sha256sum -c; cat SUMS | sha256sum -c; sha256sum -c SUMS; echo "$A $B" | sha256sum -c; echo "$SHA c" | sha256sum; grep c SUMS | sha256sum -c; echo "$SUM" | sha256sum -c\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const check of listChecksOf(step)) {
					const report = check.line === undefined ? undefined : reportOf(check, check.line);
					if (report !== undefined) reports.push(report);
				}
			}
		}
		return reports;
	},
});

function reportOf(check: ListCheck, line: WrittenLine): Report | undefined {
	const span = line.writer?.name?.span ?? hereSpan(check);
	if (span === undefined) return undefined;
	const text = lineText(check, line);
	if (line.writer?.program !== "printf" && /^[0-9a-fA-F]{32,128}\s*$/.test(text))
		return { span, message: `The line for ${check.program} -c names no file`, subCode: "file-missing" };
	const edit = singleBlank(line);
	if (edit === undefined) return undefined;
	if (check.program !== "shasum" && !isBusyBox(check)) return undefined;
	return {
		span,
		message: `${check.program === "shasum" ? "shasum" : "BusyBox"} does not read a line with one blank between digest and name`,
		fixes: line.writer?.decoded === true || check.command.decoded ? [] : [{ title: "Write two blanks", safety: "review", edits: [edit] }],
	};
}

function hereSpan(check: ListCheck): Report["span"] | undefined {
	const here = check.command.redirects.find((redirect) => redirect.operator === "<<<");
	return here === undefined ? undefined : { start: here.span.start, end: here.span.start + 3 };
}

/** The edit that makes two blanks of the one between digest and name; undefined if there is no single one. */
function singleBlank({ words, writer }: WrittenLine): SpanEdit | undefined {
	const [first, second, ...others] = words;
	if (first === undefined || words.some((word) => word.span.end - word.span.start !== word.text.length)) return undefined;
	if (writer?.program === "printf") {
		const format = /^(["'])%s %s(?:\\n)?\1$/.exec(first.text);
		return format === null || words.length !== 3 ? undefined : insertAt(first.span.start + 4, " ");
	}
	if (second === undefined) {
		const match = SINGLE_BLANK.exec(first.text);
		if (match === null || /\s/.test(first.text.slice(match[0].length).trimEnd())) return undefined;
		return insertAt(first.span.start + match[0].length, " ");
	}
	// Words of echo are joined by one blank, however many stand between them.
	if (others.length > 0 || writer === undefined) return undefined;
	const [digest, name] = [unquoted(first.text), unquoted(second.text)];
	if (digest === undefined || name === undefined || !SINGLE_BLANK.test(`${digest} ${name}`)) return undefined;
	return replace({ start: first.span.start, end: second.span.end }, `"${digest}  ${name}"`);
}

/** A word without its double quotes, if it means the same inside others. */
function unquoted(text: string): string | undefined {
	const inner = /^"([^"\\`]*)"$/.exec(text)?.[1] ?? text;
	return /["'\\`*?[~\s]|\$\(/.test(inner) ? undefined : inner;
}

/** Whether BusyBox is what compares: its distributions, without GNU's programs installed. */
function isBusyBox({ step, command }: ListCheck): boolean {
	const family = stageFamily(step.stage);
	if (family !== "alpine" && family !== "busybox") return false;
	return !didBefore(step, command, mayInstallCoreutils);
}

function mayInstallCoreutils(command: ShellCommand): boolean {
	const call = command.program === "apk" ? packageCallOf(command) : undefined;
	return call?.verb === "add" && call.operands.some((word) => /^coreutils\b/.test(word.text) || word.value === undefined);
}
