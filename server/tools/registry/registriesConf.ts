import { readTables, type TomlTable } from "./tomlTables.ts";

/** Another place for the images of a registry, as podman's `registries.conf` names it. */
export interface OtherLocation {
	/** Host and, where there is one, path: `mirror.example/hub`. */
	readonly location: string;
	/** Whether plain http may be spoken. Certificates are checked all the same. */
	readonly insecure: boolean;
}

/** What `registries.conf` says of the images whose name begins with a prefix. Source: containers-registries.conf(5), version 2. */
export interface RegistryEntry extends OtherLocation {
	/** `docker.io`, `docker.io/library`, `registry.example:5000/team/app`. */
	readonly prefix: string;
	/** In the order in which they are asked. */
	readonly mirrors: readonly Mirror[];
}

interface Mirror extends OtherLocation {
	/** For which references it is asked. */
	readonly pull: "all" | "digest-only" | "tag-only";
}

/** Where the file lies, the one that counts first. There is none on Windows. */
export function registriesConfPaths(
	environment: Readonly<Record<string, string | undefined>>,
	homeFolder: string,
	platform: string,
): readonly string[] {
	const named = environment["CONTAINERS_REGISTRIES_CONF"] ?? "";
	if (named !== "") return [named];
	return platform === "win32" ? [] : [`${homeFolder}/.config/containers/registries.conf`, "/etc/containers/registries.conf"];
}

/**
 * Reads the registries and mirrors of a `registries.conf`. Undefined where it holds something that is not understood: half of a
 * configuration could lead to another image. Wildcards (`*.example.com`) and what is blocked are left out.
 */
export function readRegistriesConf(text: string): readonly RegistryEntry[] | undefined {
	const tables = readTables(text);
	if (tables === undefined) return undefined;
	const registries: { readonly table: TomlTable; readonly mirrors: TomlTable[] }[] = [];
	for (const table of tables) {
		if (table.name === "registry" && table.isItem) registries.push({ table, mirrors: [] });
		else if (table.name === "registry.mirror" && table.isItem) registries[registries.length - 1]?.mirrors.push(table);
	}
	return registries.flatMap(({ table, mirrors }) => entryOf(table, mirrors) ?? []);
}

/** The entry whose prefix is the longest that an image's full name begins with. */
export function entryFor(name: string, entries: readonly RegistryEntry[]): RegistryEntry | undefined {
	return entries
		.filter(({ prefix }) => name === prefix || name.startsWith(`${prefix}/`))
		.reduce<RegistryEntry | undefined>(
			(longest, entry) => (entry.prefix.length > (longest?.prefix.length ?? 0) ? entry : longest),
			undefined,
		);
}

function entryOf(table: TomlTable, mirrors: readonly TomlTable[]): RegistryEntry | undefined {
	const location = textOf(table, "location");
	const prefix = textOf(table, "prefix") || location;
	if (prefix === "" || prefix.startsWith("*") || table.values.get("blocked") === true) return undefined;
	const onlyDigests = table.values.get("mirror-by-digest-only") === true;
	return {
		prefix,
		location: location || prefix,
		insecure: table.values.get("insecure") === true,
		mirrors: mirrors.flatMap((mirror) => mirrorOf(mirror, onlyDigests) ?? []),
	};
}

function mirrorOf(table: TomlTable, onlyDigests: boolean): Mirror | undefined {
	const location = textOf(table, "location");
	const pull = onlyDigests ? "digest-only" : textOf(table, "pull-from-mirror") || "all";
	if (location === "" || (pull !== "all" && pull !== "digest-only" && pull !== "tag-only")) return undefined;
	return { location, insecure: table.values.get("insecure") === true, pull };
}

function textOf(table: TomlTable, key: string): string {
	const value = table.values.get(key);
	return typeof value === "string" ? value : "";
}
