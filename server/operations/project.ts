import { basename, dirname, join } from "node:path";
import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import type { Problem } from "../core/finding.ts";
import type { LintOptions } from "../core/lint/options.ts";
import { findRule } from "../core/rules/registry.ts";
import { NO_WORKSPACE, type WorkspaceFacts } from "../core/rules/workspaceFacts.ts";
import { type ResolvedRules, type RuleLayer, resolveRules } from "../core/settings/rules.ts";
import type { Files } from "../tools/files.ts";
import { type BuildTargetReader, createBuildTargetReader } from "./buildTargets.ts";
import { type CacheExportReader, createCacheExportReader } from "./cacheExports.ts";
import { type ContextReader, createContextReader } from "./contextFiles.ts";
import { createPackageListReader, type PackageListReader } from "./packageLists.ts";
import { configLayers, createConfigFinder, type ProjectConfig } from "./projectConfig.ts";
import { remember } from "./remember.ts";

/** What the files around a Dockerfile say about it: configuration, ignore file, what else is in its folder. */
export interface Project {
	/** How a Dockerfile is linted; `path` is absolute. */
	lintOptionsFor(path: string, layers: ProjectLayers): Promise<LintSetup>;
	/** The configuration files that count for a Dockerfile; `path` is absolute. */
	configFor(path: string): Promise<ProjectConfig | undefined>;
	/** All that is wrong in a configuration file and in those that it builds on, whichever Dockerfile it counts for; `path` is absolute. */
	configProblems(path: string): Promise<readonly Problem[]>;
	/** Forgets what was read: a file has changed. */
	forget(): void;
}

/** What is known from elsewhere, in the order in which it counts less. */
export interface ProjectLayers {
	/** Flags of the command line. */
	readonly commandLine?: RuleLayer;
	readonly editor?: RuleLayer;
	/** Whether the editor's settings win over the configuration file. */
	readonly editorFirst?: boolean;
	/** `YYYY-MM-DD`. */
	readonly today: string;
	/** The folder that the image is built from, where it is not the Dockerfile's own. */
	readonly context?: string;
	/** The Dockerfile as it is now: what it copies is looked at. */
	readonly file?: Dockerfile;
	/** What registries have said of images. */
	readonly images?: WorkspaceFacts["images"];
	/** What scanners have said of images. */
	readonly scans?: WorkspaceFacts["scans"];
	/** The packages of images that were scanned. */
	readonly packageLists?: WorkspaceFacts["packageLists"];
}

export interface LintSetup {
	readonly options: LintOptions;
	/** How the rules in `options` came about. */
	readonly resolved: ResolvedRules;
	/** Paths of the configuration files that count, the nearest one last. */
	readonly configFiles: readonly string[];
	readonly problems: readonly Problem[];
}

/** Reads each folder at most once until `forget`. */
export function createProject(files: Files): Project {
	const listings = new Map<string, Promise<readonly string[] | undefined>>();
	const list = (folder: string): Promise<readonly string[] | undefined> => remember(listings, folder, () => files.list(folder));
	const createReaders = (): Readers => ({
		files,
		list,
		contextReader: createContextReader(files),
		packageListReader: createPackageListReader(files),
		cacheExportReader: createCacheExportReader(files, list),
		buildTargetReader: createBuildTargetReader(files, list),
	});
	let readers = createReaders();

	let configFinder = createConfigFinder(files, list);

	return {
		async lintOptionsFor(path, layers) {
			const folder = dirname(path);
			const context = layers.context ?? folder;
			const [config, facts, names] = await Promise.all([
				configFinder.configFor(folder),
				workspaceFacts(readers, path, context, layers),
				// Of one stage there is nothing to choose.
				(layers.file?.stages.length ?? 0) > 1 ? readers.buildTargetReader(path) : [],
			]);
			const targets = names.length === 0 ? {} : { targets: { names, only: false } };
			const editor = layers.editor === undefined ? [] : [layers.editor];
			const file = config === undefined ? [] : configLayers(config, path);
			const own = layers.editorFirst ? [...file, ...editor] : [...editor, ...file];
			const resolved = resolveRules([...own, ...(layers.commandLine === undefined ? [] : [layers.commandLine])]);
			const workspace = { ...facts, ...(await askedFacts(readers, path, layers, resolved)) };
			return {
				options: { rules: resolved.rules, options: resolved.options, codes: resolved.codes, workspace, today: layers.today, ...targets },
				resolved,
				configFiles: (config?.files ?? []).map((each) => each.path),
				problems: [...(config?.problems ?? []), ...resolved.problems],
			};
		},
		configFor: (path) => configFinder.configFor(dirname(path)),
		async configProblems(path) {
			const config = await configFinder.configAt(path);
			return config === undefined ? [] : [...config.problems, ...ruleProblems(config)];
		},
		forget() {
			configFinder = createConfigFinder(files, list);
			listings.clear();
			readers = createReaders();
		},
	};
}

/** What is wrong about the rules that are named, for all Dockerfiles and for those of each override. */
function ruleProblems({ files }: ProjectConfig): readonly Problem[] {
	const common = files.map((file) => file.layer);
	const special = files.flatMap((file) => file.overrides.map((override) => [...common, override.layer]));
	const problems = [common, ...special].flatMap((layers) => resolveRules(layers).problems);
	return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

interface Readers {
	readonly files: Files;
	readonly list: (folder: string) => Promise<readonly string[] | undefined>;
	readonly contextReader: ContextReader;
	readonly packageListReader: PackageListReader;
	readonly cacheExportReader: CacheExportReader;
	readonly buildTargetReader: BuildTargetReader;
}

/** The facts that only few rules ask for. */
async function askedFacts(
	{ list, packageListReader, cacheExportReader }: Readers,
	path: string,
	layers: ProjectLayers,
	{ rules }: ResolvedRules,
): Promise<Partial<WorkspaceFacts>> {
	const asked = new Set([...rules.keys()].flatMap((id) => findRule(id)?.asks ?? []));
	const folder = dirname(path);
	const [beside, cacheExports] = await Promise.all([
		asked.has("packageLists") ? packageListReader(folder, (await list(folder)) ?? []) : [],
		asked.has("cacheExports") ? cacheExportReader(path) : [],
	]);
	return { packageLists: [...(layers.packageLists ?? []), ...beside], cacheExports };
}

/** The ignore file is the one that BuildKit takes: named after the Dockerfile, else the context's. */
async function workspaceFacts(readers: Readers, path: string, context: string, layers: ProjectLayers): Promise<WorkspaceFacts> {
	const { files, list, contextReader } = readers;
	const { file, today, images = NO_WORKSPACE.images, scans = NO_WORKSPACE.scans } = layers;
	const [own, entries] = await Promise.all([list(dirname(path)), list(context)]);
	if (entries === undefined) return { ...NO_WORKSPACE, today, images, scans };
	const specific = `${basename(path)}.dockerignore`;
	const ignoreFile = own?.includes(specific)
		? join(dirname(path), specific)
		: entries.includes(".dockerignore")
			? join(context, ".dockerignore")
			: undefined;
	const [text, contextFiles] = await Promise.all([
		ignoreFile === undefined ? undefined : files.readText(ignoreFile),
		file === undefined ? NO_WORKSPACE.contextFiles : contextReader(file, context),
	]);
	return {
		...NO_WORKSPACE,
		today,
		images,
		scans,
		contextEntries: entries,
		contextFiles,
		dockerignore:
			ignoreFile === undefined
				? { kind: "absent" }
				: text === undefined
					? { kind: "unknown" }
					: { kind: "present", text, path: ignoreFile },
	};
}
