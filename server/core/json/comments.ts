/** Blanks in place of comments and of commas before a closing bracket: everything else stays where it was. */
export function withoutComments(text: string): string {
	return tokensWithout(text).join("");
}

/**
 * The same of JSON5 (json5.org), so that a YAML reader understands it: names without quotes and texts in single ones are YAML as
 * they are. Places in the text change.
 */
export function json5AsYaml(text: string): string {
	return tokensWithout(text)
		.map((token) => (token === ":" ? ": " : token === "\t" ? " " : token))
		.join("");
}

function tokensWithout(text: string): readonly string[] {
	const tokens: string[] = [];
	/** Where the comma stands that only blanks have followed. */
	let comma: number | undefined;
	for (let at = 0; at < text.length; ) {
		const end = tokenEnd(text, at);
		const token = text.slice(at, end);
		const isBlank = token.startsWith("//") || token.startsWith("/*") || token === "\ufeff";
		if (comma !== undefined && (token === "]" || token === "}")) tokens[comma] = " ";
		if (!isBlank && token.trim() !== "") comma = token === "," ? tokens.length : undefined;
		tokens.push(isBlank ? token.replace(/[^\n]/g, " ") : token);
		at = end;
	}
	return tokens;
}

function tokenEnd(text: string, at: number): number {
	if (text.startsWith("//", at)) return orEnd(text.indexOf("\n", at), text);
	if (text.startsWith("/*", at)) return orEnd(text.indexOf("*/", at + 2), text, 2);
	const quote = text[at];
	if (quote !== '"' && quote !== "'") return at + 1;
	let end = at + 1;
	while (end < text.length && text[end] !== quote && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1;
	return Math.min(end + 1, text.length);
}

function orEnd(found: number, text: string, more = 0): number {
	return found === -1 ? text.length : found + more;
}
