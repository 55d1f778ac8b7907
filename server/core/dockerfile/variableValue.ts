import { LONGEST_VALUE } from "../shell/words.ts";

/** What is known of a variable: its value, that it is not set, or that it is set to something the file does not show. */
export type VariableValue = { readonly kind: "set"; readonly value: string } | { readonly kind: "unset" } | { readonly kind: "unknown" };

export const UNSET: VariableValue = { kind: "unset" };
export const UNKNOWN: VariableValue = { kind: "unknown" };

/** Finds the value of a variable; `hasDefault`: for `${NAME:-…}` and `${NAME:+…}`, which say what counts without one. */
export type VariableLookup = (name: string, hasDefault?: boolean) => VariableValue;

/** Looks variables up until their values together are longer than any text that somebody meant (`A=$A$A`, again and again): from then on they are unknown. */
export function boundedLookup(lookup: VariableLookup): VariableLookup {
	let taken = 0;
	return (name, hasDefault) => {
		const value = lookup(name, hasDefault);
		if (value.kind === "set") taken += value.value.length;
		return taken > LONGEST_VALUE ? UNKNOWN : value;
	};
}
