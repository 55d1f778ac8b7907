import type { ShellCommand } from "../../shell/model.ts";
import { assigningCommands, shellVariableAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { normalPath } from "../variables/state.ts";
import { declarationAt } from "../variables/variables.ts";
import { mayBeConfigured } from "./configurations.ts";

/** Where the gems of the official image are. */
const OFFICIAL_HOME = "/usr/local/bundle";

/** Settings that tell Bundler another folder, and files that may hold them. */
const BUNDLE_MOVED = /config\b.{0,80}\b(?:path|deployment)\b/;
const BUNDLE_FILES = /\.bundle\b/;

/** Whether a stage starts from the official image of Ruby. */
export function isOfficialRuby(stage: Stage): boolean {
	const base = rootBase(stage);
	return base.kind === "image" && base.reference.registry === "docker.io" && base.reference.repository === "library/ruby";
}

/** Where gems go in the official image of Ruby; undefined for other images, and where GEM_HOME names another folder, or one that nobody knows. */
export function officialGemHome(step: Step, command: ShellCommand): string | undefined {
	if (!isOfficialRuby(step.stage)) return undefined;
	const home = shellVariableAt(step, command, "GEM_HOME");
	const isOfficial = home.kind === "set" ? normalPath(home.value) === OFFICIAL_HOME : !setsGemHome(step, command);
	return isOfficial ? OFFICIAL_HOME : undefined;
}

/** Whether the file says something of GEM_HOME; if not, it is what the image sets. */
function setsGemHome(step: Step, command: ShellCommand): boolean {
	for (let at: ShellCommand | undefined = command; at !== undefined; at = at.wrapper)
		if (at.assignments.some(({ name }) => name === "GEM_HOME")) return true;
	return declarationAt(step, "GEM_HOME") !== undefined || assigningCommands(step).has("GEM_HOME");
}

/** Whether a setting may tell Bundler another folder than that of all gems. */
export function mayMoveBundle(step: Step): boolean {
	return mayBeConfigured(step, BUNDLE_MOVED, BUNDLE_FILES);
}
