import { LONGEST_VALUE } from "../../shell/longestValue.ts";

/** What is known of a variable: its value, that it is not set, or that it is set to something the file does not show. */
export type VariableValue = { readonly kind: "set"; readonly value: string } | { readonly kind: "unset" } | { readonly kind: "unknown" };

export const UNSET: VariableValue = { kind: "unset" };
export const UNKNOWN: VariableValue = { kind: "unknown" };

/** Looks variables up until their values together are longer than any text that somebody meant (`A=$A$A`, again and again): from then on they are unknown. */
export function boundedLookup(lookup: (name: string) => VariableValue): (name: string) => VariableValue {
	let taken = 0;
	return (name) => {
		const value = lookup(name);
		if (value.kind === "set") taken += value.value.length;
		return taken > LONGEST_VALUE ? UNKNOWN : value;
	};
}
