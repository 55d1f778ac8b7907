import type { Justification, VexStatus } from "./statement.ts";

/** A choice in plain words. */
export interface Choice<Value extends string> {
	readonly value: Value;
	/** A few words, for lists. */
	readonly label: string;
	/** One sentence: when this is the right one. */
	readonly description: string;
}

/** The four statuses, the one that is wanted most first. */
export const STATUSES: readonly Choice<VexStatus>[] = [
	{
		value: "not_affected",
		label: "Not affected",
		description: "The package is in the image, but nobody can exploit it there. It is suppressed.",
	},
	{
		value: "affected",
		label: "Affected",
		description: "It can be exploited. The finding stays, with what users should do about it.",
	},
	{
		value: "fixed",
		label: "Fixed",
		description: "Repaired in a way that scanners cannot see, like a patch of your own. It is suppressed.",
	},
	{
		value: "under_investigation",
		label: "Under investigation",
		description: "Nobody knows yet. The finding stays until somebody decides.",
	},
];

/** Why a product is not affected: the five reasons that OpenVEX knows. */
export const JUSTIFICATIONS: readonly Choice<Justification>[] = [
	{
		value: "vulnerable_code_not_in_execute_path",
		label: "The vulnerable code is never run",
		description: "The package is there, but nothing in this image ever calls the vulnerable part.",
	},
	{
		value: "vulnerable_code_cannot_be_controlled_by_adversary",
		label: "Attackers cannot reach it",
		description: "The code runs, but nothing that an attacker can send or change gets to it.",
	},
	{
		value: "inline_mitigations_already_exist",
		label: "A protection is in place",
		description: "A setting, a sandbox or a check in front stops the attack.",
	},
	{
		value: "vulnerable_code_not_present",
		label: "The vulnerable code is not in it",
		description: "The package is there, but was built or packed without the vulnerable part.",
	},
	{
		value: "component_not_present",
		label: "The package is not there",
		description: "The scanner is mistaken: the image does not have this package.",
	},
];

/** The status that a text names; undefined for what is none. */
export function statusNamed(text: string): VexStatus | undefined {
	return STATUSES.find((choice) => choice.value === text)?.value;
}

/** The justification that a text names; undefined for what is none. */
export function justificationNamed(text: string): Justification | undefined {
	return JUSTIFICATIONS.find((choice) => choice.value === text)?.value;
}
