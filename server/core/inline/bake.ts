import { mappedTextBuilder } from "../mappedText.ts";
import { inlineTargets } from "../references/bakeTargets.ts";
import { namedTargets } from "../references/givenBuild.ts";
import type { InlineDockerfile } from "./inlineDockerfile.ts";

/**
 * The Dockerfiles in `dockerfile-inline = <<EOT` of a Bake file in HCL, in order. One with a template (`${…}`, `%{…}`) that Bake fills in
 * is left out: nobody knows its text.
 */
export function bakeDockerfiles(text: string): readonly InlineDockerfile[] {
	const found: InlineDockerfile[] = [];
	let targets: ReturnType<typeof inlineTargets> | undefined;
	const start = /^[ \t]*dockerfile-inline[ \t]*=[ \t]*<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n/gm;
	for (let match = start.exec(text); match !== null; match = start.exec(text)) {
		const from = match.index + match[0].length;
		const lines = linesUpTo(text, from, match[2] as string);
		if (lines === undefined) return found;
		const inline = inlineOf(lines, from, match[1] === "-");
		targets ??= inlineTargets(text);
		const own = targets.get(text.slice(match.index + match[0].indexOf("<<"), from + lines.join("").length).trimEnd());
		if (inline !== undefined) found.push({ ...inline, targets: own === undefined ? undefined : namedTargets(own) });
		start.lastIndex = from + lines.join("").length;
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
function inlineOf(lines: readonly string[], from: number, isFlush: boolean): Omit<InlineDockerfile, "targets"> | undefined {
	const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
	const indent = isFlush && indents.length > 0 ? Math.min(...indents) : 0;
	const builder = mappedTextBuilder();
	let at = from;
	for (const line of lines) {
		if (/(?:^|[^$%])[$%]\{/.test(line)) return undefined;
		const skip = Math.min(indent, /^ */.exec(line)?.[0].length ?? 0);
		let start = skip;
		for (const escaped of line.matchAll(/([$%])\1(?=\{)/g)) {
			builder.add(line.slice(start, escaped.index + 1), at + start);
			start = escaped.index + 2;
		}
		builder.add(line.slice(start), at + start);
		at += line.length;
	}
	return { mapped: builder.build(), indentation: " ".repeat(indent), written };
}

/** Bake fills in `${…}` and `%{…}` (HCL specification, "Template literals"). */
function written(text: string): string {
	return text.replace(/([$%])(?=\{)/g, "$1$1");
}
