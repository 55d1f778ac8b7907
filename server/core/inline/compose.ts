import { isMap, isScalar, parseDocument, type Scalar } from "yaml";
import { mappedTextBuilder, sourceOffset } from "../mappedText.ts";
import { targetOf } from "../references/compose.ts";
import { namedTargets } from "../references/givenBuild.ts";
import { COMPOSE_FILLING, filledText } from "./filling.ts";
import type { InlineDockerfile, InlineText } from "./inlineDockerfile.ts";
import { quotedDockerfile } from "./quotedText.ts";

/**
 * The Dockerfiles in `services.*.build.dockerfile_inline`, in order. Only those in literal block scalars (`|`) and double quotes: the
 * lines of others do not stand in the file as the builder gets them. One with a variable that Compose fills in is left out: nobody knows
 * its text.
 */
export function composeDockerfiles(text: string): readonly InlineDockerfile[] {
	// Reading all of it takes its time, and hardly any file has one.
	if (!text.includes("dockerfile_inline")) return [];
	const document = parseDocument(text, { prettyErrors: false });
	const services = isMap(document.contents) ? document.contents.get("services") : undefined;
	if (!isMap(services) || document.errors.length > 0) return [];
	return services.items.flatMap(({ value }) => {
		const build = isMap(value) ? value.get("build") : undefined;
		const inline = isMap(build) ? build.get("dockerfile_inline", true) : undefined;
		const found = isScalar(inline) ? inlineOf(text, inline) : undefined;
		return found === undefined ? [] : [{ ...found, targets: namedTargets([targetOf(build)]) }];
	});
}

function inlineOf(text: string, scalar: Scalar): InlineText | undefined {
	const inline =
		scalar.type === "QUOTE_DOUBLE" ? quotedIn(text, scalar) : scalar.type === "BLOCK_LITERAL" ? blockIn(text, scalar) : undefined;
	if (inline === undefined || typeof scalar.value !== "string") return undefined;
	// The reader of YAML has the last word; it differs where the indentation is written into the header.
	const read = inline.mapped.text.replaceAll("\r\n", "\n");
	const known = scalar.value.replaceAll("\r\n", "\n").replaceAll("$$", "$");
	return read.trimEnd() === known.trimEnd() ? inline : undefined;
}

function quotedIn(text: string, { range }: Scalar): InlineText | undefined {
	return range ? quotedDockerfile(text, { start: range[0] + 1, end: range[1] - 1 }, COMPOSE_FILLING) : undefined;
}

function blockIn(text: string, { range }: Scalar): InlineText | undefined {
	if (!range) return undefined;
	const [headerAt, end] = range;
	const header = text.indexOf("\n", headerAt);
	if (header === -1) return undefined;
	const lines = text.slice(header + 1, end).split(/(?<=\n)/);
	const first = lines.find((line) => line.trim() !== "");
	const indentation = /^ */.exec(first ?? "")?.[0] ?? "";
	const builder = mappedTextBuilder();
	let at = header + 1;
	for (const line of lines) {
		// Empty lines need not be indented.
		const indent = Math.min(indentation.length, /^ */.exec(line)?.[0].length ?? 0);
		builder.add(line.slice(indent), at + indent);
		at += line.length;
	}
	const mapped = filledText(builder.build(), COMPOSE_FILLING);
	if (mapped === undefined) return undefined;
	return { mapped, indentation, endOf: (offset) => sourceOffset(mapped, offset - 1) + 1, written: COMPOSE_FILLING.written };
}
