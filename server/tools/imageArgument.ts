import { parseReference } from "../core/image/reference.ts";
import { ToolError } from "./errors.ts";

/**
 * The name of an image as an argument of a tool. Names that a tool could take for an option, and texts that are no name, are refused.
 * @throws ToolError of kind `invalid`
 */
export function imageArgument(text: string): string {
	const isId = /^(?:sha256:)?[a-f0-9]{12,64}$/.test(text);
	if (isId || (parseReference(text) !== undefined && !text.startsWith("-"))) return text;
	throw new ToolError("invalid", `${JSON.stringify(text)} is not the name of an image`, { hint: "Check the spelling" });
}
