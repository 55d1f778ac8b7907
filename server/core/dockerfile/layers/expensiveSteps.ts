import { COMPILERS } from "../../knowledge/compilers.ts";
import { gitVerb } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import { downloadsOf } from "../downloads/downloads.ts";
import type { Step } from "../model/model.ts";
import { compiles } from "../packages/compiling.ts";
import { stepHidesCommands } from "../packages/hiddenCommands.ts";
import { packageCallsOf } from "../packages/packageCalls.ts";

const FETCHING = new Set(["install", "upgrade", "download"]);
const LANGUAGES = Object.keys(COMPILERS);

/** Whether a RUN takes its time to fetch: it installs packages, downloads or clones. */
export function isFetching(step: Step): boolean {
	return fetchedBy(step) !== undefined;
}

/** What a RUN takes its time to fetch; undefined for one that fetches nothing. */
export function fetchedBy(step: Step): "packages" | "files" | "repository" | undefined {
	if (step.keyword !== "RUN") return undefined;
	if (packageCallsOf(step).some((call) => FETCHING.has(call.kind))) return "packages";
	if (downloadsOf(step).length > 0) return "files";
	return commandsOf(step).some((command) => gitVerb(command) === "clone") ? "repository" : undefined;
}

/** Whether a RUN may read variables that its text does not name: it compiles, or runs a script that the file does not show. */
export function mayReadVariables(step: Step): boolean {
	if (step.keyword !== "RUN") return false;
	if (stepHidesCommands(step) || packageCallsOf(step).some((call) => call.kind === "build")) return true;
	return commandsOf(step).some((command) => LANGUAGES.some((language) => compiles(command, language)));
}
