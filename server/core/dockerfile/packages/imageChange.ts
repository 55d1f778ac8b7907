import { addTo } from "../../addTo.ts";
import { familiarName, type ImageReference } from "../../image/reference.ts";
import { isDistribution, lineName, type SupportLine, supportLines } from "../../image/supportEnd.ts";
import { PYTHON_3 } from "../../knowledge/firstLines.ts";
import { FAMILY_MANAGERS } from "../../knowledge/packageManagers.ts";
import { COMES_WITH, GONE_FROM, IN_ALL_OF_UBUNTU, OF_RELEASE, SOURCES_OF_RELEASE } from "../../knowledge/releasePackages.ts";
import { ACCOUNT_PROGRAMS } from "../../knowledge/systemAccounts.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { baseImageFacts } from "../base/baseFacts.ts";
import { ignoresFailure } from "../commands/errexit.ts";
import { commandsOf, runSteps, scriptOf } from "../commands/scripts.ts";
import { spokenMatches } from "../commands/spokenMatches.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { lineage, stagesFrom } from "../model/stages.ts";
import { startedCommands } from "../start/calledCommands.ts";
import { type ImageUse, imageUsesOf } from "../variables/imageUses.ts";
import { runsAlways } from "./aptLists.ts";
import { type InstalledPackage, installedPackages, SYSTEM_MANAGERS } from "./installedPackages.ts";
import { packageCallsOf } from "./packageCalls.ts";
import { leavesExtensions } from "./phpExtensions.ts";
import { doesNotFitUbuntu, newlyReaches } from "./plainTags.ts";
import { callsAreRefused } from "./refusedCalls.ts";
import { type ImageReplacement, mixesSystemLibraries, namesOtherVersion } from "./versionedPaths.ts";

/** Whether the stages that start from an image call, install or name something that is known not to fit the one in its place. */
export function doesNotFit(file: Dockerfile, use: ImageUse, to: ImageReference): boolean {
	const answers = answersByChange(file);
	const change = [use.written?.span.start, use.reference.text, familiarName(to), to.tag].join(" ");
	const known = answers.get(change);
	if (known !== undefined) return known;
	const answer = breaksWith(file, use, to);
	answers.set(change, answer);
	return answer;
}

/** Thousands of stages may start from what one ARG names. */
const answersByChange = remembered((_: Dockerfile) => new Map<string, boolean>());

function breaksWith(file: Dockerfile, use: ImageUse, to: ImageReference): boolean {
	const stages = stagesOn(file, use);
	const steps = stages.flatMap(runSteps);
	if (steps.some((step) => callsOtherManager(step, to))) return true;
	if (newlyReaches(use.reference, to, PYTHON_3) || doesNotFitUbuntu(stages, use.reference, to)) return true;
	const replacement = { from: use.reference, to, changesRelease: changesRelease(use.reference, to) };
	if (replacement.changesRelease) {
		if (steps.some((step) => installedPackages(step).some((installed) => isOfRelease(installed, replacement)))) return true;
		if (mixesSystemLibraries(stages)) return true;
	}
	if (namesOtherVersion(file, stages, replacement)) return true;
	if (leavesExtensions(stages, use.reference, to) || callsAreRefused(stages, use.reference, to)) return true;
	const left = releasePattern(use.reference, to);
	if (left !== undefined && steps.some((step) => namesRelease(step, left))) return true;
	const { lacks } = baseImageFacts(to);
	return lacks !== undefined && stages.some((stage) => callsMissing(stage, lacks));
}

/** The stages that start from the image where it is written (several, if an ARG names it), and those that start from them. */
export function stagesOn(file: Dockerfile, { written }: ImageUse): readonly Stage[] {
	return stagesByPlace(file).get(written?.span.start) ?? [];
}

const stagesByPlace = remembered((file: Dockerfile): ReadonlyMap<number | undefined, readonly Stage[]> => {
	const stages = new Map<number | undefined, Stage[]>();
	for (const { kind, step, written } of imageUsesOf(file))
		if (step !== undefined && kind === "from") addTo(stages, written?.span.start, step.stage);
	return new Map([...stages].map(([place, first]) => [place, [...new Set(first.flatMap(stagesFrom))]]));
});

/** Whether packages may come from another release, or another distribution: not where both references name the same one. */
function changesRelease(from: ImageReference, to: ImageReference): boolean {
	const named = distributionLines(from);
	return named.length === 0 || named.join() !== distributionLines(to).join();
}

function distributionLines(reference: ImageReference): readonly string[] {
	return supportLines(reference).flatMap((line) => (isDistribution(line.product) ? [lineName(line)] : []));
}

/** What names a release that the other image is not: in a package source it goes on to deliver what was built for the old one. */
function releasePattern(from: ImageReference, to: ImageReference): RegExp | undefined {
	const there = supportLines(to).map(lineName);
	const names = supportLines(from).flatMap((line) => (there.includes(lineName(line)) ? [] : releaseNames(line)));
	return names.length === 0 ? undefined : new RegExp(`(?<![a-z0-9])(?:${names.join("|")})(?![0-9])`, "gi");
}

/** Programs that name accounts besides those that make them. */
const OWNER_PROGRAMS: ReadonlySet<string> = new Set(["passwd", "chown", "chgrp"]);

/** Whether a step names a release where that could be a package source: not in a comment, and not as the name of an account. */
function namesRelease(step: Step, pattern: RegExp): boolean {
	const accounts = (): readonly Span[] =>
		commandsOf(step)
			.filter(({ program = "" }) => ACCOUNT_PROGRAMS.has(program) || OWNER_PROGRAMS.has(program))
			.map(({ span }) => span);
	return spokenMatches(step, pattern, accounts).length > 0;
}

/** Patterns: `focal`, `ubuntu[-_/.]?20.04`, `ubuntu2004`. */
function releaseNames({ product, line }: SupportLine): readonly string[] {
	const sources = ownValue(SOURCES_OF_RELEASE, product.name);
	if (sources === undefined) return [];
	const codenames = Object.keys(product.codenames ?? {}).filter((name) => product.codenames?.[name] === line);
	const number = line.replaceAll(".", "\\.?");
	return [...codenames.map((name) => `${name}(?![a-z])`), `(?:${sources})[-_/.]?${number}`];
}

/** Whether a step calls package managers of which the image has none: one that calls several chooses. */
function callsOtherManager(step: Step, image: ImageReference): boolean {
	const { family, packageManagers } = baseImageFacts(image);
	const there = packageManagers ?? FAMILY_MANAGERS[family ?? ""];
	const called = packageCallsOf(step).filter(({ manager, command }) => SYSTEM_MANAGERS.has(manager) && runsAlways(command));
	return there !== undefined && called.length > 0 && !called.some(({ manager }) => there.includes(manager));
}

/** Whether a package is one that other releases do not have: by its name, or in a version that is written out. */
function isOfRelease({ name, version, kind }: InstalledPackage, { from, to }: ImageReplacement): boolean {
	if (kind !== "package") return false;
	const gone = ownValue(GONE_FROM, name);
	if (gone !== undefined && newlyReaches(from, to, gone)) return true;
	if (version !== undefined && !/^[<>]/.test(version)) return true;
	return OF_RELEASE.test(name) && !(familiarName(to) === "ubuntu" && IN_ALL_OF_UBUNTU.test(name));
}

/** Whether a stage calls a program, by the package that brings it, that nothing in its lineage installs. */
function callsMissing(stage: Stage, lacks: Readonly<Record<string, string>>): boolean {
	const neededBy = (command: ShellCommand): readonly string[] =>
		programsOf(command).flatMap((program) => {
			const name = ownValue(lacks, program);
			return name === undefined ? [] : [name];
		});
	const steps = lineage(stage).flatMap(runSteps);
	const needed = [
		...steps.flatMap((step) =>
			commandsOf(step).flatMap((command) => {
				const names = neededBy(command);
				return names.length === 0 || isOptional(step, command) ? [] : names;
			}),
		),
		...startedCommands(stage).flatMap(neededBy),
	];
	if (needed.length === 0) return false;
	const installed = new Set(steps.flatMap(installedPackages).map(({ name }) => name));
	return needed.some((name) => ![name, ...(ownValue(COMES_WITH, name) ?? [])].some((bringing) => installed.has(bringing)));
}

/** Whether a RUN does without what a command does: `git rev-parse HEAD || true`. */
function isOptional(step: Step, command: ShellCommand): boolean {
	const script = scriptOf(step, command);
	return script !== undefined && /^\s*\|\|/.test(script.source.text.slice(command.end)) && ignoresFailure(script, command);
}

/** The program of a command; of `tar` the one that it unpacks with. */
function programsOf({ program, args }: ShellCommand): readonly string[] {
	if (program !== "tar") return program === undefined ? [] : [program];
	const texts = args.map(({ text }) => text);
	if (texts.some((text, index) => /\.t?bz2?["']?$/.test(text) || (isShort(text, index) && text.includes("j")))) return ["bzip2"];
	return texts.some((text, index) => /\.t?xz["']?$/.test(text) || (isShort(text, index) && text.includes("J"))) ? ["xz"] : [];
}

/** Whether a word of tar's holds letters that are options: `-xJf`, or `xJf` in front. */
function isShort(text: string, index: number): boolean {
	return index === 0 ? /^-?[A-Za-z]+$/.test(text) : /^-[A-Za-z]+$/.test(text);
}
