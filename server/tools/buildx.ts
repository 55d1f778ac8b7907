import { readEntries, readFlag, readOptionalText, readText } from "../core/json/values.ts";
import type { Command } from "./command.ts";
import { explainDocker } from "./dockerErrors.ts";
import { ToolError } from "./errors.ts";
import { imageArgument } from "./imageArgument.ts";
import { readJson, readJsonLines } from "./json.ts";

/** How an image is built. */
export interface BuildOptions {
	/** Absolute path. */
	readonly dockerfile: string;
	/** Absolute path of the context folder. */
	readonly context: string;
	readonly target?: string;
	/** `linux/amd64`; several make an index. */
	readonly platforms?: readonly string[];
	readonly tags: readonly string[];
	readonly buildArguments?: Readonly<Record<string, string>>;
	readonly secrets?: readonly BuildSecret[];
	/** `load`: into the engine. `push`: to the registry that the tags name. `none`: the build cache only. */
	readonly output: "load" | "push" | "none";
	readonly noCache?: boolean;
	/** Asks the registries for the base images again. */
	readonly pull?: boolean;
	readonly provenance: "max" | "min" | "off";
	/** True for BuildKit's own generator, or the image of another one. */
	readonly sbom: boolean | string;
}

/** A secret that a RUN may mount; its value is never an argument. */
export type BuildSecret =
	| { readonly id: string; readonly kind: "file"; readonly path: string }
	| { readonly id: string; readonly kind: "environment"; readonly name: string };

/** A builder that the docker command line knows. */
export interface Builder {
	readonly name: string;
	/** `docker`, `docker-container`, `kubernetes`, `remote`. */
	readonly driver: string;
	readonly current: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * The build. Progress comes as JSON lines on standard error; every exit code is accepted, because the reader of the progress
 * says best what failed.
 * @param metadataFile absolute path that buildx writes to; it holds the values of build arguments
 */
export function buildCommand(options: BuildOptions, builder: Builder, metadataFile: string): Command {
	const { platforms = [], secrets = [], buildArguments = {}, target } = options;
	const args = ["buildx", "build", "--builder", builder.name, "--progress=rawjson", `--metadata-file=${metadataFile}`];
	args.push(`--file=${options.dockerfile}`);
	if (target !== undefined) args.push(`--target=${target}`);
	if (platforms.length > 0) args.push(`--platform=${platforms.join(",")}`);
	for (const tag of options.tags) args.push(`--tag=${imageArgument(tag)}`);
	for (const [name, value] of Object.entries(buildArguments)) args.push("--build-arg", `${argumentName(name)}=${value}`);
	for (const secret of secrets) args.push(`--secret=${secretSpec(secret)}`);
	args.push(options.provenance === "off" ? "--provenance=false" : `--provenance=mode=${options.provenance}`);
	args.push(typeof options.sbom === "string" ? `--sbom=generator=${imageArgument(options.sbom)}` : `--sbom=${options.sbom}`);
	if (options.output === "push") args.push("--push");
	// The engine's own driver loads by itself.
	if (options.output === "load" && builder.driver !== "docker") args.push("--load");
	if (options.noCache) args.push("--no-cache");
	if (options.pull) args.push("--pull");
	args.push(options.context);
	return {
		tool: "docker",
		args,
		environment: { BUILDX_METADATA_PROVENANCE: "max", NO_COLOR: "1" },
		acceptedExitCodes: "any",
		timeoutMs: HOUR_MS,
		secrets: Object.values(buildArguments),
	};
}

/** @throws ToolError for a name that could be read as something else */
function argumentName(name: string): string {
	if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return name;
	throw new ToolError("invalid", `${JSON.stringify(name)} is not the name of a build argument`);
}

/** The value of `--secret`: fields of a CSV record. */
function secretSpec(secret: BuildSecret): string {
	const source = secret.kind === "file" ? `src=${secret.path}` : `env=${secret.name}`;
	return [`id=${secret.id}`, source].map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

export function buildxVersionCommand(): Command {
	return { tool: "docker", args: ["buildx", "version"], timeoutMs: 20_000, explain: explainDocker };
}

/** Lists the builders; one line of JSON each. */
export function buildersCommand(): Command {
	return { tool: "docker", args: ["buildx", "ls", "--format", "json"], timeoutMs: 30_000, explain: explainDocker };
}

/** @throws ToolError if the output is not known */
export function readBuilders(printed: string): readonly Builder[] {
	return readJsonLines("buildx", printed, (root) => ({
		name: readText(root, "Name"),
		driver: readText(root, "Driver"),
		current: readFlag(root, "Current"),
	}));
}

/** Whether a build failed because the builder cannot store attestations. Wording: buildx 0.10 to 0.36, BuildKit. */
export function refusesAttestations(text: string): boolean {
	return (
		/Attestations? (?:is|are) not supported/i.test(text) ||
		/docker exporter does not (?:currently )?support exporting manifest lists/.test(text) ||
		text.includes("attestations are not supported by the current")
	);
}

/** What buildx writes into its metadata file. */
export interface BuildMetadata {
	/** What was exported: the index where there is one; the image id in an engine with the old store. */
	readonly digest: string | undefined;
	/** Fully qualified names. */
	readonly names: readonly string[];
	/** SLSA provenance predicates by platform; under the empty text for a build of one platform. */
	readonly provenance: ReadonlyMap<string, unknown>;
	/** Names the record of the build: `builder/node/id`. */
	readonly buildReference: string | undefined;
}

const PROVENANCE_KEY = "buildx.build.provenance";

/** @throws ToolError if the file is not what buildx writes */
export function readBuildMetadata(text: string): BuildMetadata {
	return readJson("buildx", text, (root) => ({
		digest: readOptionalText(root, "containerimage.digest"),
		names: (readOptionalText(root, "image.name") ?? "").split(",").filter((name) => name !== ""),
		provenance: new Map(
			readEntries(root).flatMap(([key, value]) =>
				key === PROVENANCE_KEY || key.startsWith(`${PROVENANCE_KEY}/`)
					? [[key.slice(PROVENANCE_KEY.length + 1), value.value] as const]
					: [],
			),
		),
		buildReference: readOptionalText(root, "buildx.build.ref"),
	}));
}
