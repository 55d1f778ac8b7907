import type { EditFix } from "../../finding.ts";
import { isForPages } from "../../secrets/names.ts";
import { shortened } from "../../text.ts";
import type { Step } from "../model/model.ts";
import type { Assignment } from "../model/views.ts";
import type { AssignedValue } from "../variables/variableSecrets.ts";
import { mountedArgumentEdits, removeUnusedVariable, secretOption } from "./secretMounts.ts";

/** Replaces an argument by a secret mount in the one RUN that uses it. */
export function argumentFix(step: Step, assignment: Assignment, value: AssignedValue): EditFix | undefined {
	const { name } = assignment;
	// A build that reads it from a mount writes it into the pages all the same.
	if (isForPages(name)) return undefined;
	const edits = value.kind === "none" || value.kind === "empty" ? mountedArgumentEdits(step, assignment) : undefined;
	if (edits === undefined) return undefined;
	return {
		title: `Mount ${shortened(name, 30)} as a build secret`,
		safety: "review",
		edits,
		note: `Build with ${secretOption(name)} instead of --build-arg ${name}.`,
	};
}

/** Takes the variable out of the environment, where nothing in the file needs it. */
export function environmentFix(step: Step, assignment: Assignment, value: AssignedValue): EditFix | undefined {
	if (value.kind === "empty" || value.kind === "placeholder") return undefined;
	const edit = removeUnusedVariable(step, assignment);
	if (edit === undefined) return undefined;
	const name = shortened(assignment.name, 30);
	if (step.stage.use === "copied")
		return {
			title: `Remove ${name} from the stage`,
			safety: "review",
			edits: [edit],
			note: "A RUN that needs it can mount it as a build secret.",
		};
	return {
		title: `Remove ${name} from the image`,
		safety: "review",
		edits: [edit],
		note: "Pass it when the container starts: docker run --env-file, or a mounted secret.",
	};
}
