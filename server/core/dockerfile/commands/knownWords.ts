import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { mayHoldOptions, type ShellArguments } from "../../shell/options.ts";
import type { Step } from "../model/model.ts";
import { wordAt } from "./shellVariables.ts";

/** The arguments, where a variable outside of quotes hides nothing if the file shows that it holds one word: `curl -o a $URL`. */
export function withKnownWords(step: Step, command: ShellCommand, args: ShellArguments): ShellArguments {
	if (!args.uncertain) return args;
	const isOneWord = (word: ShellWord): boolean => /^[^-\s*?[][^\s*?[]*$/.test(wordAt(step, command, word) ?? "");
	return { ...args, uncertain: args.operands.some((word) => mayHoldOptions(word) && !isOneWord(word)) };
}
