import type { ManagerId } from "../../knowledge/packageManagers.ts";
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
import { hintsAtModernYarn } from "./yarnVersion.ts";

/** How a tool is told which groups of dependencies to install. */
interface Groups {
	readonly verbs: readonly string[];
	/** Options that decide, one way or the other. */
	readonly options: RegExp;
	readonly variables: readonly string[];
	/** A variable with further groups: it decides where it asks for those that are for development. */
	readonly additional?: string;
	/** Commands or files of the lineage that decide. */
	readonly configured: RegExp;
	readonly files: RegExp;
	/** What keeps the development dependencies out. */
	readonly add: string;
}

const NEVER = /(?!)/;
const NODE_OPTIONS =
	/^(?:--omit|--include|--production|--prod|-P|--only|--dev|-D|--also|--no-dev|--global|-g|--package-lock-only|--dry-run|--help|-h|--version|-v|-V)$/;
const NODE_VARIABLES = [
	"NODE_ENV",
	"NPM_CONFIG_PRODUCTION",
	"npm_config_production",
	"NPM_CONFIG_OMIT",
	"npm_config_omit",
	"NPM_CONFIG_ONLY",
];

/** Source: the manuals of npm 10, Yarn 1.22, pnpm 9, Bun 1.3, Composer 2.7, Bundler 2.5, Poetry 1.8, uv 0.5. Read 2026-11. */
const GROUPS: Partial<Record<ManagerId, Groups>> = {
	npm: {
		verbs: ["install", "i", "ci", "clean-install"],
		options: NODE_OPTIONS,
		variables: NODE_VARIABLES,
		configured: /config\s+set\s+(?:-g\s+)?(?:omit|only|production)|omit=dev|production=true/,
		files: NEVER,
		add: "--omit=dev",
	},
	yarn: {
		verbs: ["", "install"],
		options: NODE_OPTIONS,
		variables: ["NODE_ENV", "YARN_PRODUCTION", "npm_config_production"],
		configured: /config\s+set\s+production/,
		files: NEVER,
		add: "--production",
	},
	pnpm: {
		verbs: ["install", "i"],
		options: NODE_OPTIONS,
		variables: NODE_VARIABLES,
		configured: /config\s+set\s+(?:production|only)/,
		files: NEVER,
		add: "--prod",
	},
	bun: {
		verbs: ["install", "i", "ci"],
		options: /^(?:--omit|--production|-p|--prod|--dev|-d|--development|--global|-g|--lockfile-only|--dry-run|--help|-h|--version|-v)$/,
		variables: NODE_VARIABLES,
		configured: NEVER,
		files: /bunfig\.toml/,
		add: "--production",
	},
	composer: {
		verbs: ["install", "i"],
		options: /^(?:--no-dev|--dev|--help|-h|--dry-run)$/,
		variables: ["COMPOSER_NO_DEV"],
		configured: NEVER,
		files: NEVER,
		add: "--no-dev",
	},
	bundle: {
		verbs: ["", "install"],
		options: /^(?:--without|--with|--help|--version)$/,
		variables: ["BUNDLE_WITHOUT", "BUNDLE_ONLY"],
		additional: "BUNDLE_WITH",
		configured: /config\s.{0,60}\b(?:without|with|only)\b/,
		files: /\.bundle\b/,
		add: "",
	},
	poetry: {
		verbs: ["install", "sync"],
		options: /^(?:--only|--without|--with|--no-dev|--only-root|--all-groups|--no-root-dev|--dry-run|--help|-h)$/,
		variables: ["POETRY_WITHOUT", "POETRY_INSTALL_ARGS"],
		configured: NEVER,
		files: NEVER,
		add: "--only main",
	},
	uv: {
		verbs: ["sync"],
		options: /^(?:--no-dev|--dev|--group|--only-group|--only-dev|--no-group|--all-groups|--no-default-groups|--help|-h|--dry-run)$/,
		variables: ["UV_NO_DEV", "UV_NO_DEFAULT_GROUPS", "UV_NO_GROUP"],
		configured: NEVER,
		files: NEVER,
		add: "--no-dev",
	},
};

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
	const groups = GROUPS[call.manager];
	const word = call.verbWord ?? call.command.name;
	if (groups === undefined || word === undefined || !groups.verbs.includes(call.verb) || call.operands.length > 0) return undefined;
	if (isDecided(step, call, groups)) return undefined;
	// npm 7 brought the new name; it knows the old one as well.
	const old = call.manager === "npm" && !hasNewNpm(step);
	return { call, word, add: old ? "--production" : groups.add === "" ? undefined : groups.add };
}

/** Whether an option, a variable or a setting says which groups are installed, or may do so. */
function isDecided(step: Step, call: PackageCall, groups: Groups): boolean {
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

/** Subcommands that change a project of Node, and then install all that it names. */
const CHANGES: Partial<Record<ManagerId, readonly string[]>> = {
	npm: ["install", "i", "add", "update", "up", "upgrade", "uninstall", "remove", "rm", "un", "dedupe"],
	yarn: ["add", "remove", "upgrade"],
	pnpm: ["add", "install", "i", "update", "up", "remove", "rm"],
	bun: ["add", "a", "install", "i", "update", "remove", "rm"],
};

/** Whether a call changes a project of Node and installs all that it names, development dependencies included: `npm install PACKAGE`. */
export function changesWithDevelopment(step: Step, call: PackageCall): boolean {
	const groups = GROUPS[call.manager];
	if (groups === undefined || CHANGES[call.manager]?.includes(call.verb) !== true) return false;
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
export function installFolder(step: Step, { manager, command, options }: PackageCall): string | undefined {
	const name = ["npm", "yarn", "pnpm", "bun"].includes(manager) ? "node_modules" : manager === "composer" ? "vendor" : undefined;
	if (name === undefined || options.some((option) => /^(?:--prefix|--cwd|-C|--dir|-d|--working-dir|--modules-folder)$/.test(option.name)))
		return undefined;
	const folder = folderOf(step, command);
	return folder === undefined ? undefined : normalPath(`${folder}/${name}`);
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
