import { DOWNLOAD_TOOLS } from "../../knowledge/downloadTools.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { ShellArguments } from "../../shell/options.ts";
import { isInPlace, type SpanEdit } from "../../text.ts";
import { insertAfter, insertAt } from "../edits/edit.ts";

/**
 * Adds an option to a call of curl: its letter in front of the first bundle of short options (`-sSL` → `-fsSL`), or the long one
 * behind the name. Undefined where the call has no exact place.
 */
export function addCurlOption(command: ShellCommand, args: ShellArguments, letter: string, long: string): SpanEdit | undefined {
	if (command.decoded || command.name === undefined) return undefined;
	const bundle = args.options.find(({ word }) => /^-[A-Za-z#]+$/.test(word.text) && isInPlace(word) && takesNoValue(word.text));
	return bundle === undefined ? insertAfter(command.name.span, ` ${long}`) : insertAt(bundle.word.span.start + 1, letter);
}

function takesNoValue(bundle: string): boolean {
	const values = DOWNLOAD_TOOLS["curl"]?.valueOptions ?? [];
	return [...bundle.slice(1)].every((letter) => !values.includes(`-${letter}`));
}
