import { JsonError, type JsonValue, jsonRoot } from "../core/json/values.ts";
import { type CardName, TOOL_CARDS } from "./cards.ts";
import { ToolError } from "./errors.ts";

/** A reader of a document: takes what it knows, throws JsonError where the document is not what it should be. */
export type JsonReader<T> = (root: JsonValue) => T;

/**
 * What a tool printed, read as one JSON document.
 * @throws ToolError of kind `badOutput` that names the tool and the place in the document
 */
export function readJson<T>(tool: CardName, printed: string, reader: JsonReader<T>): T {
	const value = parse(tool, printed);
	try {
		return reader(jsonRoot(value));
	} catch (error) {
		if (!(error instanceof JsonError)) throw error;
		throw unexpected(tool, `: ${error.message}`, printed);
	}
}

/** The same for a tool that prints one document a line; empty lines do not count. */
export function readJsonLines<T>(tool: CardName, printed: string, reader: JsonReader<T>): readonly T[] {
	const lines = printed.split("\n").filter((line) => line.trim() !== "");
	return lines.map((line) => readJson(tool, line, reader));
}

function parse(tool: CardName, printed: string): unknown {
	try {
		return JSON.parse(printed);
	} catch {
		throw unexpected(tool, printed.trim() === "" ? ": it printed nothing" : ": it is not JSON", printed);
	}
}

function unexpected(tool: CardName, what: string, printed: string): ToolError {
	const { title, tested } = TOOL_CARDS[tool];
	return new ToolError("badOutput", `${title} answered in a way that Hullguard does not understand${what}`, {
		hint: `Hullguard is tested with ${title} ${tested}; if yours is a released version, please report this.`,
		detail: printed.length <= 2000 ? printed : `${printed.slice(0, 1000)}\n…\n${printed.slice(-1000)}`,
	});
}
