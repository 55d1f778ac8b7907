import { type MappedText, mappedTextBuilder, sliceMapped, sourceOffset } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { parseScript } from "../../shell/script.ts";
import type { Step } from "../model/model.ts";
import { PLAIN_TEXT } from "../syntax/characters.ts";
import type { ExecElement } from "../syntax/execForm.ts";

/** The words of an instruction in exec form, escapes of JSON taken away, with the way back; none for another form. */
export function execWords(step: Step): readonly MappedText[] {
	return (step.exec?.elements ?? []).map((element) => elementText(step, element));
}

/**
 * The command that words in exec form start, and what that runs (`["sudo", "apt-get", …]`), as a shell would see them. No shell looks at the
 * words, so that nothing in them is expanded, and they cannot be edited as a shell's can.
 */
export function execCommands(words: readonly MappedText[]): readonly ShellCommand[] {
	const builder = mappedTextBuilder();
	const add = ({ text, pieces }: MappedText): void =>
		pieces.forEach(({ at, source }, index) => {
			builder.add(text.slice(at, pieces[index + 1]?.at), source);
		});
	for (const word of words) {
		const { text } = word;
		if (PLAIN_TEXT.test(text)) add(word);
		else {
			builder.add("'", sourceOffset(word, 0) - 1);
			let start = 0;
			for (let at = text.indexOf("'"); at !== -1; at = text.indexOf("'", start)) {
				add(sliceMapped(word, start, at));
				builder.add("'\\''", sourceOffset(word, at));
				start = at + 1;
			}
			add(sliceMapped(word, start, text.length));
			builder.add("'", sourceOffset(word, text.length));
		}
		builder.add(" ", sourceOffset(word, text.length));
	}
	return parseScript(builder.build(), { decoded: true }).commands;
}

/** The value of a string in exec form, with the way back to each of its characters. */
export function elementText(step: Step, element: ExecElement): MappedText {
	const text = step.arguments.text;
	const start = element.at + 1;
	if (element.plain) return sliceMapped(step.arguments, start, start + element.value.length);
	const builder = mappedTextBuilder();
	const escapes = /\\(?:u[0-9a-fA-F]{4}|.)|[^"\\]/gsu;
	escapes.lastIndex = start;
	for (let match = escapes.exec(text); match !== null && text[match.index] !== '"'; match = escapes.exec(text)) {
		const piece = match[0].startsWith("\\") ? (JSON.parse(`"${match[0]}"`) as string) : match[0];
		builder.add(piece, sliceMapped(step.arguments, match.index, match.index + 1).pieces[0]?.source ?? 0);
		if (text[escapes.lastIndex] === '"') break;
	}
	return builder.build();
}
