import type { MappedText } from "../../mappedText.ts";
import type { LineStarts, Span } from "../../text.ts";
import type { ExecForm } from "./execForm.ts";
import type { Flag } from "./flags.ts";
import type { Heredoc } from "./heredoc.ts";

/** A Dockerfile cut into instructions, exactly as BuildKit cuts it, with the way back to every character. */
export interface Structure {
	readonly text: string;
	readonly lineStarts: LineStarts;
	/** The line break that most lines of the file end with. */
	readonly lineBreak: "\n" | "\r\n";
	readonly escape: "\\" | "`";
	readonly directives: readonly Directive[];
	readonly instructions: readonly Instruction[];
	/** Every comment line, those between continued lines included; directives are none. */
	readonly comments: readonly Comment[];
	/** What BuildKit's parser refuses. It stops at the first one; we note it and go on. */
	readonly errors: readonly StructureError[];
}

/** `# name=value` in the first lines of a file. */
export interface Directive {
	readonly name: "syntax" | "escape" | "check";
	readonly value: string;
	readonly span: Span;
	readonly valueSpan: Span;
	/** Zero-based. */
	readonly line: number;
}

export interface Comment {
	/** Without the number sign and the blanks around it. */
	readonly text: string;
	/** From the number sign to the end of the line. */
	readonly span: Span;
	readonly textSpan: Span;
	/** Zero-based. */
	readonly line: number;
}

export interface Instruction {
	/** Upper case. */
	readonly keyword: string;
	/** As written. */
	readonly keywordText: string;
	readonly keywordSpan: Span;
	/** From the keyword to the end of the last line, heredocs included, without the line break. */
	readonly span: Span;
	/** Zero-based lines; heredocs included. */
	readonly firstLine: number;
	readonly lastLine: number;
	/** The logical line: continuations and comments between them removed. Begins with the keyword. */
	readonly line: MappedText;
	readonly flags: readonly Flag[];
	/** What follows the flags, without white space around it. */
	readonly arguments: MappedText;
	/** Where the arguments begin in the joined line. */
	readonly argumentsAt: number;
	/** Set if the arguments are a JSON array of strings (for HEALTHCHECK: what follows CMD). */
	readonly exec: ExecForm | undefined;
	readonly heredocs: readonly Heredoc[];
	/** The instruction inside ONBUILD. Its keyword, flags and arguments are those of the outer one's line. */
	readonly trigger: Instruction | undefined;
	/** Zero-based lines between continued lines that are empty. */
	readonly emptyContinuations: readonly number[];
}

export interface StructureError {
	/** BuildKit's wording. */
	readonly message: string;
	readonly span: Span;
	/** Zero-based line that BuildKit names. */
	readonly line: number;
}
