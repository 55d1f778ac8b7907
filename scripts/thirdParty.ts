import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** A package of which something stands in a bundle. */
export interface BundledPackage {
	readonly name: string;
	/** More than one where packages ask for different ones. */
	readonly versions: readonly string[];
	/** SPDX expression of its manifest: "MIT". */
	readonly licence: string;
	/** Its licence file, and its notices where it has some. */
	readonly text: string;
}

/** Folder of the package that a bundled file belongs to; undefined for our own files. */
const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The packages in some bundles, by name. Throws if one has no licence in its manifest or no licence file: what we may not
 * hand on is not bundled.
 */
export function bundledPackages(metafiles: readonly Metafile[]): readonly BundledPackage[] {
	const packages = new Map<string, BundledPackage>();
	for (const folder of packageFolders(metafiles)) {
		const read = readPackage(folder);
		const known = packages.get(read.name);
		packages.set(read.name, known === undefined ? read : { ...read, versions: [...new Set([...known.versions, ...read.versions])].sort() });
	}
	return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text of `dist/THIRD-PARTY.txt`: every package, then each licence text once. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
	const byText = new Map<string, BundledPackage[]>();
	for (const entry of packages) byText.set(entry.text, [...(byText.get(entry.text) ?? []), entry]);
	const line = "-".repeat(100);
	return [
		"Hullguard's bundles hold these packages. Their licences follow.",
		"",
		...packages.map(({ name, versions, licence }) => `${name} ${versions.join(", ")}: ${licence}`),
		...[...byText].flatMap(([text, users]) => ["", line, users.map(({ name }) => name).join(", "), line, "", text]),
		"",
	].join("\n");
}

function packageFolders(metafiles: readonly Metafile[]): readonly string[] {
	const folders = new Set<string>();
	for (const output of metafiles.flatMap((metafile) => Object.values(metafile.outputs))) {
		for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
			const folder = PACKAGE_FOLDER.exec(path)?.[1];
			if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
		}
	}
	return [...folders].sort();
}

function readPackage(folder: string): BundledPackage {
	const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
	const files = readdirSync(folder).sort();
	const licences = files.filter((file) => /^licen[cs]e/i.test(file));
	if (typeof name !== "string" || typeof version !== "string") throw new Error(`${folder} is no package`);
	if (typeof license !== "string" || licences.length === 0) throw new Error(`${name} has no licence`);
	const notices = files.filter((file) => /^(?:notice|third-?party)/i.test(file));
	const text = [...licences, ...notices]
		.map((file) => readFileSync(join(folder, file), "utf8").replace(/\r\n?/g, "\n").trim())
		.join("\n\n");
	return { name, versions: [version], licence: license, text };
}
