import { addTo } from "../../addTo.ts";
import { NEEDED_RECOMMENDATIONS, type NeededRecommendation } from "../../knowledge/recommendedPackages.ts";
import { remembered } from "../../memo.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { isBeforeLine } from "../base/distributionLine.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";
import { runsAlways } from "./aptLists.ts";
import { leavesRecommendsOut } from "./aptRecommends.ts";
import { type InstalledPackage, installedPackages, isRemovedAgain, placeOf } from "./installedPackages.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";

/**
 * What a call of apt brings along only because other packages recommend it, and what these do not work without: it has to be named
 * where recommended packages are left out, with the version where that of the others is asked for and it has to be the same.
 */
export function neededRecommendations(step: Step, call: PackageCall): readonly string[] {
	const packages = packagesIn(step, call);
	const names = packages.map(plainName);
	const needed: string[] = [];
	const versions = new Map<string, string>();
	for (const { need, firstBringing, above } of NEEDS) {
		// What was chosen already brings others along.
		if (!isRecommended(need, names) || comesAnyway(need, [...names, ...needed])) continue;
		if (isInBase(need, step.stage) || !isOfUse(need, step.stage)) continue;
		const first = firstBringing(step);
		if (!above.above(step) && (first === undefined || placeOf(step, first) >= placeOf(step, call))) {
			needed.push(need.name);
			versions.set(need.name, versionFor(need, packages));
		}
	}
	return needed.map((name) => name + versions.get(name));
}

function versionFor({ sameVersion, recommendedBy }: NeededRecommendation, packages: readonly InstalledPackage[]): string {
	if (sameVersion !== true) return "";
	const asked = packages.find((installed) => installed.version !== undefined && recommendedBy.has(plainName(installed)))?.version;
	// That it was compiled anew for one architecture is no matter of the source.
	return asked?.replace(/\+b\d+$/, "") ?? "";
}

/** Whether a stage, or one that starts from it, shows what the package is for, where it has such a condition. */
function isOfUse({ programs, beside, dependencyFrom }: NeededRecommendation, stage: Stage): boolean {
	const has = (wanted: ReadonlySet<string>, there: ReadonlyMap<Stage, ReadonlySet<string>>): boolean =>
		[...wanted].some((name) => there.get(stage)?.has(name));
	if (programs !== undefined && !has(programs, programsCalled(stage.file))) return false;
	if (beside !== undefined && !has(beside, packagesNamed(stage.file))) return false;
	return dependencyFrom === undefined || isBeforeLine(stage, dependencyFrom);
}

const NEEDS = NEEDED_RECOMMENDATIONS.map((need) => {
	const firstBringing = remembered((step: Step) => packageCallsOf(step).find((call) => brings(need, step, call)));
	return { need, firstBringing, above: anyStep((step) => firstBringing(step) !== undefined) };
});

const PROGRAMS = new Set(NEEDED_RECOMMENDATIONS.flatMap(({ programs = [] }) => [...programs]));

const programsCalled = remembered((file: Dockerfile) =>
	withThoseOnTop(file, (step) => commandsOf(step).flatMap(({ program = "" }) => (PROGRAMS.has(program) ? [program] : []))),
);

const PACKAGES = new Set(NEEDED_RECOMMENDATIONS.flatMap(({ beside = [] }) => [...beside]));

const packagesNamed = remembered((file: Dockerfile) =>
	withThoseOnTop(file, (step) =>
		installedPackages(step)
			.map(plainName)
			.filter((name) => PACKAGES.has(name)),
	),
);

/** What the RUNs of each stage show, and those of the stages that start from it. */
function withThoseOnTop({ stages }: Dockerfile, shown: (step: Step) => readonly string[]): ReadonlyMap<Stage, ReadonlySet<string>> {
	const found = new Map<Stage, Set<string>>();
	// Stages stand behind those that they start from.
	for (const stage of stages.toReversed()) {
		const own = found.get(stage) ?? new Set();
		for (const step of runSteps(stage)) for (const name of shown(step)) own.add(name);
		found.set(stage, own);
		const { base } = stage;
		if (base.kind === "stage") found.set(base.stage, new Set([...(found.get(base.stage) ?? []), ...own]));
	}
	return found;
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
