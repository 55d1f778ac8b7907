import type { Dockerfile, Stage, Step } from "../dockerfile/model/model.ts";
import type { Span, SpanEdit } from "../text.ts";

/** Where editors list a refactoring; names of the language server protocol. */
export type RefactoringKind = "refactor.rewrite" | "refactor.extract" | "refactor.inline";

/** A change of form that somebody may want at a place, whether anything is wrong there or not. */
export interface Refactoring {
	/** Imperative, short. */
	readonly title: string;
	readonly kind: RefactoringKind;
	readonly edits: readonly SpanEdit[];
	/** What to know before applying it: one sentence. Without one, what is built stays the same. */
	readonly note?: string;
}

/** The refactorings of one kind that are possible for a selection; an empty one is a place. Never throws; where the meaning could change it gives none. */
export type Refactorer = (file: Dockerfile, at: Span) => readonly Refactoring[];

/** The instructions of stages that a selection touches, FROM included, in order; those inside ONBUILD are none. */
export function stepsAt(file: Dockerfile, at: Span): readonly Step[] {
	return file.stages.flatMap((stage) => [stage.from, ...stage.steps]).filter(({ span }) => span.start <= at.end && at.start <= span.end);
}

/** The stage whose FROM, or whose start of the container, a selection touches: where one asks for a change of the whole stage. */
export function wholeStageAt(file: Dockerfile, at: Span): Stage | undefined {
	const [step, ...others] = stepsAt(file, at);
	return step !== undefined && others.length === 0 && ["FROM", "CMD", "ENTRYPOINT"].includes(step.keyword) ? step.stage : undefined;
}
