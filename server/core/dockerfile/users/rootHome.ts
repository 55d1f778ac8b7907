import type { Stage } from "../model/model.ts";
import { containerStart } from "../start/containerStart.ts";
import { workdirAt } from "../variables/state.ts";

/** Whether a path is root's home or below it: with its mode of 700 nobody else may enter it. */
export function isRootHome(path: string): boolean {
	return path === "/root" || path.startsWith("/root/");
}

/** Whether a container of a stage works or starts in root's home, and so does not start as anybody else. */
export function livesInRootHome(stage: Stage): boolean {
	const folder = workdirAt(stage);
	if (folder.kind === "set" && isRootHome(folder.value)) return true;
	return containerStart(stage).commands.some(({ name, args }) => [name, ...args].some((word) => isRootHome(word?.value ?? "")));
}
