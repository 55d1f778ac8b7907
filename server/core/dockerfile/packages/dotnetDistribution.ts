import type { ImageReference } from "../../image/reference.ts";
import { compareVersions } from "../../image/supportEnd.ts";
import { DEBIAN_WORDS, DOTNET_ON_UBUNTU } from "../../knowledge/dotnetImages.ts";
import { accountsOf } from "../accounts/accounts.ts";
import { runSteps } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { SYSTEM_MANAGERS } from "./installedPackages.ts";
import { packageCallsOf } from "./packageCalls.ts";

/** Whether the plain tags of .NET name an image on Debian, and one on Ubuntu in its place. */
export function turnsFromDebianToUbuntu(from: ImageReference, to: ImageReference): boolean {
	const [before, after] = [from, to].map(plainLine);
	if (before === undefined || after === undefined) return false;
	return compareVersions(before, DOTNET_ON_UBUNTU) < 0 && compareVersions(after, DOTNET_ON_UBUNTU) >= 0;
}

function plainLine({ registry, repository, tag = "" }: ImageReference): string | undefined {
	if (registry !== "mcr.microsoft.com" || !repository.startsWith("dotnet/")) return undefined;
	return /^\d+(?:\.\d+)*$/.exec(tag)?.[0];
}

/** Whether a stage's own steps install packages, name the distribution, or take the number that Ubuntu's image has given to a user of its own. */
export function reliesOnDebian(stage: Stage): boolean {
	return (
		runSteps(stage).some(dependsOnDistribution) || accountsOf(stage).some(({ id, step }) => step.stage === stage && id?.value === "1000")
	);
}

function dependsOnDistribution(step: Step): boolean {
	return DEBIAN_WORDS.test(stepText(step)) || packageCallsOf(step).some(({ manager }) => SYSTEM_MANAGERS.has(manager));
}
