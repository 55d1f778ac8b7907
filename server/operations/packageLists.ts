import { join } from "node:path";
import { JsonError, jsonRoot } from "../core/json/values.ts";
import type { PackageList } from "../core/rules/workspaceFacts.ts";
import { readCycloneDx } from "../core/sbom/cyclonedx.ts";
import { readSpdx } from "../core/sbom/spdx.ts";
import type { Files } from "../tools/files.ts";
import { remember } from "./remember.ts";

/** Reads the SBOMs that lie in a folder; `names` are those of its files. */
export type PackageListReader = (folder: string, names: readonly string[]) => Promise<readonly PackageList[]>;

/** Bytes. The SBOM of a large image has about 10 MB. */
const LONGEST = 32 * 1024 * 1024;
const MOST_FILES = 5;

/** Whether a file is an SBOM by its name: as the CycloneDX and SPDX specifications recommend, and `sbom.json`. */
function isSbomName(name: string): boolean {
	return /^(?:s?bom\.json|.+\.(?:spdx|cdx)\.json)$/.test(name);
}

/** Reads each folder at most once. What is no SBOM, or cannot be read, says nothing. */
export function createPackageListReader(files: Files): PackageListReader {
	const seen = new Map<string, Promise<readonly PackageList[]>>();
	const read = async (path: string, source: string): Promise<PackageList | undefined> => {
		if (((await files.look(path))?.size ?? LONGEST) >= LONGEST) return undefined;
		const packages = packagesIn((await files.readText(path)) ?? "");
		return packages === undefined ? undefined : { source, base: undefined, packages };
	};
	const readAll = async (folder: string, names: readonly string[]): Promise<readonly PackageList[]> => {
		const lists = names
			.filter(isSbomName)
			.slice(0, MOST_FILES)
			.map((name) => read(join(folder, name), name));
		return (await Promise.all(lists)).filter((found) => found !== undefined);
	};
	return (folder, names) => remember(seen, folder, () => readAll(folder, names));
}

function packagesIn(text: string): PackageList["packages"] | undefined {
	try {
		const root = jsonRoot(JSON.parse(text));
		const isCycloneDx = typeof root.value === "object" && root.value !== null && "bomFormat" in root.value;
		const { components } = isCycloneDx ? readCycloneDx(root) : readSpdx(root);
		// The rest of a long document is not kept.
		return components.map(({ name, licenses }) => ({ name, licenses }));
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof JsonError) return undefined;
		throw error;
	}
}
