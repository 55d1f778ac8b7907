import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";

/** A COPY or ADD of files from the build context. */
export interface ContextCopy {
	readonly step: Step;
	readonly sources: readonly CopySource[];
	/** As written, quotes of exec form taken away. */
	readonly destination: string;
	readonly destinationSpan: Span;
	/** Where the files go, absolute; undefined where a variable or the base image's WORKDIR decides. */
	readonly target: string | undefined;
}

/** One source, as written and with its variables substituted. */
export interface CopySource {
	readonly text: string;
	/** Without the quotes of exec form. */
	readonly span: Span;
	/** Undefined where a variable hides it. */
	readonly value: string | undefined;
}

/** What a step copies from the context; undefined if it is no COPY or ADD, or takes from a stage or an image. Heredocs and addresses are no sources. */
export function contextCopyOf(step: Step): ContextCopy | undefined {
	return step.keyword === "COPY" || step.keyword === "ADD" ? readCopy(step) : undefined;
}

const readCopy = remembered((step: Step): ContextCopy | undefined => {
	if (step.flags.some((flag) => flag.name === "from")) return undefined;
	const words =
		step.exec === undefined
			? splitAtBlanks(step.arguments).map(({ text, span }) => ({ text, span }))
			: step.exec.elements.map(({ value, span }) => ({ text: value, span: { start: span.start + 1, end: span.end - 1 } }));
	const last = words[words.length - 1];
	if (last === undefined || words.length < 2) return undefined;
	const sources = words
		.slice(0, -1)
		.map((word): CopySource => ({ ...word, value: valueOf(step, word.text) }))
		.filter(({ text, value }) => !/^["']?(?:<<|[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(value ?? text));
	return { step, sources, destination: last.text, destinationSpan: last.span, target: targetOf(step, last.text) };
});

/** The source that stands for the whole context: `.`, `./`, `/`, `*`, `./*`, or a variable that says so. */
export function wholeContextSource(copy: ContextCopy): CopySource | undefined {
	return copy.sources.find((source) => source.value !== undefined && isContextRoot(source.value));
}

/** Whether a source, its variables substituted, names the root of the context or all that lies in it. */
export function isContextRoot(source: string): boolean {
	if (!source.includes("..") && /[^./*]/.test(source)) return false;
	const path = normalPath(source);
	// `..` does not lead out of the context.
	return path === "/" || path === "/*" || path === "/**";
}

function valueOf(step: Step, text: string): string | undefined {
	const expansion = expandAt(step, text);
	return expansion.kind === "known" && expansion.unset.length === 0 ? expansion.value : undefined;
}

function targetOf(step: Step, destination: string): string | undefined {
	const value = valueOf(step, destination);
	if (value === undefined) return undefined;
	if (value.startsWith("/")) return normalPath(value);
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" ? normalPath(`${workdir.value}/${value}`) : undefined;
}
