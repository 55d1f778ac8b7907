import { WORKPLACE_PROGRAMS } from "../../knowledge/compilers.ts";
import { remembered } from "../../memo.ts";
import { fileSays } from "../model/fileText.ts";
import type { Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { containerStart } from "./containerStart.ts";

/** Stages that are made to work in: what they are for needs the toolchain. */
const WORKPLACE_NAMES =
	/^(?:dev|devel|develop|development|devcontainer|tests?|testing|lint|linter|debug|builder?|building|ci|tools?|sdk|e2e|bench|vendor|validate|check|docs|workspace)$/;

/** Images that editors work in. */
const WORKPLACE_IMAGES = /devcontainers?\b|gitpod|codespace/;

/** Users and tools of such images. */
const WORKPLACE_WORDS = /\b(?:vscode|codespace|gitpod|devcontainer)\b/;

/** Whether the name of a stage, or of the image that it starts from, says that it is made to work in: for tests, checks, an editor; or the file does. */
export function isNamedWorkplace(stage: Stage): boolean {
	return isWorkplaceByName(stage) || fileSays(stage.file, WORKPLACE_WORDS);
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

function isWorkplaceName({ name }: Stage): boolean {
	const words = name?.text.toLowerCase().split(/[-_.]/) ?? [];
	return words.some((word) => WORKPLACE_NAMES.test(word));
}

/** Whether the container works with the toolchain, or starts nothing that this file names. */
export const isWorkplace = remembered((stage: Stage): boolean => isWorkplaceName(stage) || worksWithTools(stage));

function worksWithTools(stage: Stage): boolean {
	const { commands, entrypoint, command } = containerStart(stage);
	if (commands.length === 0 || (entrypoint === undefined && command === undefined)) return true;
	return commands.some(({ program, args }) => {
		if (program === undefined || WORKPLACE_PROGRAMS.has(program)) return true;
		if (program === "dotnet") return /^(?:run|watch|test|build|publish|ef|tool|fsi)$/.test(args[0]?.value ?? "");
		if (/^(?:npm|npx|yarn|pnpm|nodemon)$/.test(program)) return args.some(({ text }) => /dev|test|watch|lint|storybook/.test(text));
		return /^(?:ba|da|a|k|z|fi)?sh$/.test(program) && args.length === 0;
	});
}
