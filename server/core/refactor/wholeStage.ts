import type { Dockerfile, Stage } from "../dockerfile/model.ts";
import type { Span } from "../text.ts";
import { stepsAt } from "./refactoring.ts";

/** The stage whose FROM, or whose start of the container, a selection touches: where one asks for a change of the whole stage. */
export function wholeStageAt(file: Dockerfile, at: Span): Stage | undefined {
	const [step, ...others] = stepsAt(file, at);
	return step !== undefined && others.length === 0 && ["FROM", "CMD", "ENTRYPOINT"].includes(step.keyword) ? step.stage : undefined;
}
