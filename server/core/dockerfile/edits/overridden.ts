import type { Fix } from "../../finding.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import type { Flag } from "../syntax/flags.ts";
import { removeInstruction } from "./edit.ts";

/** An instruction without effect, and the one that takes its place. */
export interface OverriddenStep {
	readonly step: Step;
	/** The last of its kind in the stage, which is in force. */
	readonly by: Step;
	/** Removes the instruction; empty where a comment between its lines would go with it. */
	readonly fixes: readonly Fix[];
}

/**
 * The instructions of a keyword that a later one of the same stage replaces, in order. Those in stages below, and those that
 * ONBUILD defers, are no part of the count.
 */
export function* overriddenSteps(file: Dockerfile, keyword: "CMD" | "ENTRYPOINT" | "HEALTHCHECK"): Generator<OverriddenStep> {
	for (const stage of file.stages) {
		const steps = stage.steps.filter((step) => step.keyword === keyword);
		const by = steps[steps.length - 1];
		if (by === undefined) continue;
		for (const step of steps.slice(0, -1)) {
			const commented = file.comments.some(({ span }) => step.span.start < span.start && span.end <= step.span.end);
			const safety = isAccepted(step) ? "safe" : "review";
			const fixes: readonly Fix[] = [{ title: `Remove the ${keyword} without effect`, safety, edits: [removeInstruction(file, step)] }];
			yield { step, by, fixes: commented ? [] : fixes };
		}
	}
}

/** Whether every builder takes the instruction: without one that they refuse, a build that fails would succeed. */
function isAccepted({ keyword, flags, exec, arguments: { text } }: Step): boolean {
	if (keyword !== "HEALTHCHECK") return flags.length === 0 && text.trim() !== "";
	const names = new Set(flags.map(({ name }) => name));
	if (names.size < flags.length || !flags.every(isPlainOption)) return false;
	return /^(?:NONE|CMD\s+\S.*)$/is.test(text.trim()) && exec?.values.length !== 0;
}

function isPlainOption({ name, value = "" }: Flag): boolean {
	if (name === "retries") return /^[1-9]\d{0,5}$/.test(value);
	return /^(?:interval|timeout|start-period)$/.test(name) && /^[1-9]\d{0,5}[smh]$/.test(value);
}
