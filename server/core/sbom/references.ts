import type { Component } from "./component.ts";

/** Names that documents give to other things than packages. */
const RESERVED = ["image", "operating-system"];

/** Unique names for the components of a document. */
export interface ReferenceTable {
	/** The name of the component at an index. */
	own(index: number): string;
	/** The names of those that a component needs, each once, itself left out. */
	needs(component: Component): readonly string[];
}

/**
 * The identities that the components have, made unique: one document names a package once that is there at two places.
 * @param prefix of names that are made anew from the index; without it the identities stay
 */
export function referenceTable(components: readonly Component[], prefix?: string): ReferenceTable {
	const taken = new Set(RESERVED);
	const first = new Map<string, string>();
	const names = components.map((component, index) => {
		const wanted =
			prefix === undefined ? component.reference || component.purl || `${component.name}@${component.version}` : `${prefix}${index + 1}`;
		let name = wanted;
		for (let twin = 2; taken.has(name); twin++) name = `${wanted}#${twin}`;
		taken.add(name);
		if (!first.has(component.reference)) first.set(component.reference, name);
		return name;
	});
	return {
		own: (index) => names[index] ?? "",
		needs: (component) => {
			const own = first.get(component.reference);
			return [...new Set(component.dependsOn.flatMap((reference) => first.get(reference) ?? []))].filter((name) => name !== own);
		},
	};
}
