import { shellVariableAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { callOption } from "./callWords.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";
import { type DevelopmentInstall, installFolder } from "./productionInstalls.ts";

/**
 * Subcommands that change a project and install all that it names, development dependencies included, and the option that leaves
 * those out. Source: Composer 2.7, doc/03-cli.md and BaseCommand::initialize. Read 2026-11.
 */
const UPDATES: Readonly<Record<string, string>> = {
	require: "--update-no-dev",
	remove: "--update-no-dev",
	update: "--no-dev",
	upgrade: "--no-dev",
	u: "--no-dev",
	up: "--no-dev",
};

/** Options that decide about development dependencies, or with which nothing is installed. */
const DECIDES = /^(?:--no-dev|--update-no-dev|--dev|--no-update|--no-install|--dry-run|--lock|--help|-h)$/;

/** A call that brings back the development dependencies that a `composer install --no-dev` above it has left out. */
export function updateWithDevelopment(step: Step, call: PackageCall): DevelopmentInstall | undefined {
	if (!isUpdate(step, call) || call.verbWord === undefined) return undefined;
	const calls = packageCallsOf(step);
	const folders = calls
		.slice(0, calls.indexOf(call))
		.reduce((before, earlier) => foldersBehind(before, step, earlier), foldersAbove.at(step.stage, step));
	const folder = installFolder(step, call);
	if (folder === undefined || !folders.has(folder)) return undefined;
	if (shellVariableAt(step, call.command, "COMPOSER_NO_DEV").kind !== "unset") return undefined;
	return { call, word: call.verbWord, add: UPDATES[call.verb] };
}

export function isUpdate(step: Step, call: PackageCall): boolean {
	return call.manager === "composer" && Object.hasOwn(UPDATES, call.verb) && callOption(step, call, (name) => DECIDES.test(name)) === "no";
}

const NO_FOLDERS: ReadonlySet<string> = new Set();

/** Where Composer has installed without development dependencies when a step begins. */
const foldersAbove = foldSteps<ReadonlySet<string>>(
	() => NO_FOLDERS,
	(before, step) =>
		step.keyword === "RUN" ? packageCallsOf(step).reduce((folders, call) => foldersBehind(folders, step, call), before) : before,
);

function foldersBehind(before: ReadonlySet<string>, step: Step, call: PackageCall): ReadonlySet<string> {
	const folder = call.manager === "composer" && /^(?:install|i)$/.test(call.verb) ? installFolder(step, call) : undefined;
	if (folder === undefined) return before;
	const without = callOption(step, call, (name) => name === "--no-dev") === "yes";
	return new Set([...[...before].filter((other) => other !== folder), ...(without ? [folder] : [])]);
}
