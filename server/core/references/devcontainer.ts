import { parseJson } from "../json/parse.ts";
import { memberOf } from "../json/tree.ts";
import { type ImageMention, mentionAt } from "./mention.ts";

/** The image of a `devcontainer.json` (containers.dev, "Dev Container metadata reference"): JSON with comments and trailing commas. */
export function devcontainerMentions(text: string): readonly ImageMention[] {
	const parsed = parseJson(withoutComments(text));
	if ("fault" in parsed || parsed.root.kind !== "object") return [];
	const image = memberOf(parsed.root, "image")?.value;
	if (image?.kind !== "string") return [];
	const start = image.span.start + 1;
	if (!text.startsWith(image.value, start)) return [];
	const mention = mentionAt(image.value, start, "dev container");
	return mention === undefined ? [] : [mention];
}

/** Blanks in place of comments and of commas before a closing bracket: everything else stays where it was. */
function withoutComments(text: string): string {
	const blank = (part: string): string => part.replace(/[^\n]/g, " ");
	let result = "";
	for (let at = 0; at < text.length; ) {
		const end = tokenEnd(text, at);
		const token = text.slice(at, end);
		const isComment = token.startsWith("//") || token.startsWith("/*");
		if (/^[\]}]$/.test(token)) result = withoutLastComma(result);
		result += isComment || token === "\ufeff" ? blank(token) : token;
		at = end;
	}
	return result;
}

function tokenEnd(text: string, at: number): number {
	if (text.startsWith("//", at)) return orEnd(text.indexOf("\n", at), text);
	if (text.startsWith("/*", at)) return orEnd(text.indexOf("*/", at + 2), text, 2);
	if (text[at] !== '"') return at + 1;
	let end = at + 1;
	while (end < text.length && text[end] !== '"' && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1;
	return Math.min(end + 1, text.length);
}

function orEnd(found: number, text: string, more = 0): number {
	return found === -1 ? text.length : found + more;
}

function withoutLastComma(text: string): string {
	let last = text.length - 1;
	while (last >= 0 && /\s/.test(text.charAt(last))) last--;
	return text[last] === "," ? `${text.slice(0, last)} ${text.slice(last + 1)}` : text;
}
