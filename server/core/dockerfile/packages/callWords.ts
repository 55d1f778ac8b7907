import { mayHoldOptions } from "../../shell/options.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import type { Answer } from "../syntax/answer.ts";
import type { PackageCall } from "./packageCalls.ts";

/**
 * Whether a call has an option that matches, in its own words or in those that variables of the file add. Unknown where a
 * variable could hold it and nobody knows its value.
 */
export function callOption(step: Step, call: PackageCall, matches: (name: string, value: string | undefined) => boolean): Answer {
	if (call.options.some((option) => matches(option.name, option.value))) return "yes";
	if (!call.uncertain) return "no";
	let answer: Answer = "no";
	for (const word of call.operands) {
		if (!mayHoldOptions(word)) continue;
		const text = wordAt(step, call.command, word);
		if (text === undefined) {
			answer = "unknown";
			continue;
		}
		for (const part of text.split(/\s+/)) {
			const equals = part.indexOf("=");
			const matched = equals === -1 ? matches(part, undefined) : matches(part.slice(0, equals), part.slice(equals + 1));
			if (part.startsWith("-") && matched) return "yes";
		}
	}
	return answer;
}
