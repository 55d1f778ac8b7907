import type { Problem } from "../finding.ts";
import { JUSTIFICATIONS, justificationNamed, STATUSES, statusNamed } from "./justifications.ts";
import type { VexDecision } from "./statement.ts";

/** A decision as it is typed: on a command line, or in the input boxes of an editor. */
export interface DecisionInput {
	readonly status: string;
	readonly justification?: string | undefined;
	/** The impact for `not_affected`, the action for `affected`, a note for the others. */
	readonly comment?: string | undefined;
}

/** The decision, or what is wrong with it as one readable complaint. */
export function readDecision(input: DecisionInput): { readonly decision: VexDecision } | { readonly problem: Problem } {
	const status = statusNamed(input.status.trim());
	const comment = (input.comment ?? "").trim();
	const justification = (input.justification ?? "").trim();
	if (status === undefined) return complain(`"${input.status}" is no VEX status`, `Use ${listOf(STATUSES)}`);
	if (status !== "not_affected" && justification !== "") {
		return complain(`A justification does not go with "${status}"`, 'Leave it out, or use the status "not_affected"');
	}
	if (status === "not_affected") {
		const known = justificationNamed(justification);
		if (known !== undefined) {
			return { decision: { status, justification: known, ...(comment === "" ? {} : { impact: comment }) } };
		}
		const message = justification === "" ? '"not_affected" needs a justification' : `"${justification}" is no justification`;
		return complain(message, `Use ${listOf(JUSTIFICATIONS)}`);
	}
	if (status === "affected") {
		if (comment !== "") return { decision: { status, action: comment } };
		return complain('"affected" needs a comment', "Say what users of the image should do about it");
	}
	return { decision: { status, ...(comment === "" ? {} : { notes: comment }) } };
}

function complain(message: string, hint: string): { readonly problem: Problem } {
	return { problem: { kind: "invalid", message, hint } };
}

function listOf(choices: readonly { readonly value: string }[]): string {
	const values = choices.map((choice) => choice.value);
	return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
