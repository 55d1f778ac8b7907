import { parseJson } from "../json/parse.ts";
import { memberOf } from "../json/tree.ts";
import { mappedTextBuilder, sourceOffset } from "../mappedText.ts";
import { inlineTargets, isJsonBake } from "../references/bakeTargets.ts";
import { namedTargets } from "../references/givenBuild.ts";
import { BAKE_FILLING, filledText } from "./filling.ts";
import type { InlineDockerfile } from "./inlineDockerfile.ts";
import { closingQuote, quotedDockerfile } from "./quotedText.ts";

/**
 * The Dockerfiles of a Bake file in HCL or JSON, in order: `dockerfile-inline = <<EOT`, and those in double quotes. One with a template
 * (`${…}`, `%{…}`) that Bake fills in is left out: nobody knows its text.
 */
export function bakeDockerfiles(text: string): readonly InlineDockerfile[] {
	// Reading all of it takes its time, and hardly any file has one.
	if (!text.includes("dockerfile-inline")) return [];
	const places = isJsonBake(text) ? placesInJson(text) : placesInHcl(text);
	const targets = inlineTargets(text);
	return places.flatMap(({ inline, written }) => {
		const own = targets.get(written);
		return inline === undefined ? [] : [{ ...inline, targets: own === undefined ? undefined : namedTargets(own) }];
	});
}

/** A value of `dockerfile-inline`. */
interface Place {
	readonly inline: Omit<InlineDockerfile, "targets"> | undefined;
	/** As {@link inlineTargets} names it. */
	readonly written: string;
}

function placesInJson(text: string): readonly Place[] {
	const parsed = parseJson(text);
	const targets = "fault" in parsed || parsed.root.kind !== "object" ? undefined : memberOf(parsed.root, "target")?.value;
	if (targets?.kind !== "object") return [];
	return targets.members.flatMap(({ value: target }) => {
		const value = target.kind === "object" ? memberOf(target, "dockerfile-inline")?.value : undefined;
		if (value?.kind !== "string") return [];
		const between = { start: value.span.start + 1, end: value.span.end - 1 };
		return [{ inline: quotedDockerfile(text, between, BAKE_FILLING), written: JSON.stringify(value.value) }];
	});
}

function placesInHcl(text: string): readonly Place[] {
	const found: Place[] = [];
	const start = /^[ \t]*dockerfile-inline[ \t]*=[ \t]*(?:<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n|")/gm;
	for (let match = start.exec(text); match !== null; match = start.exec(text)) {
		const from = match.index + match[0].length;
		if (match[2] === undefined) {
			const end = closingQuote(text, from);
			if (end === undefined || !/^[ \t]*(?:$|[\r\n,}#]|\/[/*])/.test(text.slice(end + 1, end + 100))) continue;
			found.push({ inline: quotedDockerfile(text, { start: from, end }, BAKE_FILLING), written: text.slice(from - 1, end + 1) });
			start.lastIndex = end + 1;
		} else {
			const lines = linesUpTo(text, from, match[2]);
			if (lines === undefined) return found;
			const end = from + lines.join("").length;
			const written = text.slice(match.index + match[0].indexOf("<<"), end).trimEnd();
			found.push({ inline: heredocDockerfile(lines, from, match[1] === "-"), written });
			start.lastIndex = end;
		}
	}
	return found;
}

function linesUpTo(text: string, from: number, marker: string): readonly string[] | undefined {
	const lines: string[] = [];
	for (let at = from; at < text.length; ) {
		const end = text.indexOf("\n", at);
		const line = text.slice(at, end === -1 ? text.length : end + 1);
		if (line.trim() === marker) return lines;
		lines.push(line);
		at += line.length;
	}
	return undefined;
}

/** `<<-` takes the indentation away that all lines share (HCL specification, "flush heredoc"). */
function heredocDockerfile(lines: readonly string[], from: number, isFlush: boolean): Omit<InlineDockerfile, "targets"> | undefined {
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
