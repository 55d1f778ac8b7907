import { baseName } from "../../baseName.ts";
import { TAR_NAME } from "../../knowledge/archiveNames.ts";
import { isFileName } from "../../knowledge/fileNames.ts";
import { flagKind } from "../../knowledge/instructionFlags.ts";
import { isDash } from "../../knowledge/invisibleCharacters.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { commentStart, type PlacedWord, splitAtBlanks } from "../syntax/words.ts";
import { openQuoteOf } from "../variables/openQuotes.ts";
import { expandAt } from "../variables/variables.ts";
import { isContextRoot } from "./contextCopies.ts";

/** A word of COPY or ADD: source or destination. */
export interface CopyWord {
	/** As written, without quotes. */
	readonly text: string;
	/** Without quotes. */
	readonly span: Span;
	/** With its variables substituted; undefined where one of them is not known. */
	readonly value: string | undefined;
	readonly heredoc: boolean;
}

/** Sources and destination of a COPY or ADD, wherever it takes them from. */
export interface CopyWords {
	readonly sources: readonly CopyWord[];
	readonly destination: CopyWord;
}

/** Undefined for other instructions, for those that lack a source or a destination or have an open quote, and where words were meant as a comment or as a flag. */
export function copyWordsOf(step: Step): CopyWords | undefined {
	return step.keyword === "COPY" || step.keyword === "ADD" ? readWords(step) : undefined;
}

const readWords = remembered((step: Step): CopyWords | undefined => {
	const written = step.exec === undefined ? splitAtBlanks(step.arguments) : [];
	if (openQuoteOf(step, step.stage.file) !== undefined) return undefined;
	if (step.heredocs.length === 0 && commentStart(written, true) !== undefined) return undefined;
	if (hasBrokenFlag(step, written)) return undefined;
	const words =
		step.exec === undefined
			? written.map(({ text, span }) => withoutQuotes(text, span))
			: step.exec.elements.map(({ value, span }) => ({ text: value, span: { start: span.start + 1, end: span.end - 1 } }));
	const heredocs = new Set(step.heredocs.map(({ wordSpan }) => wordSpan.start));
	const all = words.map(({ text, span }): CopyWord => {
		const expansion = expandAt(step, text);
		const value = expansion.kind === "known" && expansion.unset.length === 0 ? expansion.value : undefined;
		return { text, span, value, heredoc: heredocs.has(span.start) };
	});
	const destination = all[all.length - 1];
	return destination === undefined || all.length < 2 ? undefined : { sources: all.slice(0, -1), destination };
});

/** `--from builder`, `-from=builder`, `a --chown=app /b`: what was meant as a flag, or as its value, stands among the files. */
function hasBrokenFlag({ keyword, flags }: Step, written: readonly PlacedWord[]): boolean {
	if (flags.some(({ name, value }) => value === undefined && flagKind(keyword, name) !== "boolean")) return true;
	return isDash(written[0]?.text[0]) || written.some(({ text }) => /^--[a-z-]+=./.test(text));
}

function withoutQuotes(text: string, span: Span): { readonly text: string; readonly span: Span } {
	const quote = text[0];
	if ((quote !== '"' && quote !== "'") || text.length < 2 || text.indexOf(quote, 1) !== text.length - 1) return { text, span };
	return { text: text.slice(1, -1), span: { start: span.start + 1, end: span.end - 1 } };
}

/** Whether a source may be a folder, whose files nobody knows: its name is not that of a file. */
export function mayBeFolder(source: string | undefined): boolean {
	return source !== undefined && !isContextRoot(source) && !isFileName(baseName(source));
}

/** Where a program reads its configuration, as a COPY may name it. The patterns are constants. */
export interface ConfigurationPlaces {
	/** Destinations that are the configuration, or a part of it. */
	readonly within: RegExp;
	/** Folders that it lies in. */
	readonly above: RegExp;
	/** The names of its files. */
	readonly names: RegExp;
}

/** Whether a COPY or ADD may bring a program's configuration. */
export function mayBringConfiguration(step: Step, { within, above, names }: ConfigurationPlaces): boolean {
	const words = copyWordsOf(step);
	if (words === undefined) return false;
	const { sources, destination } = words;
	if (within.test(destination.text)) return true;
	// What a folder of another image holds is not meant for this one's programs.
	if (!above.test(destination.text) || step.flags.some(({ name }) => name === "from")) return false;
	return bringsUnnamedFiles(step) || sources.some(({ text }) => names.test(baseName(text)));
}

/** Whether a COPY or ADD may bring files that it does not name: those of a folder, or of an archive that ADD unpacks. */
export function bringsUnnamedFiles(step: Step): boolean {
	return copyWordsOf(step)?.sources.some((source) => mayHoldFiles(step, source)) === true;
}

/** Whether a source of a COPY or ADD may be a folder, the context itself, or an archive that is unpacked. */
export function mayHoldFiles(step: Step, { value, heredoc }: CopyWord): boolean {
	if (heredoc) return false;
	if (value === undefined) return true;
	// What is downloaded is one file, and stays an archive, unless the flag says otherwise.
	if (/^https?:/.test(value) && !/\.git(?:#|$)/.test(value) && !step.flags.some(({ name }) => name === "unpack")) return false;
	if (isContextRoot(value) || mayBeFolder(value)) return true;
	return step.keyword === "ADD" && TAR_NAME.test(value);
}
