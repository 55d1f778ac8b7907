import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { ShellArguments } from "../../shell/options.ts";
import { branchValues } from "../commands/branchValues.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";

/** Whether an unquoted variable could hold options of a download, beside or in place of its address. */
export function hidesOptions(step: Step, command: ShellCommand, { operands }: ShellArguments): boolean {
	return operands.some(
		(word) =>
			word.parts[0]?.kind !== "text" &&
			// `${URL}/x.tgz` is an address.
			!word.parts.some((part) => part.kind === "text" && part.text.includes("/")) &&
			(!word.quoted || word.text.includes("@")) &&
			!ONE_WORD.test(wordAt(step, command, word) ?? "") &&
			!isOneWordInEachBranch(step, command, word),
	);
}

const ONE_WORD = /^[^\s-]\S*$/;

/** Whether a word is a variable that gets an address or a name from the branches of the script: `case … in amd64) URL=…;; …`. */
function isOneWordInEachBranch(step: Step, command: ShellCommand, { parts }: ShellWord): boolean {
	const [variable] = parts;
	if (variable?.kind !== "variable" || variable.operator !== undefined || parts.length > 1) return false;
	const values = branchValues(step, command, variable.name);
	return values.length > 0 && values.every((value) => ONE_WORD.test(value));
}
