import { isMap, isScalar, parseDocument, type Scalar } from "yaml";
import { mappedTextBuilder } from "../mappedText.ts";
import { targetOf } from "../references/compose.ts";
import { namedTargets } from "../references/givenBuild.ts";
import type { InlineDockerfile } from "./inlineDockerfile.ts";

/**
 * The Dockerfiles in `services.*.build.dockerfile_inline`, in order. Only those in literal block scalars (`|`): the lines of others do
 * not stand in the file as the builder gets them. One with a variable that Compose fills in is left out: nobody knows its text.
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

function inlineOf(text: string, scalar: Scalar): Omit<InlineDockerfile, "targets"> | undefined {
	if (scalar.type !== "BLOCK_LITERAL" || !scalar.range || typeof scalar.value !== "string") return undefined;
	const [headerAt, end] = scalar.range;
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
		if (!addUnescaped(builder, line.slice(indent), at + indent)) return undefined;
		at += line.length;
	}
	const mapped = builder.build();
	// The reader of YAML has the last word; it differs where the indentation is written into the header.
	const read = mapped.text.replaceAll("\r\n", "\n");
	return read.trimEnd() === scalar.value.replaceAll("$$", "$").trimEnd() ? { mapped, indentation, written } : undefined;
}

/** Compose fills in what follows a single dollar sign. */
function written(text: string): string {
	return text.replaceAll("$", () => "$$");
}

/** `$$` is a dollar sign; false where a single one stands, which Compose fills in. */
function addUnescaped(builder: ReturnType<typeof mappedTextBuilder>, line: string, source: number): boolean {
	let from = 0;
	for (let at = line.indexOf("$"); at !== -1; at = line.indexOf("$", from)) {
		if (line[at + 1] !== "$") return false;
		builder.add(line.slice(from, at + 1), source + from);
		from = at + 2;
	}
	builder.add(line.slice(from), source + from);
	return true;
}
