import { addTo } from "../../addTo.ts";
import { NEEDED_RECOMMENDATIONS, type NeededRecommendation } from "../../knowledge/recommendedPackages.ts";
import { remembered } from "../../memo.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";
import { runsAlways } from "./aptLists.ts";
import { leavesRecommendsOut } from "./aptRecommends.ts";
import { type InstalledPackage, installedPackages, isRemovedAgain, placeOf } from "./installedPackages.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";

/**
 * What a call of apt brings along only because other packages recommend it, and what these do not work without: it has to be named
 * where recommended packages are left out.
 */
export function neededRecommendations(step: Step, call: PackageCall): readonly string[] {
	const names = packagesIn(step, call).map(plainName);
	return NEEDS.filter(({ need, firstBringing, above }) => {
		if (!isRecommended(need, names) || comesAnyway(need, names) || isInBase(need, step.stage)) return false;
		if (need.programs !== undefined && !isCalled(need.programs, step.stage.file)) return false;
		const first = firstBringing(step);
		return !above.above(step) && (first === undefined || placeOf(step, first) >= placeOf(step, call));
	}).map(({ need }) => need.name);
}

const NEEDS = NEEDED_RECOMMENDATIONS.map((need) => {
	const firstBringing = remembered((step: Step) => packageCallsOf(step).find((call) => brings(need, step, call)));
	return { need, firstBringing, above: anyStep((step) => firstBringing(step) !== undefined) };
});

function isCalled(programs: ReadonlySet<string>, { stages }: Dockerfile): boolean {
	return stages.some((stage) => runSteps(stage).some((step) => commandsOf(step).some(({ program }) => programs.has(program ?? ""))));
}

function isInBase({ inBase }: NeededRecommendation, stage: Stage): boolean {
	const { certificates, compilers } = stageBaseFacts(stage);
	switch (inBase) {
		case "with certificates":
			return certificates !== false;
		case "with compilers":
			return compilers === true;
		case "none":
			return false;
	}
}

/** Whether the package is there behind a step with a call: because it is named, because another one needs it, or because one recommends it. */
function brings(need: NeededRecommendation, step: Step, call: PackageCall): boolean {
	if (call.manager !== "apt" || !runsAlways(call.command)) return false;
	const names = packagesIn(step, call)
		.filter((installed) => !isRemovedAgain(step, installed))
		.map(plainName);
	return comesAnyway(need, names) || (isRecommended(need, names) && !leavesRecommendsOut(step, call));
}

function packagesIn(step: Step, call: PackageCall): readonly InstalledPackage[] {
	return packagesByCall(step).get(call) ?? [];
}

const packagesByCall = remembered((step: Step): ReadonlyMap<PackageCall, readonly InstalledPackage[]> => {
	const byCall = new Map<PackageCall, InstalledPackage[]>();
	for (const installed of installedPackages(step)) addTo(byCall, installed.call, installed);
	return byCall;
});

/** `gcc` for `gcc-13`, `python3-dev` for `python3.11-dev`, and `php-dev` for `php8.2-dev`. */
function plainName({ name }: InstalledPackage): string {
	return name.replace(/-\d+(?:\.\d+)?$/, "").replace(/^((?:lib)?python3|php)\d*\.\d+/, "$1");
}

function isRecommended({ recommendedBy }: NeededRecommendation, names: readonly string[]): boolean {
	return names.some((name) => recommendedBy.has(name));
}

function comesAnyway({ name: own, dependedOnBy }: NeededRecommendation, names: readonly string[]): boolean {
	return names.some((name) => name === own || dependedOnBy.has(name));
}
