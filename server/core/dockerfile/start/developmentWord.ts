import { DEVELOPMENT_PROGRAMS, DEVELOPMENT_WORDS, JAVA_DEBUGGER } from "../../knowledge/debugSettings.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readable, type Span, shortened } from "../../text.ts";
import { type CalledProgram, programChain } from "./innerProgram.ts";

/** What shows that a command is for development. */
interface DevelopmentWord {
	/** The program and the word, for messages. */
	readonly text: string;
	readonly span: Span;
}

/** What of a command, or of what it runs, says that it is for development: a program, or a word behind it. */
export function developmentWord(command: ShellCommand): DevelopmentWord | undefined {
	const found = ({ program, words, at }: CalledProgram, index = -1): DevelopmentWord => ({
		text: startText(program, words[index]),
		span: ([command.name, ...command.args][at + 2 + index] ?? command).span,
	});
	const chain = programChain(command);
	for (const called of chain) {
		if (DEVELOPMENT_PROGRAMS.has(called.program)) return found(called);
		for (const entry of DEVELOPMENT_WORDS) {
			if (!entry.program.test(called.program)) continue;
			const index = called.words.findIndex((candidate) => entry.words.test(candidate));
			if (index !== -1) return found(called, index);
		}
	}
	const last = chain.at(-1);
	const index = last?.words.findIndex((word) => JAVA_DEBUGGER.test(word)) ?? -1;
	return last === undefined || index === -1 ? undefined : found(last, index);
}

/** A program and a word behind it, of which the start says what it is. */
function startText(program: string, word: string | undefined): string {
	if (word === undefined) return shortened(program, 50);
	const shown = `${shortened(program, 20)} … ${readable(word)}`;
	return shown.length <= 50 ? shown : `${shown.slice(0, 49)}…`;
}
