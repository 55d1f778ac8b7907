import { readImageConfig } from "../core/image/configDocument.ts";
import type { ImageConfig } from "../core/image/image.ts";
import { child, JsonError, type JsonValue, readItems, readOptionalText, readText, readTexts } from "../core/json/values.ts";
import type { Command, CommandOutput } from "./command.ts";
import { explainDocker } from "./dockerErrors.ts";
import { ToolError } from "./errors.ts";
import { imageArgument } from "./imageArgument.ts";
import { readJson, readJsonLines } from "./json.ts";

const TIMEOUT_MS = 30_000;

function docker(args: readonly string[], more: Partial<Command> = {}): Command {
	return { tool: "docker", args, timeoutMs: TIMEOUT_MS, explain: explainDocker, ...more };
}

/** What the Docker engine says of itself. */
export interface EngineInfo {
	readonly version: string;
	/** Whether images are kept in containerd's store, which can hold attestations. */
	readonly containerdStore: boolean;
	/** Addresses of the mirrors that the engine asks first for images of Docker Hub. */
	readonly mirrors: readonly string[];
	/** `linux/amd64`: what it builds and runs without a wish. */
	readonly platform: string;
}

/** Asks the engine about itself. Fails with `unreachable` or `denied` if it does not answer. */
export function engineInfoCommand(): Command {
	const parts = [".ServerVersion", ".DriverStatus", ".RegistryConfig.Mirrors", ".OSType", ".Architecture"];
	return docker(["info", "--format", parts.map((part) => `{{json ${part}}}`).join("\n")]);
}

/** @throws ToolError if the output is not known */
export function readEngineInfo(printed: string): EngineInfo {
	const [version, status, mirrors, system, architecture] = readJsonLines("docker", printed, (root) => root);
	const textOf = (value: JsonValue | undefined): string => (typeof value?.value === "string" ? value.value : "");
	return {
		version: textOf(version),
		containerdStore: itemsOf(status).some((pair) => itemsOf(pair).some((word) => word.value === "io.containerd.snapshotter.v1")),
		mirrors: itemsOf(mirrors).flatMap((mirror) => (typeof mirror.value === "string" ? [mirror.value] : [])),
		platform: `${textOf(system)}/${normalArchitecture(textOf(architecture))}`,
	};
}

/** Old engines and other drivers give something else than pairs; then nothing is known. */
function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
	return value === undefined || !Array.isArray(value.value) ? [] : readItems(value);
}

/** The kernel's name of an architecture as images name it. */
function normalArchitecture(name: string): string {
	const names: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm/v7", i686: "386" };
	return names[name] ?? name;
}

/** An image in the engine's store. */
export interface LocalImage {
	/** In containerd's store the digest of the index, else that of the configuration. */
	readonly id: string;
	readonly tags: readonly string[];
	/** `name@sha256:…` */
	readonly repositoryDigests: readonly string[];
	/** Digest of what the name stands for, where the store knows it: of the index where there is one. */
	readonly digest: string | undefined;
	readonly platform: string;
	readonly diffIds: readonly string[];
	/** Without history: the engine's does not tell empty layers apart. */
	readonly config: ImageConfig;
	readonly created: string | undefined;
}

/** Looks for an image in the engine's store. */
export function imageInspectCommand(reference: string): Command {
	return docker(["image", "inspect", imageArgument(reference)], { acceptedExitCodes: [1] });
}

/** The image; undefined if the engine has none of that name. @throws ToolError if it could not be asked */
export function readImageInspect(output: CommandOutput): LocalImage | undefined {
	if (output.exitCode === 0) return readJson("docker", output.stdout, readInspected);
	if (/No such image|No such object/i.test(output.stderr)) return undefined;
	const { kind, message, hint } = explainDocker(output) ?? { kind: "failed" as const, message: "Docker could not look at the image" };
	throw new ToolError(kind, message, {
		...(hint === undefined ? {} : { hint }),
		detail: output.stderr,
		...(kind === "unreachable" ? { tool: "docker" } : {}),
	});
}

function readInspected(root: JsonValue): LocalImage {
	const image = readItems(root)[0];
	if (image === undefined) throw new JsonError(root.path, "a list with an image");
	const variant = readOptionalText(image, "Variant");
	return {
		id: readText(image, "Id"),
		tags: readTexts(image, "RepoTags"),
		repositoryDigests: readTexts(image, "RepoDigests"),
		digest: readOptionalText(child(image, "Descriptor"), "digest"),
		platform: `${readText(image, "Os")}/${readText(image, "Architecture")}${variant ? `/${variant}` : ""}`,
		diffIds: readTexts(child(image, "RootFS"), "Layers"),
		config: readImageConfig(child(image, "Config"), []),
		created: readOptionalText(image, "Created"),
	};
}

/** Lists the images of the engine, the newest first; one line of JSON each. */
export function imageListCommand(): Command {
	return docker(["image", "ls", "--format", "json"], { outputLimit: 20_000_000 });
}

/** The names of the images that have one. @throws ToolError if the output is not known */
export function readImageList(printed: string): readonly string[] {
	const images = readJsonLines("docker", printed, (root) => ({ repository: readText(root, "Repository"), tag: readText(root, "Tag") }));
	const named = images.filter(({ repository, tag }) => repository !== "<none>" && tag !== "<none>");
	return [...new Set(named.map(({ repository, tag }) => `${repository}:${tag}`))];
}
