import { originalOf } from "../../image/copies.ts";
import type { ImageReference } from "../../image/reference.ts";
import { BASE_IMAGES, type BaseImageEntry, type BaseImageFacts, type DistributionFamily } from "../../knowledge/baseImages.ts";
import { remembered } from "../../memo.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

const found = new Map<string, BaseImageFacts>();
const byRepository = indexEntries();

/** What is known of an image; an empty object for one that nobody has described. Entries that match are merged, the later ones win; users and what is set add up. */
export const baseImageFacts = remembered(factsOf);

function factsOf(reference: ImageReference): BaseImageFacts {
	const tag = reference.tag ?? "";
	const repository = officialName(reference);
	const hidesVariant = reference.tag === undefined && reference.digest !== undefined;
	const key = `${repository}:${hidesVariant ? "@" : tag}`;
	const known = found.get(key);
	if (known !== undefined) return known;
	let facts: BaseImageFacts = {};
	for (const entry of [
		...(byRepository.exact.get(repository) ?? []),
		...byRepository.prefixes.filter(({ prefix }) => repository.startsWith(prefix)).map(({ entry }) => entry),
	]) {
		if ((entry.tag !== undefined && !entry.tag.test(tag)) || (entry.ofVariant && hidesVariant)) continue;
		facts = {
			...facts,
			...entry.facts,
			...(facts.users || entry.facts.users ? { users: { ...facts.users, ...entry.facts.users } } : {}),
			...(facts.sets && entry.facts.sets ? { sets: [...facts.sets, ...entry.facts.sets] } : {}),
		};
	}
	if (facts.family === "windows") facts = ofWindows(facts);
	if (found.size > 2000) found.clear();
	found.set(key, facts);
	return facts;
}

/** Entries for all tags of a repository describe its images for Linux: users, programs, variables and entry points are others on Windows. */
function ofWindows(facts: BaseImageFacts): BaseImageFacts {
	const { family, interpreter, sdk, environmentOnWindows, sets, shellWords, entrypointNeedsRoot } = facts;
	return {
		...(family && { family }),
		...(interpreter && { interpreter }),
		...(sdk && { sdk }),
		...(environmentOnWindows && { environment: environmentOnWindows }),
		...(sets && { sets }),
		...(shellWords && { shellWords }),
		// Images for Windows alone say this.
		...(entrypointNeedsRoot && { entrypointNeedsRoot }),
	};
}

/** The registry and repository of an image, those of the original for a copy. */
export function officialName(reference: ImageReference): string {
	const { registry, repository } = originalOf(reference);
	return `${registry}/${repository}`;
}

const SCRATCH: BaseImageFacts = { environment: [], shell: "none", users: {}, user: "root" };
const NOTHING: BaseImageFacts = {};

/** What is known of the image that a stage's lineage starts from; empty for scratch and unknown bases. */
export const stageBaseFacts = remembered((stage: Stage): BaseImageFacts => {
	const base = rootBase(stage);
	if (base.kind === "scratch") return SCRATCH;
	return base.kind === "image" ? baseImageFacts(base.reference) : NOTHING;
});

/** The distribution family of a stage, if its base is known. */
export function stageFamily(stage: Stage): DistributionFamily | undefined {
	return stageBaseFacts(stage).family;
}

/** Families whose `tar` and `wget` are GNU's. Those of BusyBox end with an error at an option that they do not know. */
const GNU_FAMILIES: ReadonlySet<DistributionFamily> = new Set(["debian", "redhat", "suse", "arch"]);

/** Whether the tools of a stage's base are certain to be GNU's. Alpine, Wolfi and BusyBox itself have those of BusyBox. */
export function hasGnuTools(stage: Stage): boolean {
	const family = stageFamily(stage);
	return family !== undefined && GNU_FAMILIES.has(family);
}

interface Index {
	readonly exact: ReadonlyMap<string, readonly BaseImageEntry[]>;
	readonly prefixes: readonly { readonly prefix: string; readonly entry: BaseImageEntry }[];
}

function indexEntries(): Index {
	const exact = new Map<string, BaseImageEntry[]>();
	const prefixes: { prefix: string; entry: BaseImageEntry }[] = [];
	for (const entry of BASE_IMAGES) {
		for (const repository of entry.repositories) {
			if (repository.endsWith("*")) prefixes.push({ prefix: repository.slice(0, -1), entry });
			else exact.set(repository, [...(exact.get(repository) ?? []), entry]);
		}
	}
	return { exact, prefixes };
}
