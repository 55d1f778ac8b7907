import { DEVELOPMENT_TOOLS, WORKPLACE_PROGRAMS } from "../../knowledge/compilers.ts";
import { SCRIPT_RUNNERS } from "../../knowledge/interpreters.ts";
import { SHORT_LIVED } from "../../knowledge/shortLived.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { SHELL_BUILTINS } from "../edits/plainWords.ts";
import { fileSays } from "../model/fileText.ts";
import type { Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { callsDotnetSdk } from "./calledCommands.ts";
import { callsAtStart, containerStart } from "./containerStart.ts";
import { imageServer } from "./imageServer.ts";

/** Stages that are made to check something. */
const CHECK_NAMES = /^(?:tests?|testing|checks?|lint|linter|linting|validate|ci|e2e)$/;

/** Stages that people work in. */
const DEVELOPMENT_NAMES = /^(?:dev|devel|develop|development|devcontainer)$/;

/** Others that are made to work in: what they are for needs the toolchain. */
const WORKPLACE_NAMES = /^(?:debug|builder?|building|tools?|sdk|bench|vendor|docs|workspace)$/;

/** Images that editors work in. */
const WORKPLACE_IMAGES = /devcontainers?\b|gitpod|codespace/;

/** Users and tools of such images. */
const WORKPLACE_WORDS = /\b(?:vscode|codespace|gitpod|devcontainer)\b/;

/** Whether the name of a stage, or of the image that it starts from, says that it is made to work in: for tests, checks, an editor; or the file does. */
export function isNamedWorkplace(stage: Stage): boolean {
	return isWorkplaceName(stage) || namesEditor(stage);
}

/** Whether the image that a stage starts from is one that editors work in, or the file names one, or its user. */
export function namesEditor(stage: Stage): boolean {
	return isEditorImage(stage) || fileSays(stage.file, WORKPLACE_WORDS);
}

/** The same by the names alone: what the file says elsewhere may be about another stage, or none. */
export function isWorkplaceByName(stage: Stage): boolean {
	return isWorkplaceName(stage) || isEditorImage(stage);
}

/** Whether a stage starts from an image that editors work in, be its tag known or not: their settings say whom they work as, not USER. */
export function isEditorImage(stage: Stage): boolean {
	const base = rootBase(stage);
	const text = base.kind === "image" ? base.reference.text : lineage(stage).at(-1)?.image?.text;
	return WORKPLACE_IMAGES.test(text ?? "");
}

/** Whether the name of a stage says that people develop in it, or that it tests or checks something. Builders and tools may be what is shipped. */
export function isNamedForPeople(stage: Stage): boolean {
	return isNamedForChecks(stage) || nameWords(stage).some((word) => DEVELOPMENT_NAMES.test(word));
}

/** Whether the name of a stage says that it tests or checks something. */
export function isNamedForChecks(stage: Stage): boolean {
	return nameWords(stage).some((word) => CHECK_NAMES.test(word));
}

function isWorkplaceName(stage: Stage): boolean {
	return isNamedForPeople(stage) || nameWords(stage).some((word) => WORKPLACE_NAMES.test(word));
}

function nameWords({ name }: Stage): readonly string[] {
	return name?.text.toLowerCase().split(/[-_.]/) ?? [];
}

/** Whether the container works with the toolchain, or starts nothing that this file names. */
export const isWorkplace = remembered((stage: Stage): boolean => isWorkplaceName(stage) || worksWithTools(stage));

/** The like by what the container starts alone. */
export function worksWithTools(stage: Stage): boolean {
	const { commands, entrypoint, command } = containerStart(stage);
	if (commands.length === 0 || (entrypoint === undefined && command === undefined)) return true;
	const needsTools = commands.some((started) => {
		const { program, args } = started;
		if (program === undefined || WORKPLACE_PROGRAMS.has(program) || callsDotnetSdk(started)) return true;
		return /^(?:ba|da|a|k|z|fi)?sh$/.test(program) && args.length === 0;
	});
	return needsTools || endsWithBuildTool(commands);
}

/** Whether a container visibly starts an application, be it its base image's: no tool, nothing to wait with, no script that the file does not show. */
export function startsApplication(stage: Stage): boolean {
	const { hiddenScript, commands } = containerStart(stage);
	if (hiddenScript !== undefined || commands[0]?.name?.text.startsWith("-") === true) return false;
	return imageServer(stage) !== undefined || !worksWithTools(stage);
}

/** Whether the last program of a start is one that builds or tests: `npm install && npm start` ends with a server. */
function endsWithBuildTool(commands: readonly ShellCommand[]): boolean {
	const last = commands.findLast(
		({ program = "", within }) => !within.includes("substitution") && !SHORT_LIVED.has(program) && !SHELL_BUILTINS.has(program),
	);
	for (let command = last; command !== undefined; command = command.wrapper) if (isBuildTool(command)) return true;
	return false;
}

/** Whether a container starts with a tool that builds or tests, so that it writes where the code is. */
export function startsBuildTool(stage: Stage): boolean {
	return callsAtStart(containerStart(stage)).some(isBuildTool);
}

/** Scripts of package.json that build, test or start anew what changes. */
const TOOL_SCRIPTS = /^(?:t|ci|install|i)$|(?:^|[:_-])(?:dev|develop|development|build|tests?|e2e|lint|watch|storybook)(?:$|[:_-])/i;
/** Programs that people also start the application with, or wait with. */
const OTHER_USES: ReadonlySet<string> = new Set(["ts-node", "tsx", "nest", "tail", "sleep"]);

function isBuildTool(command: ShellCommand): boolean {
	const { program = "", args } = command;
	if (isTool(program) || callsDotnetSdk(command)) return true;
	if (!SCRIPT_RUNNERS.has(program)) return false;
	const operands = args.map((word) => word.value ?? "").filter((text) => text !== "" && !text.startsWith("-"));
	const script = /^(?:run|run-script|exec|dlx|x)$/.test(operands[0] ?? "") ? operands[1] : operands[0];
	return script !== undefined && (isTool(script) || (program !== "npx" && TOOL_SCRIPTS.test(script)));
}

function isTool(program: string): boolean {
	return !OTHER_USES.has(program) && (WORKPLACE_PROGRAMS.has(program) || DEVELOPMENT_TOOLS.has(program));
}
