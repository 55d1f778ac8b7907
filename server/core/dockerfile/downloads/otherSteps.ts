import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellWord } from "../../shell/model.ts";
import { commandsOf } from "../commands/scripts.ts";
import { textAt } from "../commands/shellVariables.ts";
import { globMatches } from "../files/removals.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";

/** Steps that follow each other in a file, the first and the last one. */
export type StepRange = readonly [first: Step, last: Step];

/** What the steps of a file say: a file with many downloads asks for each of them whether another step names it. */
interface Said {
	/** What stands between blanks, quotes, slashes and signs of the shell, and the numbers of the steps that have it. */
	readonly words: ReadonlyMap<string, readonly number[]>;
	/** The numbers of the steps, as they stand in the file. */
	readonly places: ReadonlyMap<Step, number>;
	/** The patterns of file names in the words of commands, and the numbers of the steps that have them. */
	readonly patterns: ReadonlyMap<string, readonly number[]>;
}

const BETWEEN_WORDS = /[\s"'`/=:;,()|&<>@]+/;

const saidIn = remembered((file: Dockerfile): Said => {
	const places = new Map<Step, number>();
	const words = new Map<string, number[]>();
	const patterns = new Map<string, number[]>();
	for (const step of file.stages.flatMap(({ steps }) => steps)) {
		const place = places.size;
		places.set(step, place);
		const texts = [stepText(step)];
		for (const command of commandsOf(step)) {
			for (const word of command.args) {
				if (word.value === undefined) texts.push(textAt(step, command, word));
				const pattern = patternOf(word);
				if (pattern !== undefined) note(patterns, pattern, place);
			}
		}
		for (const word of texts.flatMap((text) => text.split(BETWEEN_WORDS))) {
			note(words, word, place);
			// The value of a short option: `-oFILE`.
			if (/^-[A-Za-z]./.test(word)) note(words, word.slice(2), place);
		}
	}
	return { words, patterns, places };
});

function note(steps: Map<string, number[]>, text: string, place: number): void {
	const known = steps.get(text);
	if (known === undefined) steps.set(text, [place]);
	else if (known[known.length - 1] !== place) known.push(place);
}

function patternOf({ text }: ShellWord): string | undefined {
	const last = /[*?[]/.test(text) ? baseName(text) : "";
	return /[*?[]/.test(last) ? last : undefined;
}

/** More patterns than this are not tried: one of them could fit. */
const MOST_PATTERNS = 100;

/** Whether a step of the file, outside of some ranges in their order, names one of the files. */
export function isNamedOutside(file: Dockerfile, names: readonly string[], skipped: readonly StepRange[]): boolean {
	const said = saidIn(file);
	return names.some((name) => isOutside(said, said.words.get(lastWord(name)), skipped));
}

/** Of a name with a blank or a sign of the shell in it its end decides. */
function lastWord(name: string): string {
	const words = name.split(BETWEEN_WORDS);
	return words[words.length - 1] ?? "";
}

/** Whether a pattern in a command outside of some ranges could mean a file, whatever the folder. */
export function fitsPatternOutside(file: Dockerfile, name: string, skipped: readonly StepRange[]): boolean {
	const said = saidIn(file);
	if (said.patterns.size > MOST_PATTERNS) return true;
	return [...said.patterns].some(([pattern, steps]) => globMatches(pattern, name) && isOutside(said, steps, skipped));
}

/** Whether one of the steps, by their places in order, stands outside of some ranges. */
function isOutside({ places }: Said, steps: readonly number[] | undefined, skipped: readonly StepRange[]): boolean {
	const ranges = skipped.map(([first, last]) => ({ first: places.get(first) ?? 0, last: places.get(last) ?? 0 }));
	return steps?.some((at) => ranges.every(({ first, last }) => at < first || at > last)) ?? false;
}
