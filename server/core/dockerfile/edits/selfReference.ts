import type { EditFix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import { type Span, shortened } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { type Assignment, assignmentsOf } from "../model/views.ts";
import { replace } from "./edit.ts";

/** The repair of an ARG or ENV that uses the variable that it declares, where nothing else sets that; undefined where there is none. */
export function selfReferenceFix(step: Step, name: string, places: readonly { readonly span: Span }[]): EditFix | undefined {
	if (step.keyword === "ARG") return ownDefault(step, name, places);
	return step.keyword === "ENV" ? ownTail(step, name, places) : undefined;
}

/** By name: the first assignment to it. */
const firstAssignments = remembered(
	(step: Step): ReadonlyMap<string, Assignment> =>
		new Map(
			assignmentsOf(step, step.stage.file.escape)
				.map((assignment) => [assignment.name, assignment] as const)
				.reverse(),
		),
);

/** `ARG A=$A` says what `ARG A` says. */
function ownDefault(step: Step, name: string, places: readonly { readonly span: Span }[]): EditFix | undefined {
	const assignment = firstAssignments(step).get(name);
	if (
		assignment?.value === undefined ||
		!places.every(({ span }) => assignment.span.start <= span.start && span.end <= assignment.span.end)
	)
		return undefined;
	if (!/^["']?\$\{?\w+\}?["']?$/.test(assignment.value)) return undefined;
	return {
		title: "Leave the default out",
		safety: "review",
		edits: [replace({ start: assignment.span.start + name.length, end: assignment.span.end }, "")],
	};
}

/** `ENV A=/x:$A`: without the part that is empty, and the colon, which programs read as the current folder. */
function ownTail(step: Step, name: string, places: readonly { readonly span: Span }[]): EditFix | undefined {
	const { file } = step.stage;
	const [place] = places;
	const assignment = firstAssignments(step).get(name);
	if (place === undefined || places.length > 1 || assignment === undefined) return undefined;
	const braced = file.text[place.span.start - 1] === "{";
	const start = place.span.start - (braced ? 2 : 1);
	const end = place.span.end + (braced ? 1 : 0);
	if (start <= assignment.span.start || end > assignment.span.end || !/^\$\{?\w+\}?$/.test(file.text.slice(start, end))) return undefined;
	const before = file.text[start - 1] === ":";
	if (!before && file.text[end] !== ":") return undefined;
	const span = before ? { start: start - 1, end } : { start, end: end + 1 };
	return { title: `Leave $${shortened(name, 30)} out`, safety: "review", edits: [replace(span, "")] };
}
