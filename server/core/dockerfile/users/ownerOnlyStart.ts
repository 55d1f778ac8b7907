import { matchesGlob } from "../../glob.ts";
import { PROGRAM_FOLDERS } from "../../knowledge/programFolders.ts";
import { rememberedFor } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { runSteps } from "../commands/scripts.ts";
import { contextOrigins } from "../files/contextOrigins.ts";
import { absolute, copiedPaths } from "../files/copiedPaths.ts";
import { type ModeChange, modeStepsOf } from "../files/modeChanges.ts";
import { isInside } from "../files/mountCoverage.ts";
import { prefixesOf } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { callsAtStart, containerStart } from "../start/containerStart.ts";
import { imagePath } from "../start/contextQuestions.ts";
import { interpreted } from "../start/innerProgram.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { ownerChangesOf } from "./ownerChanges.ts";

const OTHERS_EXECUTE = 0o001;
const OTHERS_READ = 0o004;

/** A file that a container starts with, and the rights that others need for that. */
interface NeededFile {
	readonly path: string;
	readonly bits: number;
}

/** Whether a container starts with a file of root that the Dockerfile keeps from everybody else by its mode, or by that of a folder around it. */
export function startsFileOfRoot(stage: Stage): boolean {
	const stages = lineage(stage);
	if (stages.every((ancestor) => modeStepsOf(ancestor).length === 0)) return false;
	return callsAtStart(containerStart(stage)).some((call) => neededFiles(stage, call).some((file) => isKeptForRoot(stage, file)));
}

function neededFiles(stage: Stage, { name, program = "", args }: ShellCommand): readonly NeededFile[] {
	const called = name?.value ?? program;
	const paths = called.includes("/") ? [imagePath(stage, called)] : PROGRAM_FOLDERS.map((folder) => `${folder}/${called}`);
	// Who runs a script reads it, too.
	const bits = /\.(?:sh|bash|py|pl|rb|js)$|entry-?point/.test(called) ? OTHERS_EXECUTE | OTHERS_READ : OTHERS_EXECUTE;
	const words = args.map(({ value }) => value ?? "");
	const run = interpreted(program, words);
	const script = run?.kind === "named" && !run.attached ? imagePath(stage, words[run.at] ?? "") : undefined;
	return [...paths.map((path) => ({ path, bits })), { path: script, bits: OTHERS_READ }].flatMap(({ path, bits: needed }) =>
		path === undefined ? [] : [{ path, bits: needed }],
	);
}

function isKeptForRoot(stage: Stage, { path, bits }: NeededFile): boolean {
	return prefixesOf(path).some((place) => {
		const needed = place === path ? bits : OTHERS_EXECUTE;
		const last = lastChange(stage, place, place === path);
		if (last === undefined || last.change.mode.kind !== "octal" || last.change.mode.operator !== "") return false;
		return (last.change.mode.bits & needed) !== needed && isByRoot(last) && !isGivenAway(stage, path);
	});
}

interface PlacedChange {
	readonly step: Step;
	readonly change: ModeChange;
}

/** The mode that the file or folder at a path has in the end, as far as a step sets one. */
function lastChange(stage: Stage, place: string, isFile: boolean): PlacedChange | undefined {
	for (const ancestor of lineage(stage)) {
		for (const { step, changes } of modeStepsOf(ancestor).toReversed()) {
			const change = step.deferred ? undefined : changes.findLast((candidate) => reaches(stage, step, candidate, place, isFile));
			if (change !== undefined) return { step, change };
		}
	}
	return undefined;
}

function reaches(stage: Stage, step: Step, { command, targets, recursive }: ModeChange, place: string, isFile: boolean): boolean {
	if (step.keyword !== "RUN") return isFile && copies(stage, step, targets[0] ?? "", place);
	return targets.some((target) => {
		const path = command === undefined ? target : pathAt(step, command, target);
		if (path === undefined) return false;
		return path === place || (recursive && isInside(place, path)) || (path.includes("*") && matchesGlob(path, place));
	});
}

/** Whether a COPY or ADD brings the file at a path: by its name, from a heredoc, or in a folder of the context. */
function copies(stage: Stage, step: Step, destination: string, path: string): boolean {
	if (step.heredocs.length > 0) return absolute(step, destination) === path;
	return copiedPaths(step).some(({ paths }) => paths.includes(path)) || lastOrigin(stage, path) === step;
}

/** The last copy from the context that may bring the file at a path: asked for each copy of a stage. */
const lastOrigin = rememberedFor((stage: Stage, path: string): Step | undefined => contextOrigins(stage, path)[0]?.step);

/** A mode that another user sets is one of that user's files. */
function isByRoot({ step, change: { program, command } }: PlacedChange): boolean {
	if (step.keyword !== "RUN") return step.flags.every(({ name, value }) => name !== "chown" || isRootOwner(value ?? ""));
	const user = userAt(step.stage, step).value;
	const owned = program === "install" && command?.args.some(({ text }) => /^(?:-[a-zA-Z]*[og]|--owner|--group)/.test(text));
	return user.kind === "set" && isRootUser(user.value) && owned !== true;
}

/** Whether a step gives the file, or a folder around it, to somebody else. */
function isGivenAway(stage: Stage, path: string): boolean {
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some((step) =>
			ownerChangesOf(step).some(({ command, targets }) => {
				const owner = command.args.find(({ text }) => !text.startsWith("-"));
				if (command.program === "chown" && owner !== undefined && isRootOwner(comparable(owner))) return false;
				return targets.some((target) => {
					const given = pathAt(step, command, target);
					return given === undefined || /[*?\0]/.test(given) || isInside(path, given);
				});
			}),
		),
	);
}

function isRootOwner(owner: string): boolean {
	return /^(?:root|0+)(?::(?:root|0+)?)?$/.test(owner);
}
