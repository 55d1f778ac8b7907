import { instructionMentions } from "../dockerfile/model/mentions.ts";
import type { Dockerfile, Step } from "../dockerfile/model/model.ts";
import { assignmentsOf } from "../dockerfile/model/views.ts";
import type { ImageUse } from "../dockerfile/variables/imageUses.ts";
import type { Declaration } from "../dockerfile/variables/variables.ts";
import type { Problem } from "../finding.ts";
import { isLocalImage } from "../image/reference.ts";
import { isSetByBuild } from "./setByBuild.ts";

/** Whether the file has a place for an image's digest. */
export type PinPlace =
	| { readonly kind: "written" }
	/** Builds pass the image in an ARG, so that a digest in its default would be one for nobody. */
	| { readonly kind: "passed" }
	| { readonly kind: "none"; readonly problem: Problem };

/**
 * Looks for the place. There is none where the reference is put together so that no word ends with its tag, and none in the
 * default of an ARG that commands see too: they may expect a name without a digest. A default that has a digest keeps having one,
 * whoever passes another image.
 */
export function pinPlace(file: Dockerfile, use: ImageUse): PinPlace {
	if (isLocalImage(use.reference))
		return none(`${use.reference.text} is an image of this machine, whose digest no registry knows`, "Push it to a registry first.");
	if (use.written === undefined) {
		return none(
			`${use.reference.text} is put together from variables, so that its digest has no place`,
			"Write the reference in one piece.",
		);
	}
	if (use.argument === undefined) return { kind: "written" };
	const { name } = use.argument.assignment;
	const reader = file.stages.flatMap((stage) => stage.steps).find((step) => readsArgument(file, step, use.argument as Declaration));
	if (reader === undefined) return { kind: use.reference.digest === undefined && isSetByBuild(file, use.argument) ? "passed" : "written" };
	const line = reader.firstLine + 1;
	return none(
		`${reader.keyword} in line ${line} reads ${name}, and may not expect a digest in it`,
		`Pass the digest with --build-arg ${name}=….`,
	);
}

/** LABEL and the declaration itself take any text; a command could cut the tag off it. */
function readsArgument(file: Dockerfile, step: Step, argument: Declaration): boolean {
	const { name } = argument.assignment;
	if (["ARG", "LABEL", "ONBUILD"].includes(step.keyword) || !instructionMentions(step, name)) return false;
	return step.stage.steps.some(
		(other) =>
			other.ordinal < step.ordinal &&
			other.keyword === "ARG" &&
			assignmentsOf(other, file.escape).some((assignment) => assignment.name === name && assignment.value === undefined),
	);
}

function none(message: string, hint: string): PinPlace {
	return { kind: "none", problem: { kind: "invalid", message, hint } };
}
