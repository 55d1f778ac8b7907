import type { EditFix } from "../../finding.ts";
import type { ShellOption } from "../../shell/options.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { replace } from "../edits/edit.ts";
import { removeArgument } from "../edits/layoutEdit.ts";
import type { Step } from "../model/model.ts";
import { callHasOption } from "../packages/packageCalls.ts";
import type { SignatureOff } from "./signatureChecks.ts";

const MOST_CHARACTERS = 64;

/** The repair that takes an option away. */
export function signatureFixes(step: Step, { option, span }: SignatureOff): readonly EditFix[] {
	if (option === undefined || option.command.decoded) return [];
	const { name } = option.option;
	const { instead } = option.entry;
	const keep = instead !== undefined && option.call !== undefined && !callHasOption(option.call, "-y", "--yes", "--assume-yes");
	const edit = keep
		? replace(span, instead)
		: isBundled(option.option)
			? removeLetter(option.option)
			: removeArgument(step.stage.file, span);
	if (edit === undefined) return [];
	const shown = option.entry.value === undefined ? name : (option.option.value ?? name);
	return [
		{
			title: keep ? `Replace ${name} by ${instead}` : `Remove ${shortened(shown, MOST_CHARACTERS)}`,
			safety: "review",
			edits: [edit],
			note: "The build fails where a package or a repository has no valid signature: import its key first.",
		},
	];
}

/** `-G` in `-Gf`, but not `-o` with its value in the same word. */
function isBundled({ name, value, word }: ShellOption): boolean {
	return /^-[^-]$/.test(name) && value === undefined && word.text.length > name.length;
}

function removeLetter({ name, word }: ShellOption): SpanEdit | undefined {
	const at = word.text.indexOf(name.slice(1));
	// Elsewhere quotes or line breaks stand between the letters.
	if (at === -1 || word.span.end - word.span.start !== word.text.length) return undefined;
	return replace({ start: word.span.start + at, end: word.span.start + at + 1 }, "");
}
