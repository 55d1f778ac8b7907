import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Problem } from "../core/finding.ts";
import { CONFIG_FILE_NAMES, type ConfigFile, type ConfigLink, layersFor, readConfigFile } from "../core/settings/configFile.ts";
import { HADOLINT_FILE_NAMES, readHadolintConfig } from "../core/settings/hadolintConfig.ts";
import type { RuleLayer } from "../core/settings/rules.ts";
import type { Files } from "../tools/files.ts";
import { remember } from "./remember.ts";

/** The configuration files that count for the Dockerfiles of a folder. */
export interface ProjectConfig {
	/** The nearest file comes last, those that it builds on before it. */
	readonly files: readonly ConfigFile[];
	readonly problems: readonly Problem[];
}

/** Finds the configuration of folders; reads each file once. */
export interface ConfigFinder {
	/** The nearest `hullguard.yaml` upward from a folder; without any, the nearest configuration of hadolint. `folder` is absolute. */
	configFor(folder: string): Promise<ProjectConfig | undefined>;
	/** A configuration file by its absolute path, with those that it builds on; undefined if there is none. */
	configAt(path: string): Promise<ProjectConfig | undefined>;
}

/** Nobody builds one file on so many others. */
const DEEPEST = 10;

export function createConfigFinder(files: Files, list: (folder: string) => Promise<readonly string[] | undefined>): ConfigFinder {
	const found = new Map<string, Promise<ProjectConfig | undefined>>();

	const configAt = async (path: string): Promise<ProjectConfig | undefined> => {
		const text = await files.readText(path);
		if (text === undefined) return undefined;
		if (HADOLINT_FILE_NAMES.some((name) => name === basename(path))) {
			const file = readHadolintConfig(text, path);
			return { files: [file], problems: file.problems };
		}
		const chain = await chainFrom(readConfigFile(text, path), files, []);
		return { files: chain.files, problems: [...chain.files.flatMap((file) => file.problems), ...chain.problems] };
	};
	const inFolder =
		(names: readonly string[]) =>
		async (folder: string): Promise<ProjectConfig | undefined> => {
			const path = await firstOf(folder, names, list);
			return path === undefined ? undefined : configAt(path);
		};
	const nearest = async <T>(folder: string, look: (folder: string) => Promise<T | undefined>): Promise<T | undefined> => {
		for (let at = folder; ; at = dirname(at)) {
			const here = await look(at);
			if (here !== undefined || dirname(at) === at) return here;
		}
	};

	return {
		configAt,
		configFor: (folder) =>
			remember(
				found,
				folder,
				async () => (await nearest(folder, inFolder(CONFIG_FILE_NAMES))) ?? (await nearest(folder, inFolder(HADOLINT_FILE_NAMES))),
			),
	};
}

/** What configuration files say of one Dockerfile, in rising order of precedence. `path` is absolute. */
export function configLayers({ files }: ProjectConfig, path: string): readonly RuleLayer[] {
	return files.flatMap((file) => layersFor(file, pathBelow(file, path)));
}

/** The path of a Dockerfile relative to the folder of a configuration file, with forward slashes; undefined if it is not below it. */
export function pathBelow(file: ConfigFile, path: string): string | undefined {
	const below = relative(dirname(file.path), path);
	return below.startsWith("..") || isAbsolute(below) ? undefined : below.split(sep).join("/");
}

async function firstOf(
	folder: string,
	names: readonly string[],
	list: (folder: string) => Promise<readonly string[] | undefined>,
): Promise<string | undefined> {
	const there = (await list(folder)) ?? [];
	const name = names.find((candidate) => there.includes(candidate));
	return name === undefined ? undefined : join(folder, name);
}

async function chainFrom(file: ConfigFile, files: Files, above: readonly string[]): Promise<ProjectConfig> {
	const chain: ConfigFile[] = [];
	const problems: Problem[] = [];
	const complain = ({ range }: ConfigLink, message: string, hint?: string): void => {
		problems.push({ kind: "settings", message, path: file.path, range, ...(hint === undefined ? {} : { hint }) });
	};
	for (const link of file.extends) {
		const target = await linkedFile(link.name, dirname(file.path), files);
		if (target === undefined) {
			const hint = isPath(link.name)
				? "Paths are relative to this file."
				: `A package has to be installed in node_modules and hold a ${CONFIG_FILE_NAMES[0]}.`;
			complain(link, `There is no configuration ${link.name}`, hint);
		} else if ([...above, file.path].includes(target.path)) complain(link, `${link.name} builds on this file itself`);
		else if (above.length >= DEEPEST) complain(link, `More than ${DEEPEST} files build on each other`);
		else {
			const below = await chainFrom(readConfigFile(target.text, target.path), files, [...above, file.path]);
			chain.push(...below.files);
			problems.push(...below.problems);
		}
	}
	return { files: [...chain, file], problems };
}

async function linkedFile(
	name: string,
	folder: string,
	files: Files,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
	for (const path of isPath(name) ? [resolve(folder, name)] : packageFiles(name, folder)) {
		const text = await files.readText(path);
		if (text !== undefined) return { path, text };
	}
	return undefined;
}

function isPath(name: string): boolean {
	return name.startsWith(".") || isAbsolute(name);
}

/** Where an installed package keeps its configuration: in the nearest `node_modules` that has it. */
function packageFiles(name: string, folder: string): readonly string[] {
	const paths: string[] = [];
	for (let at = folder; ; at = dirname(at)) {
		paths.push(...CONFIG_FILE_NAMES.map((file) => join(at, "node_modules", name, file)));
		if (dirname(at) === at) return paths;
	}
}
