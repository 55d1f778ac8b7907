import { DOCKER_HUB, parseReference } from "../core/image/reference.ts";
import { engineInfoCommand, imageInspectCommand, type LocalImage, readEngineInfo, readImageInspect } from "../tools/docker.ts";
import { ToolError } from "../tools/errors.ts";
import type { OperationContext } from "./context.ts";

/** Where an image is taken from. */
export type ImageLocation =
	| { readonly source: "docker"; readonly local: LocalImage }
	/** In a registry, as far as anybody knows. `mirrors`: addresses that the engine asks first for images of Docker Hub. */
	| { readonly source: "remote"; readonly mirrors: readonly string[] };

/** Looks for an image in the engine; what is not there is a registry's. @throws ToolError of kind `invalid` for a name that is none */
export async function locateImage(context: OperationContext, reference: string, platform?: string): Promise<ImageLocation> {
	const command = imageInspectCommand(reference);
	try {
		const local = readImageInspect(await context.run(command));
		const fits = platform === undefined || local?.platform === platform || local?.platform.startsWith(`${platform}/`) === true;
		if (local !== undefined && fits) return { source: "docker", local };
		return { source: "remote", mirrors: await mirrorsFor(context, reference) };
	} catch (error) {
		// Without an engine an image can still be scanned in its registry.
		if (!(error instanceof ToolError) || error.kind === "untrusted") throw error;
		context.log(`The engine was not asked for ${reference}: ${error.message}`);
		return { source: "remote", mirrors: [] };
	}
}

async function mirrorsFor(context: OperationContext, reference: string): Promise<readonly string[]> {
	if (parseReference(reference)?.registry !== DOCKER_HUB) return [];
	return readEngineInfo((await context.run(engineInfoCommand())).stdout).mirrors;
}

/** The names under which a registry may have an image: at the mirrors first, then its own. */
export function namesInRegistries(reference: string, mirrors: readonly string[]): readonly string[] {
	const parsed = parseReference(reference);
	if (parsed === undefined || parsed.registry !== DOCKER_HUB) return [reference];
	const version = parsed.digest === undefined ? `:${parsed.tag ?? "latest"}` : `@${parsed.digest}`;
	const hosts = mirrors.map((mirror) => mirror.replace(/^https?:\/\//, "").replace(/\/+$/, ""));
	return [...hosts.map((host) => `${host}/${parsed.repository}${version}`), reference];
}
