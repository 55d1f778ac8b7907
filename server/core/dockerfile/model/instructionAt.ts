import type { Instruction, Structure } from "../syntax/structure.ts";

/** The instruction that a zero-based line belongs to; undefined between instructions. */
export function instructionAt(file: Structure, line: number): Instruction | undefined {
	const { instructions } = file;
	let low = 0;
	let high = instructions.length - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const instruction = instructions[middle] as Instruction;
		if (line < instruction.firstLine) high = middle - 1;
		else if (line > instruction.lastLine) low = middle + 1;
		else return instruction;
	}
	return undefined;
}
