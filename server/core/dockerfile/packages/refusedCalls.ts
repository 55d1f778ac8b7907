import type { ImageReference } from "../../image/reference.ts";
import { reachesLines } from "../../image/supportEnd.ts";
import { EXTERNALLY_MANAGED, RUBYGEMS_3 } from "../../knowledge/firstLines.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { packageCallsOf } from "./packageCalls.ts";
import { writesToSystemPython } from "./systemPip.ts";

/** Whether stages call package managers in a way that those of the image in place of theirs refuse. */
export function callsAreRefused(stages: readonly Stage[], from: ImageReference, to: ImageReference): boolean {
	const reaches = (first: Readonly<Record<string, string>>): boolean =>
		reachesLines(from, first) === false && reachesLines(to, first) === true;
	if (reaches(EXTERNALLY_MANAGED) && stages.some(installsBesidePackages)) return true;
	return reaches(RUBYGEMS_3) && stages.some((stage) => runSteps(stage).some(skipsOldDocuments));
}

/** What tells pip that it may, or takes away the file that forbids it. */
const ALLOWING = /break-system-packages|BREAK_SYSTEM_PACKAGES|EXTERNALLY-MANAGED/;

function installsBesidePackages(stage: Stage): boolean {
	const isRefused = runSteps(stage).some((step) => packageCallsOf(step).some((call) => writesToSystemPython(step, call)));
	return isRefused && !lineage(stage).some(({ steps }) => steps.some((step) => ALLOWING.test(stepText(step))));
}

/** `gem install --no-ri --no-rdoc`, which is `--no-document` today. */
function skipsOldDocuments(step: Step): boolean {
	return commandsOf(step).some(({ program, args }) => program === "gem" && args.some(({ value }) => /^--no-r(?:i|doc)$/.test(value ?? "")));
}
