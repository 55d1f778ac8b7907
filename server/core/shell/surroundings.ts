import type { MappedText } from "../mappedText.ts";
import type { Span } from "../text.ts";
import type { Enclosure, ShellChoice, ShellCommand } from "./model.ts";

/** Where the text of a script comes from. */
export interface Origin {
	readonly source: MappedText;
	/** Set where positions are lost: everything is placed at this span. */
	readonly fixed: Span | undefined;
	/** The command that runs the script, where it matters how: `sh -c`. */
	readonly wrapper: ShellCommand | undefined;
	/** Whether the user's text is no script: its words are in their places, but cannot be edited as a shell's can. */
	readonly decoded: boolean;
	/** Whether the shell takes `a &> b` for `a &` and `> b`, as dash does. */
	readonly splitsBothOutputs: boolean;
}

/** Shells to which `&>` sends both outputs to a file. */
const KNOW_BOTH_OUTPUTS: ReadonlySet<string> = new Set(["bash", "zsh", "ksh", "ash"]);

/** Where a script comes from that a command of another one runs. */
export function withWrapper(origin: Origin, wrapper: ShellCommand): Origin {
	const splitsBothOutputs = origin.splitsBothOutputs && !KNOW_BOTH_OUTPUTS.has(wrapper.program ?? "");
	return { ...origin, wrapper, splitsBothOutputs };
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
