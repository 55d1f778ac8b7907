import { type PowershellParameter, PWSH_PARAMETERS, WINDOWS_POWERSHELL_PARAMETERS } from "../../knowledge/powershellParameters.ts";

/**
 * The index of the word with which the command begins that PowerShell is started with, among the words behind the program. Undefined where
 * it reads a file or its input, where the command is encoded, and where nobody can tell.
 */
export function powershellCommandAt(program: "powershell" | "pwsh", words: readonly string[]): number | undefined {
	const parameters = program === "pwsh" ? PWSH_PARAMETERS : WINDOWS_POWERSHELL_PARAMETERS;
	for (let at = 0; at < words.length; at++) {
		const word = words[at] as string;
		// The first word that is no parameter is a command to Windows PowerShell, and a file to its successor.
		if (!/^[-/]/.test(word)) return program === "pwsh" ? undefined : at;
		const behind = parameterOf(parameters, word)?.behind;
		if (behind === "command") return words[at + 1] === undefined || words[at + 1] === "-" ? undefined : at + 1;
		if (behind === "word") at++;
		else if (behind !== "nothing") return undefined;
	}
	return undefined;
}

function parameterOf(parameters: readonly PowershellParameter[], word: string): PowershellParameter | undefined {
	const written = word.replace(/^(?:--?|\/)/, "").toLowerCase();
	return parameters.find(({ name, least }) => written.length >= least.length && name.startsWith(written));
}
