import type { Stage } from "../model/model.ts";
import { endOf } from "../model/stages.ts";
import { declarationAt } from "./variables.ts";

/** Whether the file itself says where the containers of a stage look for programs: a folder of the application may be among them. */
export function setsPath(stage: Stage): boolean {
	const end = endOf(stage);
	return declarationAt(end, "PATH")?.kind === "ENV";
}
