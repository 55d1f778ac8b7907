import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import { assignmentsOf } from "../core/dockerfile/model/views.ts";
import { matchesGlob } from "../core/glob.ts";
import type { BuildFacts } from "../protocol.ts";
import { openDockerfile } from "./parsed.ts";
import { filePathOf, folderAround, folderFor, labelOf } from "./paths.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** What can be chosen for a build of an open Dockerfile. */
export async function buildFacts(state: ServerState, work: Work, uri: string): Promise<BuildFacts> {
	const { file } = openDockerfile(state, uri);
	const named = file.stages.slice(0, -1).flatMap(({ name, image }) => (name === undefined ? [] : [{ name, image }]));
	return {
		targets: [{ name: "", description: "" }, ...named.map(({ name, image }) => ({ name: name.text, description: image?.text ?? "" }))],
		args: buildArguments(file),
		context: await contextFolder(state, work, uri),
		tag: defaultTag(filePathOf(uri)),
		profiles: state.trusted ? (await state.settings.get(uri))["build.profiles"] : {},
	};
}

/**
 * The folder that an image is built from.
 * @param chosen absolute, or relative to the workspace folder; without it the folder that `hullguard.contexts` names for the
 * Dockerfile, else the Dockerfile's own
 */
export async function contextFolder(state: ServerState, work: Work, uri: string, chosen?: string): Promise<string> {
	const path = filePathOf(uri);
	const folders = work.folderPaths();
	if (chosen !== undefined) return resolve(folderFor(path, folders), chosen);
	const root = folderAround(path, folders);
	const contexts = state.trusted ? (await state.settings.get(uri)).contexts : {};
	const below = root === undefined ? basename(path) : labelOf(path, root);
	const found = Object.entries(contexts).find(([pattern]) => matchesGlob(pattern, below))?.[1].context;
	if (found === undefined) return dirname(path);
	return isAbsolute(found) ? found : join(root ?? dirname(path), found);
}

/** `orders:dev` for `…/orders/Dockerfile`. */
export function defaultTag(path: string): string {
	const words = basename(dirname(path))
		.toLowerCase()
		.split(/[^a-z0-9]/)
		.filter((word) => word !== "");
	return `${words.length === 0 ? "app" : words.join("-")}:dev`;
}

/** Each ARG once, with the first default that it has. Values that BuildKit itself reads are none. */
function buildArguments(file: Dockerfile): BuildFacts["args"] {
	const found = new Map<string, string | undefined>();
	for (const instruction of [...file.globals, ...file.stages.flatMap((stage) => stage.steps)]) {
		if (instruction.keyword !== "ARG") continue;
		for (const { name, value } of assignmentsOf(instruction, file.escape)) {
			if (!name.startsWith("BUILDKIT_") && found.get(name) === undefined) found.set(name, value?.replace(/^(["'])(.*)\1$/s, "$2"));
		}
	}
	return [...found].map(([name, value]) => ({ name, default: value }));
}
