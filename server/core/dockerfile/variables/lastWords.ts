import { remembered } from "../../memo.ts";
import { mentions } from "../model/mentions.ts";
import type { Stage, Step } from "../model/model.ts";
import { assignmentsOf } from "../model/views.ts";

/** Whether a later ENV of the stage decides what containers get under a name: one that mentions the variable passes on what it was. */
export function isOverwritten(step: Step, name: string): boolean {
	return (lastWords(step.stage).get(name) ?? -1) > step.ordinal;
}

/** The place of the last ENV that gives a variable a value of its own. */
const lastWords = remembered((stage: Stage): ReadonlyMap<string, number> => {
	const places = new Map<string, number>();
	for (const step of stage.steps) {
		if (step.keyword !== "ENV") continue;
		for (const { name, value } of assignmentsOf(step, stage.file.escape)) {
			if (!mentions(value ?? "", name)) places.set(name, step.ordinal);
		}
	}
	return places;
});
