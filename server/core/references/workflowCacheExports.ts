import { mapContiguous } from "../mappedText.ts";
import type { ShellCommand } from "../shell/model.ts";
import { findOption, readArguments } from "../shell/options.ts";
import { parseScript } from "../shell/script.ts";
import { type CacheExport, sharedBackendOf } from "./cacheExport.ts";
import { dockerfileIn } from "./givenBuild.ts";
import { yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

/**
 * The builds of a GitHub workflow that export all layers: steps of `docker/build-push-action`, and `docker buildx build` in scripts.
 * Paths start from the root of the repository.
 */
export function workflowCacheExports(text: string): readonly CacheExport[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "jobs")).flatMap(([, job]) =>
		yamlItems(yamlValue(job, "steps")).flatMap((step) => [...actionExports(step), ...scriptExports(job, step)]),
	);
}

/** `{{defaultContext}}:sub`: the repository itself, or a folder of it (docker/build-push-action, "Git context"). */
const OWN_REPOSITORY = /^\{\{\s*defaultContext\s*\}\}(?::|$)/;

function actionExports(step: unknown): readonly CacheExport[] {
	if (yamlText(yamlValue(step, "uses"))?.startsWith("docker/build-push-action@") !== true) return [];
	const inputs = yamlValue(step, "with");
	const backend = sharedBackendOf((yamlText(yamlValue(inputs, "cache-to")) ?? "").split("\n"));
	if (backend === undefined) return [];
	const context = yamlText(yamlValue(inputs, "context")) ?? ".";
	const file = yamlText(yamlValue(inputs, "file"));
	const own = OWN_REPOSITORY.exec(context);
	const folder = own === null ? context : context.slice(own[0].length) || ".";
	// In a Git context the path starts from its folder, else from where the workflow runs.
	const dockerfile = dockerfileIn(file === undefined || own !== null ? folder : ".", file ?? "Dockerfile");
	return dockerfile === undefined || isHidden(folder)
		? []
		: [{ dockerfile, target: yamlText(yamlValue(inputs, "target")) || undefined, backend }];
}

/** The build is of something else than this repository, or nobody knows of what. */
function isHidden(context: string): boolean {
	return context.includes("://") || context.startsWith("git@") || context.includes("${{");
}

/** Options of `docker buildx build` that take a value (buildx 0.30, "docker buildx build"). */
const WITH_VALUE = [
	...["--add-host", "--allow", "--annotation", "--attest", "--build-arg", "--build-context", "--builder", "--cache-from", "--cache-to"],
	...["--call", "--cgroup-parent", "--file", "-f", "--iidfile", "--label", "--metadata-file", "--network", "--no-cache-filter"],
	...["--output", "-o", "--platform", "--policy", "--progress", "--secret", "--shm-size", "--ssh", "--tag", "-t", "--target", "--ulimit"],
];

function scriptExports(job: unknown, step: unknown): readonly CacheExport[] {
	const script = yamlText(yamlValue(step, "run"));
	if (script?.includes("cache-to") !== true) return [];
	const defaults = yamlValue(yamlValue(job, "defaults"), "run");
	const folder = yamlText(yamlValue(step, "working-directory")) ?? yamlText(yamlValue(defaults, "working-directory")) ?? ".";
	// An expression of the workflow is no shell, and its value is not known.
	const text = script.replace(/\$\{\{[^}]*\}\}/g, "$EXPRESSION");
	const { commands } = parseScript(mapContiguous(text, 0));
	if (commands.some(({ program }) => program === "cd" || program === "pushd")) return [];
	return commands.flatMap((command) => commandExport(command, folder) ?? []);
}

function commandExport({ program, args }: ShellCommand, folder: string): CacheExport | undefined {
	if (program !== "docker") return undefined;
	const build =
		args[0]?.value === "build" ? 1 : args[1]?.value === "build" && /^(?:buildx|image|builder)$/.test(args[0]?.value ?? "") ? 2 : 0;
	if (build === 0) return undefined;
	const given = readArguments(args.slice(build), WITH_VALUE);
	const entries = given.options
		.filter(({ name }) => name === "--cache-to")
		.map(({ value, valueWord, word }) => value ?? (valueWord ?? word).text);
	const backend = sharedBackendOf(entries.map((entry) => entry.replace(/^--cache-to=/, "").replaceAll(/["']/g, "")));
	const [context, ...others] = given.operands;
	if (backend === undefined || given.uncertain || context?.value === undefined || others.length > 0 || isHidden(context.value))
		return undefined;
	const file = findOption(given, "--file", "-f");
	const target = findOption(given, "--target");
	if ((file !== undefined && file.value === undefined) || (target !== undefined && target.value === undefined)) return undefined;
	const below = dockerfileIn(folder, file?.value ?? `${context.value.replace(/\/+$/, "")}/Dockerfile`);
	return below === undefined ? undefined : { dockerfile: below, target: target?.value, backend };
}
