import type { ImageReference } from "../../image/reference.ts";
import { EXTERNALLY_MANAGED, RUBYGEMS_3 } from "../../knowledge/firstLines.ts";
import { baseImageFacts } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { packageCallsOf } from "./packageCalls.ts";
import { newlyReaches } from "./plainTags.ts";
import { writesToSystemPython } from "./systemPip.ts";

/** Whether stages call package managers in a way that those of the image in place of theirs refuse. */
export function callsAreRefused(stages: readonly Stage[], from: ImageReference, to: ImageReference): boolean {
	// A pip that the image brings with its own Python stands in front of the distribution's.
	const bringsPip = baseImageFacts(to).programs?.includes("pip") === true;
	if (!bringsPip && newlyReaches(from, to, EXTERNALLY_MANAGED) && stages.some(installsBesidePackages)) return true;
	return newlyReaches(from, to, RUBYGEMS_3) && stages.some((stage) => runSteps(stage).some(skipsOldDocuments));
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
