import { type MappedText, mappedTextBuilder, sourceOffset } from "../mappedText.ts";
import type { Span } from "../text.ts";
import { type Filling, filledText } from "./filling.ts";
import type { InlineText } from "./inlineDockerfile.ts";

/** What JSON, HCL and YAML read alike behind a backslash. */
const ESCAPED: ReadonlyMap<string, string> = new Map([
	["n", "\n"],
	["r", "\r"],
	["t", "\t"],
	['"', '"'],
	["\\", "\\"],
]);

/**
 * A Dockerfile in double quotes, with escapes.
 * @param span between the quotes
 * @returns undefined where the host fills something in, for line breaks (of YAML), and for escapes that not all hosts have
 */
export function quotedDockerfile(text: string, span: Span, filling: Filling): InlineText | undefined {
	const raw = unescapedText(text.slice(span.start, span.end), span.start);
	const mapped = raw === undefined ? undefined : filledText(raw, filling);
	if (mapped === undefined) return undefined;
	return {
		mapped,
		indentation: "",
		// Nothing stands between two characters: one ends where the next one begins.
		endOf: (offset) => (offset < mapped.text.length ? sourceOffset(mapped, offset) : span.end),
		written: (plain) => JSON.stringify(filling.written(plain)).slice(1, -1),
	};
}

function unescapedText(text: string, source: number): MappedText | undefined {
	const builder = mappedTextBuilder();
	const part = /[^\\\n\r]+|\\(?:u([0-9A-Fa-f]{4})|(.))/y;
	while (part.lastIndex < text.length) {
		const at = part.lastIndex;
		const [whole, code, escaped] = part.exec(text) ?? [];
		if (whole === undefined) return undefined;
		const plain =
			code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : escaped === undefined ? whole : ESCAPED.get(escaped);
		if (plain === undefined) return undefined;
		builder.add(plain, source + at);
	}
	return builder.build();
}
