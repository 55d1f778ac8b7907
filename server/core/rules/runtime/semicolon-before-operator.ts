import { type StepScript, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Fix } from "../../finding.ts";
import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { defineRule, type Report } from "../rule.ts";

export const semicolonBeforeOperator = defineRule({
	id: "semicolon-before-operator",
	title: "Two operators stand between commands",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "`;`, `&&`, `||`, `|` and `&` stand between two commands, one of them at a time. At `a; && b` the shell ends with a syntax error before it runs anything, and so does the build, or the start of the container.",
	remedy: "Leave one operator: `&&` where the second command needs the first, `;` where it does not.",
	references: ["https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_03"],
	examples: [
		{
			caption: "A semicolon too many",
			bad: "FROM debian:12\nRUN apt-get update«;» && apt-get install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{ caption: "One operator", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "A semicolon in front of another operator",
			bad: "FROM debian:12\nRUN a«;» && b\nRUN a \\\n  «;» \\\n  # then\n  || b\nRUN if a; then b; fi«;» | c\n",
			fixed: "FROM debian:12\nRUN a && b\nRUN a \\\n   \\\n  # then\n  || b\nRUN if a; then b; fi | c\n",
		},
		{
			caption: "The same operator twice",
			bad: "FROM debian:12\nRUN a && «&&» b\nRUN a ; «;» b\n",
			fixed: "FROM debian:12\nRUN a &&  b\nRUN a ;  b\n",
		},
		{ caption: "Nobody knows which one is meant", bad: "FROM debian:12\nRUN a && «||» b\nRUN a & «&&» b\nRUN a || «;» b\n" },
		{ caption: "The end of a case item outside of one", bad: "FROM debian:12\nRUN a «;;» b\n", fixed: "FROM debian:12\nRUN a ; b\n" },
		{ caption: "Nothing behind it", bad: "FROM debian:12\nRUN a «&&»\nRUN b «|» \\\n\n" },
		{
			caption: "Nothing in front of it",
			bad: "FROM debian:12\nRUN «&&» a\nRUN <<EOF\nb\n«||» c\nEOF\n",
			fixed: "FROM debian:12\nRUN  a\nRUN <<EOF\nb\n c\nEOF\n",
		},
		{
			caption: "When the container runs",
			bad: "FROM debian:12\nHEALTHCHECK CMD a«;» || exit 1\nCMD b«;» && c\n",
			fixed: "FROM debian:12\nHEALTHCHECK CMD a || exit 1\nCMD b && c\n",
		},
		{ caption: "In a script", bad: "FROM debian:12\nRUN <<EOF\na\nb«;» && c\nEOF\n", fixed: "FROM debian:12\nRUN <<EOF\na\nb && c\nEOF\n" },
		{
			caption: "What find takes as an argument, quotes, comments, case items",
			good: "FROM debian:12\nRUN find . -exec a {} \\; && b\nRUN find . -exec a {} ';' && b\nRUN echo 'a; && b' \"c; || d\" # e; && f\nRUN case $x in a) b;; *) c;; esac && d; e; \\\n  # end\n",
		},
		{ caption: "Line breaks behind an operator", good: "FROM debian:12\nRUN <<EOF\na &&\n\n# b\nb |\nc\nEOF\n" },
		{ caption: "Another shell", good: 'FROM debian:12\nSHELL ["pwsh", "-c"]\nRUN a; && b\n' },
		{ caption: "A template that is no shell yet", good: "FROM debian:12\nRUN a {{ if b }}; && c{{ end }}\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const script of scriptsOf(step)) {
					if (script.errors.length === 0 || script.source.text.includes("{{") || script.source.text.includes("{%")) continue;
					const report = reportOf(script);
					if (report !== undefined) reports.push(report);
				}
			}
		}
		return reports;
	},
});

const OPERATOR = /^(?:;;|;|&&|&|\|\||\|)/;

/** The first error, if it is about operators. */
function reportOf(script: StepScript): Report | undefined {
	const { source } = script;
	const error = script.errors[0];
	if (error === undefined) return undefined;
	const [, kind, token] = /^(unexpected token|expected command after) '(;;|;&|;|&&|&|\|\||\|)'$/.exec(error.message) ?? [];
	const at = token === undefined ? undefined : placeOf(script, error.span.start, token);
	if (token === undefined || at === undefined) return undefined;
	if (kind === "expected command after") {
		// The parser names the end of the operator in front.
		const next = skipGap(source.text, at);
		const start = source.text.lastIndexOf(token, at - 1);
		const second = OPERATOR.exec(source.text.slice(next))?.[0];
		if (start === -1 || source.text.slice(start + token.length, at).trim() !== "") return undefined;
		if (next === source.text.length)
			return { span: sourceSpan(source, start, start + token.length), message: `Nothing stands behind ${token}` };
		return second === undefined ? undefined : doubled(script, start, token, next, second);
	}
	if (token === ";;") return lonelyItemEnd(script, at);
	const end = endBefore(source.text, at);
	if (end === 0 || source.text.slice(end, at).includes("\n")) return nothingInFront(script, at, token);
	const before = source.text[end - 1] ?? "";
	if (token === ";&") {
		const operator = source.text.startsWith("&&", at + 1) ? "&&" : "&";
		return doubled(script, at, ";", at + 1, operator);
	}
	if (before === ";" && source.text[end - 2] !== ";" && source.text[end - 2] !== "\\") return doubled(script, end - 1, ";", at, token);
	return before === "&" && source.text[end - 2] !== "&" ? doubled(script, end - 1, "&", at, token) : undefined;
}

function doubled(script: StepScript, first: number, firstText: string, second: number, secondText: string): Report {
	const { source } = script;
	const removable = firstText === ";" && secondText !== ";" ? first : firstText === secondText ? second : undefined;
	const at = removable ?? second;
	const span = sourceSpan(source, at, at + (at === first ? firstText.length : secondText.length));
	const fixes: readonly Fix[] =
		removable === undefined
			? []
			: [
					{
						title: `Remove ${at === first ? firstText : secondText}`,
						safety: "review",
						edits: [replace(span, "")],
					},
				];
	return { span, message: `${firstText} and ${secondText} stand between two commands`, fixes };
}

function nothingInFront({ source }: StepScript, at: number, token: string): Report | undefined {
	if (!source.text.startsWith(token, at)) return undefined;
	const span = sourceSpan(source, at, at + token.length);
	return {
		span,
		message: `Nothing stands in front of ${token}`,
		fixes: [{ title: `Remove ${token}`, safety: "review", edits: [replace(span, "")] }],
	};
}

function lonelyItemEnd(script: StepScript, at: number): Report {
	const span = sourceSpan(script.source, at, at + 2);
	return {
		span,
		message: ";; ends an item of case, and there is none",
		fixes: [{ title: "Write one semicolon", safety: "review", edits: [replace(span, ";")] }],
	};
}

/** The offset in the script at which the parser stopped. */
function placeOf(script: StepScript, offset: number, token: string): number | undefined {
	const { source } = script;
	for (let at = source.text.indexOf(token[0] ?? ""); at !== -1; at = source.text.indexOf(token[0] ?? "", at + 1)) {
		if (sourceOffset(source, at) === offset) return at;
		if (at + token.length < source.text.length && sourceOffset(source, at + token.length) === offset) return at + token.length;
	}
	return sourceOffset(source, source.text.length) <= offset ? source.text.length : undefined;
}

/** Behind blanks, line breaks and comments. */
function skipGap(text: string, from: number): number {
	let at = from;
	while (at < text.length) {
		if (text[at] === "#") {
			const end = text.indexOf("\n", at);
			at = end === -1 ? text.length : end;
		} else if (/\s/.test(text[at] ?? "")) at++;
		else return at;
	}
	return at;
}

/** The end of what stands in front of a place. */
function endBefore(text: string, from: number): number {
	let at = from;
	while (at > 0 && /\s/.test(text[at - 1] ?? "")) at--;
	return at;
}
