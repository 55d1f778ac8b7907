import { baseName } from "../baseName.ts";
import { isBakeName, isComposeBaseName, isComposeName } from "../fileNames.ts";
import { bakeMentions } from "./bake.ts";
import { bakeBuilds } from "./bakeTargets.ts";
import { composeBuilds, composeMentions } from "./compose.ts";
import { devcontainerMentions } from "./devcontainer.ts";
import type { GivenBuild, ReadBeside } from "./givenBuild.ts";
import { kubernetesMentions } from "./kubernetes.ts";
import type { ImageMention } from "./mention.ts";
import { workflowMentions } from "./workflow.ts";

/** Kinds of files, besides Dockerfiles, that name images. */
export type MentionKind = "compose" | "bake" | "devcontainer" | "workflow" | "kubernetes";

/** What a file is by its path (forward slashes); `kubernetes` means any other YAML: only its text tells. Undefined for files without images. */
export function mentionKindOf(path: string): MentionKind | undefined {
	const name = baseName(path);
	if (isComposeName(name)) return "compose";
	if (isBakeName(name)) return "bake";
	if (name === "devcontainer.json" || name === ".devcontainer.json") return "devcontainer";
	if (!/\.ya?ml$/.test(name)) return undefined;
	return /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+$/.test(path) ? "workflow" : "kubernetes";
}

/**
 * The images that a file names, in order. A broken file has none, and what a variable or a template hides is none.
 * @param read gives the files that it refers to
 */
export function mentionsOf(kind: MentionKind, text: string, read: ReadBeside): readonly ImageMention[] {
	return [...READERS[kind](text, read)].sort((a, b) => a.span.start - b.span.start);
}

/**
 * The builds that a file describes, with what each passes; none for files that describe none.
 * @param path of the file (forward slashes), or its name
 */
export function buildsOf(kind: MentionKind, text: string, path: string): readonly GivenBuild[] {
	return kind === "compose" ? composeBuilds(text, isComposeBaseName(baseName(path))) : kind === "bake" ? bakeBuilds(text) : [];
}

const READERS: Readonly<Record<MentionKind, (text: string, read: ReadBeside) => readonly ImageMention[]>> = {
	compose: composeMentions,
	bake: bakeMentions,
	devcontainer: devcontainerMentions,
	workflow: workflowMentions,
	// Not worth a look for YAML: a chart's values, a pipeline's configuration.
	kubernetes: (text) => (text.includes("apiVersion") && text.includes("image:") ? kubernetesMentions(text) : []),
};
