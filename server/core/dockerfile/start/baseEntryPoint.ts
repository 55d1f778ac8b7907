import { stageBaseFacts } from "../base/baseFacts.ts";
import { plainDistribution } from "../base/plainDistribution.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { containerStart } from "./containerStart.ts";

/** Whether the base image is known to have no entry point of its own. */
export function hasNoEntryPoint(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind === "scratch" || plainDistribution(stage)) return true;
	return base.kind === "image" && /^library\/(?:python|ruby|golang|rust|perl|gcc|buildpack-deps)$/.test(base.reference.repository);
}

/**
 * Whether a container runs the words of a CMD or ENTRYPOINT themselves, and no entry point of the base image may hand them to something else.
 * Docker's official images run what they are given. Source: docker-library/official-images, "Consistency", and its test `override-cmd`. Read 2026-11.
 */
export function startsItself(stage: Stage, step: Step): boolean {
	if (step.keyword !== "CMD" || containerStart(stage).entrypoint !== undefined || hasNoEntryPoint(stage)) return true;
	const base = rootBase(stage);
	if (base.kind === "image" && base.reference.registry === "docker.io" && base.reference.repository.startsWith("library/")) return true;
	const { interpreter, sdk } = stageBaseFacts(stage);
	return interpreter !== undefined || sdk !== undefined;
}
