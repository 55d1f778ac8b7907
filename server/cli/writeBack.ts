import type { Problem } from "../core/finding.ts";
import { fileProblem } from "../operations/fileProblem.ts";
import { diskFiles } from "../tools/files.ts";
import { type Input, lossyProblem } from "./inputs.ts";

/** Writes a changed text into its file. False, with a word to `note`, if that cannot be done. */
export async function writeBack(input: Input, text: string, note: (problem: Problem) => void): Promise<boolean> {
	if (input.lossy) {
		note(lossyProblem(input));
		return false;
	}
	try {
		await diskFiles.writeText(input.file.absolute, text);
		return true;
	} catch (error) {
		note(fileProblem(input.file.path, error, "written"));
		return false;
	}
}
