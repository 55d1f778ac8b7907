import type { Dockerfile } from "../dockerfile/model/model.ts";
import { remembered } from "../memo.ts";
import { ownComment, type SuppressionFault } from "./ownSuppressions.ts";
import { checkSkips, peerSuppressions } from "./peerSuppressions.ts";
import type { Suppression } from "./suppression.ts";

/** Every suppression in a file, ours and those of other tools. */
export function suppressionsOf(file: Dockerfile): readonly Suppression[] {
	return readComments(file).suppressions;
}

/** What is wrong with how our own comments are written. */
export function suppressionFaultsOf(file: Dockerfile): readonly SuppressionFault[] {
	return readComments(file).faults;
}

const readComments = remembered((file: Dockerfile) => {
	const suppressions: Suppression[] = [];
	const faults: SuppressionFault[] = [];
	for (const comment of file.comments) {
		if (!comment.text.startsWith("hullguard-ignore")) {
			suppressions.push(...peerSuppressions(file, comment));
			continue;
		}
		const own = ownComment(file, comment);
		suppressions.push(...own.suppressions);
		faults.push(...own.faults);
	}
	const check = file.directives.find((directive) => directive.name === "check");
	if (check !== undefined) suppressions.push(...checkSkips(check.value, check.valueSpan.start, check, { kind: "file" }));
	return { suppressions, faults };
});
