import { DEPENDENCY_GROUPS, type DependencyGroups, PROJECT_CHANGES } from "../../knowledge/dependencyGroups.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { folderOf } from "../commands/commandFolder.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { containerStart } from "../start/containerStart.ts";
import type { VariableValue } from "../syntax/variableValue.ts";
import { normalPath } from "../variables/state.ts";
import { callOption } from "./callWords.ts";
import { mayBeConfigured } from "./configurations.ts";
import { hasNewNpm } from "./npmVersion.ts";
import type { PackageCall } from "./packageCalls.ts";
import { mayMoveBundle, officialGemHome } from "./rubyGems.ts";
import { hintsAtModernYarn } from "./yarnVersion.ts";

/** An install that brings development dependencies along. */
export interface DevelopmentInstall {
	readonly call: PackageCall;
	/** The word that is reported: the subcommand, or a list that is called so. */
	readonly word: ShellWord;
	/** The option that keeps them out; undefined where it is a setting, or another list. */
	readonly add: string | undefined;
}

/** What a call installs besides what the application needs; undefined if it does not, or nobody knows. */
export function developmentInstall(step: Step, call: PackageCall): DevelopmentInstall | undefined {
	if (call.manager === "pip") return developmentList(call);
	const groups = DEPENDENCY_GROUPS[call.manager];
	const word = call.verbWord ?? call.command.name;
	if (groups === undefined || word === undefined || !groups.verbs.includes(call.verb) || call.operands.length > 0) return undefined;
	if (isDecided(step, call, groups)) return undefined;
	// npm 7 brought the new name; it knows the old one as well.
	const old = call.manager === "npm" && !hasNewNpm(step);
	return { call, word, add: old ? "--production" : groups.add === "" ? undefined : groups.add };
}

/** Whether an option, a variable or a setting says which groups are installed, or may do so. */
function isDecided(step: Step, call: PackageCall, groups: DependencyGroups): boolean {
	const decides = (name: string, value: string | undefined): boolean => groups.options.test(name) && !isOtherOmission(name, value);
	if (callOption(step, call, decides) !== "no") return true;
	if (groups.variables.some((name) => shellVariableAt(step, call.command, name).kind !== "unset")) return true;
	if (groups.additional !== undefined && mayAskForDevelopment(shellVariableAt(step, call.command, groups.additional))) return true;
	if (mayBeConfigured(step, groups.configured, groups.files)) return true;
	return call.manager === "yarn" && hintsAtModernYarn(step, call);
}

function mayAskForDevelopment(additional: VariableValue): boolean {
	return additional.kind === "unknown" || (additional.kind === "set" && /dev|test/.test(additional.value));
}

/** Whether a call changes a project of Node and installs all that it names, development dependencies included: `npm install PACKAGE`. */
export function changesWithDevelopment(step: Step, call: PackageCall): boolean {
	const groups = DEPENDENCY_GROUPS[call.manager];
	if (groups === undefined || PROJECT_CHANGES[call.manager]?.includes(call.verb) !== true) return false;
	return (call.operands.length > 0 || !groups.verbs.includes(call.verb)) && !isDecided(step, call, groups);
}

/** `--omit=optional` says nothing about development dependencies. */
function isOtherOmission(name: string, value: string | undefined): boolean {
	return name === "--omit" && (value === "optional" || value === "peer");
}

/** `pip install -r requirements-dev.txt`. */
function developmentList(call: PackageCall): DevelopmentInstall | undefined {
	if (call.verb !== "install") return undefined;
	const list = call.options.find(
		({ name, value }) =>
			(name === "-r" || name === "--requirement") &&
			/(?:^|[-_./])(?:dev|develop|development|tests?|testing)(?=[-_./]|$)/.test(fileOf(value)),
	);
	const word = list?.valueWord ?? list?.word;
	return word === undefined ? undefined : { call, word, add: undefined };
}

/** Where a package manager puts what a project asks for, absolute; undefined where the tool has a place of its own, or nobody knows the folder. */
export function installFolder(step: Step, call: PackageCall): string | undefined {
	const { manager, command, options } = call;
	if (manager === "uv" || manager === "poetry") return environmentFolder(step, call);
	if (manager === "bundle") return bundleFolder(step, call);
	const name = ["npm", "yarn", "pnpm", "bun"].includes(manager) ? "node_modules" : manager === "composer" ? "vendor" : undefined;
	if (name === undefined || options.some((option) => /^(?:--prefix|--cwd|-C|--dir|-d|--working-dir|--modules-folder)$/.test(option.name)))
		return undefined;
	const folder = folderOf(step, command);
	return folder === undefined ? undefined : normalPath(`${folder}/${name}`);
}

/** Where uv and Poetry put the virtual environment of a project. Poetry has a place of its own unless it is told otherwise. */
function environmentFolder(step: Step, { manager, verb, command, options }: PackageCall): string | undefined {
	if (verb !== "sync" && (manager !== "poetry" || verb !== "install")) return undefined;
	if (options.some(({ name }) => /^(?:--active|--project|--directory|-C|-P)$/.test(name))) return undefined;
	const folder = folderOf(step, command);
	if (folder === undefined) return undefined;
	if (manager === "uv") {
		const moved = shellVariableAt(step, command, "UV_PROJECT_ENVIRONMENT");
		if (moved.kind === "set") return moved.value.startsWith("/") ? normalPath(moved.value) : normalPath(`${folder}/${moved.value}`);
		return moved.kind === "unset" ? normalPath(`${folder}/.venv`) : undefined;
	}
	const inProject = shellVariableAt(step, command, "POETRY_VIRTUALENVS_IN_PROJECT");
	const isOff = ["POETRY_VIRTUALENVS_CREATE", "VIRTUAL_ENV"].some((name) => shellVariableAt(step, command, name).kind !== "unset");
	return inProject.kind === "set" && /^(?:1|true)$/i.test(inProject.value) && !isOff ? normalPath(`${folder}/.venv`) : undefined;
}

/** Where Bundler puts the gems in the official image of Ruby. */
function bundleFolder(step: Step, { verb, command, options }: PackageCall): string | undefined {
	if ((verb !== "" && verb !== "install") || options.some(({ name }) => /^--(?:path|deployment|system)$/.test(name))) return undefined;
	if (["BUNDLE_PATH", "BUNDLE_DEPLOYMENT"].some((name) => shellVariableAt(step, command, name).kind !== "unset")) return undefined;
	const home = officialGemHome(step, command);
	return home === undefined || mayMoveBundle(step) ? undefined : home;
}

/** The last two parts of a path: `requirements/dev.txt`. */
function fileOf(value: string | undefined): string {
	return value?.includes("://") === true ? "" : (value ?? "").split("/").slice(-2).join("/");
}

/** Whether a RUN or a container of a stage installs what `uv sync` left out: `uv run` brings the environment up to date before it runs anything. */
export function syncsAgain(stage: Stage): boolean {
	const { commands, scripted } = containerStart(stage);
	const inRuns = lineage(stage).flatMap((ancestor) => runSteps(ancestor).flatMap(commandsOf));
	return [...commands, ...scripted, ...inRuns].some(isSyncingRun);
}

function isSyncingRun({ program, args }: ShellCommand): boolean {
	if (program !== "uv") return false;
	const words = args.map((word) => word.value ?? word.text);
	const verb = words.findIndex((word) => !word.startsWith("-"));
	if (words[verb] !== "run") return false;
	const end = words.findIndex((word, index) => index > verb && !word.startsWith("-"));
	const options = words.slice(0, end === -1 ? words.length : end);
	return !options.some((word) => /^--(?:no-sync|no-dev|no-default-groups|no-project|isolated)$/.test(word));
}
