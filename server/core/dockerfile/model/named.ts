import type { Dockerfile, Step } from "./model.ts";

/** The instructions of a keyword in all stages, in order; those that ONBUILD defers are among them. */
export function* stepsNamed(file: Dockerfile, keyword: string): Generator<Step> {
	for (const stage of file.stages) {
		for (const outer of stage.steps) {
			const step = outer.trigger ?? outer;
			if (step.keyword === keyword) yield step;
		}
	}
}
