import { withoutComments } from "../json/comments.ts";
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
