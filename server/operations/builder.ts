import { type Builder, type BuildOptions, buildersCommand, buildxVersionCommand, readBuilders } from "../tools/buildx.ts";
import { isNewEnough, TOOL_CARDS } from "../tools/cards.ts";
import { engineInfoCommand, readEngineInfo } from "../tools/docker.ts";
import { ToolError } from "../tools/errors.ts";
import { readBuildxVersion } from "../tools/versionProbes.ts";
import type { OperationContext } from "./context.ts";

/** The builder to use. */
export interface ChosenBuilder {
	readonly builder: Builder;
	/** Why attestations cannot be stored; undefined if they can. */
	readonly attestations: string | undefined;
}

/**
 * The builder that `docker buildx build` would take: named in every call, because it changes with the engine's address.
 * @throws ToolError if buildx is missing or too old, or the engine does not answer
 */
export async function chooseBuilder(context: OperationContext, output: BuildOptions["output"]): Promise<ChosenBuilder> {
	const [version, builders] = await Promise.all([context.run(buildxVersionCommand()), context.run(buildersCommand())]);
	requireVersion(readBuildxVersion(version.stdout));
	const all = readBuilders(builders.stdout);
	const builder = all.find((candidate) => candidate.current) ?? all[0];
	if (builder === undefined)
		throw new ToolError("failed", "Docker Buildx has no builder", { hint: "Make one with `docker buildx create --use`" });
	const usesEngine = builder.driver === "docker" || output === "load";
	if (!usesEngine) return { builder, attestations: undefined };
	const { containerdStore } = readEngineInfo((await context.run(engineInfoCommand())).stdout);
	const reason = containerdStore ? undefined : "The engine's image store cannot hold attestations";
	return { builder, attestations: reason };
}

function requireVersion(version: string): void {
	if (isNewEnough("buildx", version)) return;
	const { title, minimum, installation } = TOOL_CARDS.buildx;
	throw new ToolError("tooOld", `${title} ${version} is too old: ${minimum} or newer is needed`, { hint: `See ${installation}` });
}

/** The builder inside the engine, whichever is the current one: it is called like Docker's context. */
export async function engineBuilder(context: OperationContext): Promise<string> {
	const { stdout } = await context.run({ tool: "docker", args: ["context", "show"], timeoutMs: 20_000 });
	const name = stdout.trim();
	return /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/.test(name) ? name : "default";
}
