import { remembered } from "../../memo.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";

const FOR_DEVELOPMENT =
	/(?:^|[-_./])(?:dev|develop|development|debug|debugger|test|tests|testing|local|devcontainers?|gitpod|code-server|codespaces|ci)(?:$|[-_.:/0-9])/i;

/** Whether an image is not for production, by the name of the stage, by what it starts from, or by the name that the file's heading gives it. */
export function isForDevelopment(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind === "image" && FOR_DEVELOPMENT.test(base.text)) return true;
	// Of several stages those with names say by them what they are for.
	if ((stage.name === undefined || stage.file.stages.length === 1) && isHeadedForDevelopment(stage.file)) return true;
	return lineage(stage).some(({ name }) => name !== undefined && FOR_DEVELOPMENT.test(name.text));
}

/** `# Dockerfile for webdevops/php-dev:8.3`, and no more words. */
const HEADING = /^#\s*dockerfile\s+(?:for|of)\s+[\w./-]+-(?:dev|debug)(?::[\w.-]{0,128})?\s*$/i;

const isHeadedForDevelopment = remembered((file: Dockerfile): boolean => {
	const [first] = file.stages;
	return file.comments.some(
		({ span }) => first !== undefined && span.end <= first.from.span.start && HEADING.test(file.text.slice(span.start, span.end)),
	);
});
