import type { Enclosure, ShellChoice } from "./model.ts";

/** What a command stands in while its script is read. */
export interface Surroundings {
	readonly within: readonly Enclosure[];
	readonly choice: ShellChoice | undefined;
	readonly depth: number;
}

export function deeper(around: Surroundings, ...enclosures: readonly Enclosure[]): Surroundings {
	return { ...around, within: [...around.within, ...enclosures], depth: around.depth + 1 };
}
