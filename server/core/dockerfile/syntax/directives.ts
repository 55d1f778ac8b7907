import type { Directive, StructureError } from "./structure.ts";

/** Collects the directives in the first lines of a file. */
export interface DirectiveReader {
	readonly directives: readonly Directive[];
	readonly errors: readonly StructureError[];
	/** Looks at a line; gives the directive if it is one. The first line that is none ends the run. */
	read(text: string, start: number, end: number, line: number): Directive | undefined;
	/** The escape character in force. */
	escape(): "\\" | "`";
}

const DIRECTIVE = /^#[\t\f ]*([a-zA-Z][a-zA-Z0-9]*)[\t\f ]*=[\t\f ]*(\S|\S.*?\S)[\t\f ]*$/su;

export function directiveReader(): DirectiveReader {
	const directives: Directive[] = [];
	const errors: StructureError[] = [];
	let escape: "\\" | "`" = "\\";
	let done = false;
	return {
		directives,
		errors,
		escape: () => escape,
		read(text, start, end, line) {
			if (done) return undefined;
			const match = text[start] === "#" ? DIRECTIVE.exec(text.slice(start, end)) : null;
			const name = match?.[1]?.toLowerCase();
			if (match === null || (name !== "syntax" && name !== "escape" && name !== "check")) {
				done = true;
				return undefined;
			}
			const value = match[2] as string;
			const valueStart = start + match[0].indexOf(value, match[0].indexOf("=") + 1);
			const directive: Directive = {
				name,
				value,
				line,
				span: { start, end },
				valueSpan: { start: valueStart, end: valueStart + value.length },
			};
			if (directives.some((other) => other.name === name)) {
				errors.push({ message: `only one ${name} parser directive can be used`, span: directive.span, line });
				return directive;
			}
			directives.push(directive);
			if (name === "escape") {
				if (value === "\\" || value === "`") escape = value;
				else errors.push({ message: `invalid escape token '${value}' does not match \` or \\`, span: directive.valueSpan, line });
			}
			return directive;
		},
	};
}
