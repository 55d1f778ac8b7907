import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { type Assignment, assignmentsOf } from "../model/views.ts";
import { expandAt } from "./variables.ts";

/** One `key=value` of a LABEL. */
export interface Label {
	/** The instruction that holds it. */
	readonly step: Step;
	readonly assignment: Assignment;
	/** Without quotes. */
	readonly key: string;
	/** Without quotes and escapes; undefined if a variable has a part in it. */
	readonly value: string | undefined;
	/** The value in the file without the quotes around it. */
	readonly valueSpan: Span;
}

/** The labels that a stage sets itself, in order. Those whose key has a variable in it are left out, and those inside ONBUILD. */
export const labelsOf = remembered((stage: Stage): readonly Label[] =>
	stage.steps.flatMap((step) => (step.keyword === "LABEL" ? labelsIn(step) : [])),
);

/** The labels that an image of the stage has from this file: its own and those of the stages that it starts from, the last of a key. */
export const effectiveLabels = remembered((stage: Stage): ReadonlyMap<string, Label> => {
	const labels = new Map<string, Label>();
	for (const ancestor of [...lineage(stage)].reverse()) for (const label of labelsOf(ancestor)) labels.set(label.key, label);
	return labels;
});

/** Whether a stage, or one that it starts from, sets a label whose key a variable hides: it could be any. */
export function hasVariableKey(stage: Stage): boolean {
	return lineage(stage).some(({ steps, file }) =>
		steps.some((step) => step.keyword === "LABEL" && assignmentsOf(step, file.escape).some(({ name }) => name.includes("$"))),
	);
}

/** Every label of the file that has one of the keys. */
export function labelsWithKey(file: Dockerfile, keys: readonly string[]): readonly Label[] {
	return file.stages.flatMap((stage) => labelsOf(stage).filter(({ key }) => keys.includes(key)));
}

function labelsIn(step: Step): readonly Label[] {
	return assignmentsOf(step, step.stage.file.escape).flatMap((assignment): readonly Label[] => {
		const { name, value, valueSpan } = assignment;
		if (value === undefined || valueSpan === undefined || name.includes("$")) return [];
		return [{ step, assignment, key: name, value: valueOf(step, value), valueSpan: withoutQuotes(value, valueSpan) }];
	});
}

function valueOf(step: Step, written: string): string | undefined {
	if (written.includes("$")) return undefined;
	const expansion = expandAt(step, written);
	return expansion.kind === "known" ? expansion.value : undefined;
}

function withoutQuotes(value: string, span: Span): Span {
	const quote = value[0];
	const quoted = (quote === '"' || quote === "'") && value.length > 1 && value.indexOf(quote, 1) === value.length - 1;
	return quoted && value.length > 2 ? { start: span.start + 1, end: span.end - 1 } : span;
}
