import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { ShellOption } from "../../shell/options.ts";
import type { Span } from "../../text.ts";
import { loopWords } from "../commands/loopWords.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { isFingerprintCompared } from "./keyFingerprints.ts";

/** A part of a fingerprint that a key is asked for by, and where it stands: in the call, or in the list of a loop around it. */
export interface ShortKeyId {
	/** 8 or 16 digits. */
	readonly id: string;
	readonly span: Span;
}

/** The keys behind the option that are named by id, unless a long id is compared later. Fingerprints may be written in groups of four. */
export function shortKeyIds(step: Step, command: ShellCommand, fetch: ShellOption, operands: readonly ShellWord[]): readonly ShortKeyId[] {
	const words = operands.filter((word) => word.at > fetch.word.at);
	const texts = words.map((word) => wordAt(step, command, word));
	// `EB4C 1BFD …` without quotes are groups of one fingerprint.
	if (texts.length > 1 && texts.every((text) => text !== undefined && /^[0-9A-Fa-f]{4}$/.test(text))) return [];
	const named = words.flatMap((word, index) => {
		const text = texts[index];
		return text === undefined ? inLoop(step, command, word) : [{ text, span: word.span }];
	});
	return named.flatMap(({ text, span }) => {
		const id = /^(?:0x)?([0-9A-Fa-f]{8}|[0-9A-Fa-f]{16})!?$/.exec(text.trim())?.[1];
		return id === undefined || (id.length > 8 && isFingerprintCompared(step, command, id)) ? [] : [{ id, span }];
	});
}

/** The words that a loop gives the variable, where the operand is nothing else. */
function inLoop(step: Step, command: ShellCommand, { parts }: ShellWord): readonly { readonly text: string; readonly span: Span }[] {
	const [variable, ...rest] = parts;
	return variable?.kind === "variable" && variable.operator === undefined && rest.length === 0
		? loopWords(step, command, variable.name)
		: [];
}
