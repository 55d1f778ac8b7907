import { PROGRAM_RUNNERS } from "../../knowledge/debugSettings.ts";

/**
 * Where the program stands, among the words behind another one, that the other one runs: `python -m uvicorn`, `npx nodemon`,
 * `poetry run flask`; -1 without one.
 */
export function startOfInner(program: string, words: readonly string[]): number {
	if (/^python[0-9.]*$/.test(program)) {
		const at = words.findIndex((word) => word === "-m" || !word.startsWith("-"));
		return words[at] === "-m" ? at + 1 : -1;
	}
	if (!Object.hasOwn(PROGRAM_RUNNERS, program)) return -1;
	const verb = PROGRAM_RUNNERS[program];
	if (verb !== undefined && words[0] !== verb) return -1;
	const from = verb === undefined ? (words[0] === "run" || words[0] === "exec" ? 1 : 0) : 1;
	return words.findIndex((word, index) => index >= from && !word.startsWith("-"));
}
