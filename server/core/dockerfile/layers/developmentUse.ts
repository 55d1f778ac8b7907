import { DEVELOPMENT_TOOLS, PYTHON_CHECKS } from "../../knowledge/compilers.ts";
import { SCRIPT_RUNNERS } from "../../knowledge/interpreters.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { containerStart } from "../start/containerStart.ts";
import { imageServer } from "../start/imageServer.ts";

/** Stages, scripts and programs of development: they need what the rule is about. */
const DEVELOPMENT =
	/(?:^|[-_:./ ])(?:dev|devel|develop|development|local|tests?|testing|e2e|ci|lint|debug|watch|hot|storybook|serve|builder|build)(?=[-_:./ ]|$)/i;
/** `node_modules/.bin/run-p`, `node_modules/npm-run-all/bin/npm-run-all/index.js` */
const PARALLEL_RUNNERS = /(?:^|\/)(?:npm-run-all2?|run-[sp]|concurrently)(?:\/|$)/;
const BUILDS = /^(?:tsc|vite|webpack|rollup|esbuild|ng|next|nuxt|gulp|grunt|parcel|react-scripts|tsup|nest|turbo|nx|lerna|astro|prisma)$/;

/** Whether a stage is for development, tests or a build, by its name. */
export function isNamedForDevelopment({ name }: Stage): boolean {
	return DEVELOPMENT.test(name?.text ?? "");
}

/** What containers do: run the application itself, a script that may be anything, development or tests; `none` if nobody knows. */
export function startOf(stage: Stage): "program" | "script" | "development" | "none" {
	const { commands, scripted } = containerStart(stage);
	const all = [...commands, ...scripted];
	if (all.length === 0) return imageServer(stage) === undefined ? "none" : "program";
	if (all.some(isDevelopment)) return "development";
	return all.some(({ program }) => SCRIPT_RUNNERS.has(program ?? "")) || all.some(runsScripts) ? "script" : "program";
}

/** Whether a command is one that runs scripts of package.json beside each other, by whatever path. */
function runsScripts({ name, args }: ShellCommand): boolean {
	return [name, ...args].some((word) => PARALLEL_RUNNERS.test(word?.text ?? ""));
}

function isDevelopment({ program, args }: ShellCommand): boolean {
	if (program === undefined) return false;
	if (DEVELOPMENT_TOOLS.has(program)) return true;
	const words = args.map((word) => word.value ?? "");
	if (SCRIPT_RUNNERS.has(program)) return words.some((word) => DEVELOPMENT.test(word) || DEVELOPMENT_TOOLS.has(word));
	return words.some((word) => /^(?:--watch|--reload|--inspect(?:-brk)?(?:=.*)?|runserver|dev|pytest)$/.test(word));
}

/** Whether a command builds the application with what the install brought. */
export function isBuild({ program, args }: ShellCommand): boolean {
	if (program === undefined) return false;
	const words = args.map((word) => word.value ?? "");
	if (BUILDS.test(program)) return true;
	if (!SCRIPT_RUNNERS.has(program)) return false;
	const first = words.find((word) => word !== "" && !word.startsWith("-")) ?? "";
	if (program === "npx" || /^(?:run|run-script|exec|test|t|dlx)$/.test(first)) return true;
	return program !== "npm" && (BUILDS.test(first) || (first !== "ci" && DEVELOPMENT.test(first)));
}

/** Whether a command works with an environment of Python as it was installed: `uv run` brings it up to date, tests and checks need what is for development. */
function usesEnvironment({ program, args }: ShellCommand): boolean {
	if (program === undefined) return false;
	if (DEVELOPMENT_TOOLS.has(program) || PYTHON_CHECKS.has(program)) return true;
	const words = args.map((word) => word.value ?? "");
	if (program === "uv" || program === "poetry") return words.includes("run");
	// `python -m pytest`
	const module = words[words.indexOf("-m") + 1] ?? "";
	return words.includes("-m") && (DEVELOPMENT_TOOLS.has(module) || PYTHON_CHECKS.has(module));
}

/** Whether a stage, or one that it starts from, builds the application. */
export function buildsIn(stage: Stage): boolean {
	return runsOne(stage, isBuild);
}

/** Whether a stage, or one that it starts from, builds the application, tests it, or checks its sources. */
export function worksIn(stage: Stage): boolean {
	return runsOne(stage, (command) => isBuild(command) || usesEnvironment(command));
}

function runsOne(stage: Stage, isMeant: (command: ShellCommand) => boolean): boolean {
	return lineage(stage).some((ancestor) => runSteps(ancestor).some((step) => commandsOf(step).some(isMeant)));
}
