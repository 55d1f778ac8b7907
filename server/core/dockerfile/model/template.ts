import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Structure } from "../syntax/structure.ts";

/** The first mark that says that a file is no Dockerfile yet, but what a template engine makes one of. */
export interface TemplateMark {
	/** As written: `{{`, `{%`, `<%`, `define(` … */
	readonly text: string;
	readonly span: Span;
}

/** How lines of Jinja, Go, ERB and m4 templates begin that give no instruction. */
const LINE_STARTS = ["{{", "{%", "{#", "<%", "<#", "%%", "dnl", "define(", "include(", "ifdef(", "ifelse(", "undefine(", "changequote("];
/** Stands for a value, never for more. Source: the Dev Container Templates specification. */
const DEV_CONTAINER = "${templateOption:";
/** What stands in the place of an image: `{{ image }}`, `<%= image %>`, `@IMAGE@`, `%%IMAGE%%`, and in templates of dev containers. */
const PLACEHOLDERS = ["{{", "{%", "<%", "%%", DEV_CONTAINER];

/** Instructions whose arguments are names, paths and numbers: nothing in them is a template for a program in the container. */
const PLAIN_ARGUMENTS = new Set(["EXPOSE", "USER", "WORKDIR", "COPY", "ADD", "VOLUME", "STOPSIGNAL"]);
const EXPRESSION = /\{\{-?\s*[\w.$"'][^{}]*\}\}|\{%-?\s[^{}]*%\}|<%[=-]?\s[^<>]*%>/;

/**
 * The mark that tells a template from a Dockerfile: at the start of a line where an instruction should be, in FROM, or where a name, a
 * path or a number is wanted. Marks elsewhere are text like any other (`docker inspect --format '{{…}}'`).
 */
export const templateMark = remembered((file: Structure): TemplateMark | undefined => {
	for (const { keyword, keywordText, keywordSpan, arguments: args } of file.instructions) {
		if (keyword === "FROM") {
			const at = placeholderIn(args.text);
			if (at !== undefined) return { text: at.text, span: sourceSpan(args, at.start, at.start + at.text.length) };
		} else if (PLAIN_ARGUMENTS.has(keyword)) {
			const at = /\{\{|\{%|<%/.test(args.text) ? args.text.search(EXPRESSION) : -1;
			if (at !== -1) return { text: args.text.slice(at, at + 2), span: sourceSpan(args, at, at + 2) };
		} else if (!INSTRUCTIONS.has(keyword)) {
			const text = LINE_STARTS.find((start) => (start === "dnl" ? keywordText === start : keywordText.startsWith(start)));
			if (text !== undefined) return { text, span: { start: keywordSpan.start, end: keywordSpan.start + text.length } };
		}
	}
	return undefined;
});

/** Whether a file is a template whose engine may write any lines; those of dev containers only have values filled in. */
export function mayBecomeAnything(file: Structure): boolean {
	const mark = templateMark(file);
	return mark !== undefined && mark.text !== DEV_CONTAINER;
}

/** Every placeholder has one of these characters. */
const IN_PLACEHOLDERS = /[{%@]/;

function placeholderIn(text: string): { readonly text: string; readonly start: number } | undefined {
	if (!IN_PLACEHOLDERS.test(text)) return undefined;
	// In `${TAG%%:*}` it is an operator.
	const plain = text.replace(/(\$\{\w+)%%/g, "$1  ");
	for (const mark of PLACEHOLDERS) {
		const start = plain.indexOf(mark);
		if (start !== -1) return { text: mark, start };
	}
	const named = /^@\w+@/.exec(text);
	return named === null ? undefined : { text: named[0], start: 0 };
}
