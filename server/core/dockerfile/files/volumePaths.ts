import { sourceSpan } from "../../mappedText.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { removeInstruction, replace } from "../edits/edit.ts";
import { removeArgument } from "../edits/layoutEdit.ts";
import { standsInOnbuild } from "../model/instructions.ts";
import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { normalPath } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";

/** A path that VOLUME declares. */
export interface VolumePath {
	/** Without the quotes of exec form. */
	readonly span: Span;
	/** As written. */
	readonly text: string;
	/** Absolute and normal; undefined where a variable decides, and for Windows paths. */
	readonly path: string | undefined;
	/** Makes the edit that takes it out of the list, with the instruction if nothing else is in it. Undefined for the only one of an ONBUILD. */
	readonly removal: () => SpanEdit | undefined;
}

/** The paths of a VOLUME, in JSON or plain form; empty for other instructions. */
export function volumePathsOf(step: Step): readonly VolumePath[] {
	if (step.keyword !== "VOLUME") return [];
	const words =
		step.exec === undefined
			? splitAtBlanks(step.arguments).map(({ text, span }) => ({ text, span }))
			: step.exec.elements.map(({ at, value, span, plain }) => ({
					text: value,
					span: plain ? sourceSpan(step.arguments, at + 1, at + 1 + value.length) : span,
				}));
	return words.map(({ text, span }, index) => ({
		text,
		span,
		path: pathOf(step, text),
		removal: () => removalOf(step, span, index, words.length),
	}));
}

function pathOf(step: Step, text: string): string | undefined {
	const expansion = expandAt(step, text);
	if (expansion.kind !== "known" || expansion.unset.length > 0 || !expansion.value.startsWith("/")) return undefined;
	return normalPath(expansion.value);
}

function removalOf(step: Step, span: Span, index: number, count: number): SpanEdit | undefined {
	const { file } = step.stage;
	if (count === 1) return standsInOnbuild(file, step) ? undefined : removeInstruction(file, step);
	const elements = step.exec?.elements;
	if (elements === undefined) return removeArgument(file, span);
	const next = elements[index + 1];
	const previous = elements[index - 1];
	const own = elements[index];
	if (own === undefined) return undefined;
	if (next !== undefined) return replace({ start: own.span.start, end: next.span.start }, "");
	return previous === undefined ? undefined : replace({ start: previous.span.end, end: own.span.end }, "");
}
