import { familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { allInstructions } from "../model/instructions.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { containerStart } from "../start/containerStart.ts";
import { isRootUser } from "../variables/state.ts";

/** Registries whose images run as somebody else than root unless their documentation says so. */
const HARDENED_REGISTRIES = new Set(["cgr.dev", "dhi.io"]);

/** That a container runs as root, or may, because nobody but the base image says whom it runs as. */
export interface RootImage {
	readonly message: string;
	/** Whether the base image is known to run as root. */
	readonly known: boolean;
}

/** What a stage without USER leaves to its base. Undefined where the container does not run as root, where nobody can tell, or where nothing runs. */
export function rootImageOf(stage: Stage): RootImage | undefined {
	if (isListOfImages(stage.file)) return undefined;
	const base = rootBase(stage);
	if (base.kind === "scratch") {
		const { entrypoint, command } = containerStart(stage);
		return entrypoint === undefined && command === undefined ? undefined : { message: "No USER: the container runs as root", known: true };
	}
	if (base.kind !== "image") return undefined;
	const { user, family } = stageBaseFacts(stage);
	const { reference } = base;
	const image = shortened(`${familiarName(reference)}${reference.tag === undefined ? "" : `:${reference.tag}`}`, 48);
	if (user !== undefined) return isRootUser(user) ? { message: `No USER: ${image} runs as root`, known: true } : undefined;
	const name = `${reference.repository}:${reference.tag ?? ""}`;
	if (family === "windows" && /nanoserver/.test(name)) return undefined;
	if (family === "windows" && /servercore/.test(name)) return { message: `No USER: ${image} runs as ContainerAdministrator`, known: true };
	const hardened = HARDENED_REGISTRIES.has(reference.registry) || /^chainguard\//.test(reference.repository);
	if (hardened || /rootless|non-?root|unprivileged/.test(name)) return undefined;
	return { message: `No USER: ${image} decides whom the container runs as`, known: false };
}

/** Whether a file lists images for a tool that keeps versions up to date: several stages, all with names, and nothing in any of them. */
function isListOfImages({ stages }: Dockerfile): boolean {
	return stages.length > 1 && stages.every(({ name, steps }) => name !== undefined && steps.length === 0);
}

/** `ONBUILD USER`: the image is a base for others. */
export function leavesUserToChildren(stage: Stage): boolean {
	const { file } = stage;
	if (allInstructions(file).length === file.instructions.length) return false;
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => step.trigger?.keyword === "USER"));
}
