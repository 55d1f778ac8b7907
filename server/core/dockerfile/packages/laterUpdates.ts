import { remembered } from "../../memo.ts";
import { stepsBehind } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { isUpdate } from "./composerUpdates.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";
import { changesWithDevelopment, installFolder } from "./productionInstalls.ts";

/** Whether the project of a call is installed once more, with development dependencies, in the same stage or in one that starts from it. */
export function isUpdatedLater(step: Step, call: PackageCall): boolean {
	const calls = packageCallsOf(step);
	const folder = installFolder(step, call);
	const isMeant = (at: Step, later: PackageCall): boolean =>
		(later.manager === "composer") === (call.manager === "composer") && (folder === undefined || installFolder(at, later) === folder);
	return (
		calls.slice(calls.indexOf(call) + 1).some((later) => updates(step, later) && isMeant(step, later)) ||
		stepsBehind(step).some((behind) => updatesIn(behind).some((later) => isMeant(behind, later)))
	);
}

const updatesIn = remembered((step: Step): readonly PackageCall[] =>
	step.keyword === "RUN" ? packageCallsOf(step).filter((call) => updates(step, call)) : [],
);

function updates(step: Step, call: PackageCall): boolean {
	return isUpdate(step, call) || changesWithDevelopment(step, call);
}
