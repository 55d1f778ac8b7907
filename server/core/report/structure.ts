import { scan } from "../dockerfile/model/scan.ts";
import type { Instruction } from "../dockerfile/syntax/structure.ts";

/** The structure of a Dockerfile as one line of JSON: a contract. Lines are one-based, as BuildKit prints them; empty fields are left out. */
export function structureJson(path: string, text: string): string {
	const structure = scan(text);
	const error = structure.errors[0];
	return `${JSON.stringify({
		path,
		escape: structure.escape,
		directives: structure.directives.map(({ name, value, line }) => ({ name, value, line: line + 1 })),
		instructions: structure.instructions.map(instructionJson),
		...(error === undefined ? {} : { error: { message: error.message, line: error.line + 1 } }),
	})}\n`;
}

function instructionJson(instruction: Instruction): object {
	const inner = instruction.trigger ?? instruction;
	return {
		keyword: instruction.keyword,
		start: instruction.firstLine + 1,
		end: instruction.lastLine + 1,
		...(inner.flags.length === 0 ? {} : { flags: inner.flags.map((flag) => flag.text) }),
		...(inner.exec === undefined ? {} : { json: true, args: inner.exec.values }),
		...(inner.exec === undefined ? { text: inner.arguments.text } : {}),
		...(instruction.heredocs.length === 0
			? {}
			: {
					heredocs: instruction.heredocs.map((heredoc) => ({
						name: heredoc.name,
						expand: heredoc.expand,
						strip: heredoc.stripTabs,
						fd: heredoc.fileDescriptor,
						start: heredoc.firstLine + 1,
						end: heredoc.lastLine + 1,
					})),
				}),
		...(instruction.trigger === undefined ? {} : { sub: instruction.trigger.keyword }),
	};
}
