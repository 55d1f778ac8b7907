import type { Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";

const FOR_DEVELOPMENT =
	/(?:^|[-_./])(?:dev|develop|development|debug|debugger|test|tests|testing|local|devcontainers?|gitpod|code-server|codespaces|ci)(?:$|[-_.:/0-9])/i;

/** Whether an image is not for production, by the name of the stage or by what it starts from. */
export function isForDevelopment(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind === "image" && FOR_DEVELOPMENT.test(base.text)) return true;
	return lineage(stage).some(({ name }) => name !== undefined && FOR_DEVELOPMENT.test(name.text));
}
