import type { MappedText } from "../mappedText.ts";
import type { Span } from "../text.ts";
import type { Enclosure, ShellChoice, ShellCommand } from "./model.ts";

/** Where the text of a script comes from. */
export interface Origin {
	readonly source: MappedText;
	/** Set where positions are lost: everything is placed at this span. */
	readonly fixed: Span | undefined;
	/** The command that runs the script: `sh -c`. */
	readonly wrapper: ShellCommand | undefined;
	/** Whether the commands cannot be edited in place. */
	readonly decoded: boolean;
}

/** What a command stands in while its script is read. */
export interface Surroundings {
	readonly within: readonly Enclosure[];
	readonly choice: ShellChoice | undefined;
	readonly loopVariables: readonly string[];
	readonly depth: number;
}

export function deeper(around: Surroundings, ...enclosures: readonly Enclosure[]): Surroundings {
	return { ...around, within: [...around.within, ...enclosures], depth: around.depth + 1 };
}
