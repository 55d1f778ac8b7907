import { mappedTextBuilder, sourceOffset } from "../mappedText.ts";
import { inlineValues } from "../references/bakeTargets.ts";
import { namedTargets } from "../references/givenBuild.ts";
import type { BakeValue } from "../references/hcl.ts";
import { readText } from "../references/hclReader.ts";
import type { Span } from "../text.ts";
import { BAKE_FILLING, filledText } from "./filling.ts";
import type { InlineDockerfile, InlineText } from "./inlineDockerfile.ts";
import { quotedDockerfile } from "./quotedText.ts";

/**
 * The Dockerfiles of a Bake file in HCL or JSON, in order: `dockerfile-inline = <<EOT`, and those in double quotes. One with a template
 * (`${…}`, `%{…}`) that Bake fills in is left out: nobody knows its text.
 */
export function bakeDockerfiles(text: string): readonly InlineDockerfile[] {
	// Reading all of it takes its time, and hardly any file has one.
	if (!text.includes("dockerfile-inline")) return [];
	const found = inlineValues(text).flatMap(({ value, targets }) => {
		const inline = value.kind === "text" ? quotedDockerfile(text, value.span, BAKE_FILLING) : writtenDockerfile(text, value);
		return inline === undefined ? [] : [{ ...inline, targets: namedTargets(targets) }];
	});
	return found.sort((a, b) => sourceOffset(a.mapped, 0) - sourceOffset(b.mapped, 0));
}

function writtenDockerfile(text: string, value: BakeValue): InlineText | undefined {
	if (value.kind !== "unknown") return undefined;
	const { start, end } = value.span;
	if (text[start] === '"')
		return isQuoted(text, value.span) ? quotedDockerfile(text, { start: start + 1, end: end - 1 }, BAKE_FILLING) : undefined;
	const bodyAt = value.written.indexOf("\n") + 1;
	const opening = /^<<(-?)[A-Za-z_][\w-]*\s*$/.exec(value.written.slice(0, bodyAt));
	// The last line is the marker.
	const body = value.written.slice(bodyAt, value.written.lastIndexOf("\n") + 1);
	return opening === null ? undefined : heredocDockerfile(body.split(/(?<=\n)/), start + bodyAt, opening[1] === "-");
}

/** Whether a value is one text in quotes, and no expression that begins with one. */
function isQuoted(text: string, { start, end }: Span): boolean {
	const reader = { text, at: start, depth: 0 };
	readText(reader);
	return reader.at === end;
}

/** `<<-` takes the indentation away that all lines share (HCL specification, "flush heredoc"). */
function heredocDockerfile(lines: readonly string[], from: number, isFlush: boolean): InlineText | undefined {
	const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
	const indent = isFlush && indents.length > 0 ? Math.min(...indents) : 0;
	const builder = mappedTextBuilder();
	let at = from;
	for (const line of lines) {
		const skip = Math.min(indent, /^ */.exec(line)?.[0].length ?? 0);
		builder.add(line.slice(skip), at + skip);
		at += line.length;
	}
	const mapped = filledText(builder.build(), BAKE_FILLING);
	if (mapped === undefined) return undefined;
	return {
		mapped,
		indentation: " ".repeat(indent),
		endOf: (offset) => sourceOffset(mapped, offset - 1) + 1,
		written: BAKE_FILLING.written,
	};
}
