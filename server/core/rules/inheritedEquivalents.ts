import type { Equivalent, Rule } from "./rule.ts";

/**
 * The rules; those that stand in for a more general one at the same place list what is the same as that one as similar: who looks for
 * another tool's check finds all that may speak in its place.
 */
export function withInheritedEquivalents(rules: readonly Rule[]): readonly Rule[] {
	const inherited = new Map<string, readonly Equivalent[]>();
	for (const { supersededBy, equivalents } of rules)
		for (const id of supersededBy ?? []) inherited.set(id, [...(inherited.get(id) ?? []), ...equivalents]);
	return rules.map((rule) => {
		const more = missingOf(rule, inherited.get(rule.id) ?? []);
		return more.length === 0 ? rule : { ...rule, equivalents: [...rule.equivalents, ...more] };
	});
}

function missingOf({ equivalents }: Rule, candidates: readonly Equivalent[]): readonly Equivalent[] {
	const known = new Set(equivalents.map(keyOf));
	const missing: Equivalent[] = [];
	for (const candidate of candidates) {
		if (candidate.relation !== "same" || known.has(keyOf(candidate))) continue;
		known.add(keyOf(candidate));
		missing.push({ ...candidate, relation: "similar" });
	}
	return missing;
}

function keyOf({ tool, id }: Equivalent): string {
	return `${tool} ${id}`;
}
