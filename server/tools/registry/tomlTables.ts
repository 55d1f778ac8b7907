/** What is read of a value: texts and truth values; everything else is known to be there. */
export type TomlValue = string | boolean | "other";

/** A table: `[name]`, or `[[name]]`, which is one item of a list. The first has no name: it is what stands before any header. */
export interface TomlTable {
	readonly name: string;
	readonly isItem: boolean;
	readonly values: ReadonlyMap<string, TomlValue>;
}

/**
 * Reads the part of TOML that configuration files of container tools use: tables, texts on one line, truth values, numbers and
 * lists. Undefined for everything beyond it (texts over several lines, tables in one line, dotted keys), and for what is no TOML.
 */
export function readTables(text: string): readonly TomlTable[] | undefined {
	const tables: { name: string; isItem: boolean; values: Map<string, TomlValue> }[] = [{ name: "", isItem: false, values: new Map() }];
	const lines = text.split("\n");
	for (let index = 0; index < lines.length; index++) {
		const line = (lines[index] ?? "").trim();
		if (line === "" || line.startsWith("#")) continue;
		if (line.startsWith("[")) {
			const header = headerOf(line);
			if (header === undefined) return undefined;
			tables.push({ ...header, values: new Map() });
			continue;
		}
		const equals = line.indexOf("=");
		const key = keyOf(line.slice(0, equals === -1 ? 0 : equals).trim());
		if (key === undefined) return undefined;
		let value = line.slice(equals + 1).trim();
		if (value.startsWith("[")) {
			let depth = depthOf(value);
			const parts = [value];
			while (depth !== undefined && depth > 0 && index + 1 < lines.length) {
				index++;
				const more = depthOf(lines[index] ?? "");
				depth = more === undefined ? undefined : depth + more;
				parts.push(lines[index] ?? "");
			}
			if (depth !== 0) return undefined;
			value = "[]";
		}
		const read = valueOf(value);
		if (read === undefined) return undefined;
		tables[tables.length - 1]?.values.set(key, read);
	}
	return tables;
}

function headerOf(line: string): { readonly name: string; readonly isItem: boolean } | undefined {
	const isItem = line.startsWith("[[");
	const close = line.indexOf(isItem ? "]]" : "]");
	if (close === -1 || !isRest(line.slice(close + (isItem ? 2 : 1)))) return undefined;
	const name = line.slice(isItem ? 2 : 1, close).trim();
	return /^[A-Za-z0-9_.-]+$/.test(name) ? { name, isItem } : undefined;
}

function keyOf(text: string): string | undefined {
	const quoted = text.startsWith('"') || text.startsWith("'") ? stringOf(text) : undefined;
	if (quoted !== undefined) return quoted.rest === "" ? quoted.text : undefined;
	return /^[A-Za-z0-9_-]+$/.test(text) ? text : undefined;
}

function valueOf(text: string): TomlValue | undefined {
	if (text.startsWith('"') || text.startsWith("'")) {
		const read = stringOf(text);
		return read !== undefined && isRest(read.rest) ? read.text : undefined;
	}
	const hash = text.indexOf("#");
	const bare = (hash === -1 ? text : text.slice(0, hash)).trim();
	if (bare === "true" || bare === "false") return bare === "true";
	return bare === "[]" || /^[-+0-9][0-9A-Za-z_.:+-]*$/.test(bare) ? "other" : undefined;
}

/** A text on one line, and what stands behind it. Of escapes only quote and backslash are known: addresses have no others. */
function stringOf(text: string): { readonly text: string; readonly rest: string } | undefined {
	const quote = text[0] ?? "";
	if (text.startsWith(quote.repeat(3))) return undefined;
	let value = "";
	for (let at = 1; at < text.length; at++) {
		const character = text[at] ?? "";
		if (character === quote) return { text: value, rest: text.slice(at + 1).trim() };
		if (character === "\\" && quote === '"') {
			at++;
			if (text[at] !== '"' && text[at] !== "\\") return undefined;
			value += text[at];
		} else value += character;
	}
	return undefined;
}

/** How many brackets a line opens more than it closes, texts and comments aside. */
function depthOf(line: string): number | undefined {
	let depth = 0;
	for (let at = 0; at < line.length; at++) {
		const character = line[at];
		if (character === "#") break;
		if (character === "[") depth++;
		else if (character === "]") depth--;
		else if (character === '"' || character === "'") {
			const read = stringOf(line.slice(at));
			if (read === undefined) return undefined;
			at = endOfString(line, at);
		}
	}
	return depth;
}

function endOfString(line: string, from: number): number {
	const quote = line[from];
	let at = from + 1;
	while (at < line.length && line[at] !== quote) at += line[at] === "\\" && quote === '"' ? 2 : 1;
	return at;
}

function isRest(text: string): boolean {
	const rest = text.trim();
	return rest === "" || rest.startsWith("#");
}
