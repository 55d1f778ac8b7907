import { type BakeAttributes, bakeTargets } from "./bakeTargets.ts";
import { type CacheExport, dockerfileBelow, sharedBackendOf } from "./cacheExport.ts";
import type { BakeValue } from "./hcl.ts";

/**
 * The targets of a Bake file that export all layers, what they inherit included (buildx, "Bake file reference"). Targets whose
 * paths are no literals are left out. Paths start from the folder in which Bake runs, taken for that of the file.
 */
export function bakeCacheExports(text: string): readonly CacheExport[] {
	return [...bakeTargets(text).values()].flatMap((attributes) => {
		const backend = attributes === undefined ? undefined : sharedBackendOf(entriesOf(attributes.get("cache-to")));
		if (attributes === undefined || backend === undefined || attributes.has("dockerfile-inline") || isHidden(attributes, "target"))
			return [];
		const context = textOf(attributes, "context", ".");
		const named = textOf(attributes, "dockerfile", "Dockerfile");
		const dockerfile = context === undefined || named === undefined ? undefined : dockerfileBelow(context, named);
		return dockerfile === undefined ? [] : [{ dockerfile, target: textOf(attributes, "target", undefined), backend }];
	});
}

function isHidden(attributes: BakeAttributes, name: string): boolean {
	return (attributes.get(name)?.kind ?? "text") !== "text";
}

function textOf(attributes: BakeAttributes, name: string, usual: string | undefined): string | undefined {
	const value = attributes.get(name);
	return value === undefined ? usual : value.kind === "text" ? value.value : undefined;
}

/** `["type=gha,mode=max"]`, and `[{ type = "gha", mode = "max" }]` in the same form. What a template hides in an entry stays as it is written. */
function entriesOf(value: BakeValue | undefined): readonly string[] {
	const items = value?.kind === "list" ? value.items : [];
	return items.map((item) =>
		item.kind === "map" ? [...item.entries].map(([key, field]) => `${key}=${writtenIn(field)}`).join(",") : writtenIn(item),
	);
}

function writtenIn(value: BakeValue): string {
	return value.kind === "text" ? value.value : value.kind === "unknown" ? value.written.replace(/^"|"$/g, "") : "";
}
