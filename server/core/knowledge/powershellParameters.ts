/** A parameter of PowerShell's program. It may be cut short, down to `least`; the first one that a word fits is meant. */
export interface PowershellParameter {
	readonly name: string;
	readonly least: string;
	/** What is behind it: nothing of its own, a word, the command, or what no command is read from. */
	readonly behind: "nothing" | "word" | "command" | "other";
}

/** Those that both programs have. */
const SHARED: readonly PowershellParameter[] = [
	{ name: "help", least: "h", behind: "other" },
	{ name: "?", least: "?", behind: "other" },
	{ name: "noexit", least: "noe", behind: "nothing" },
	{ name: "noprofile", least: "nop", behind: "nothing" },
	{ name: "nologo", least: "nol", behind: "nothing" },
	{ name: "noninteractive", least: "noni", behind: "nothing" },
	{ name: "configurationname", least: "config", behind: "word" },
	{ name: "command", least: "c", behind: "command" },
	{ name: "windowstyle", least: "w", behind: "word" },
	{ name: "file", least: "f", behind: "other" },
	{ name: "outputformat", least: "o", behind: "word" },
	{ name: "of", least: "of", behind: "word" },
	{ name: "if", least: "if", behind: "word" },
	{ name: "executionpolicy", least: "ex", behind: "word" },
	{ name: "ep", least: "ep", behind: "word" },
	{ name: "encodedcommand", least: "e", behind: "other" },
	{ name: "ec", least: "ec", behind: "other" },
	{ name: "encodedarguments", least: "encodeda", behind: "word" },
	{ name: "ea", least: "ea", behind: "word" },
	{ name: "sta", least: "sta", behind: "nothing" },
	{ name: "mta", least: "mta", behind: "nothing" },
];

/** Windows PowerShell. Source: about_PowerShell_exe 5.1. Read 2026-11. */
export const WINDOWS_POWERSHELL_PARAMETERS: readonly PowershellParameter[] = [
	{ name: "version", least: "v", behind: "word" },
	{ name: "psconsolefile", least: "psc", behind: "word" },
	...SHARED,
	{ name: "inputformat", least: "i", behind: "word" },
];

/** Its successor, `pwsh`. Source: about_Pwsh 7.4, and CommandLineParameterParser.cs of PowerShell 7 for the short forms. Read 2026-11. */
export const PWSH_PARAMETERS: readonly PowershellParameter[] = [
	{ name: "version", least: "v", behind: "other" },
	...SHARED,
	{ name: "login", least: "l", behind: "nothing" },
	{ name: "noprofileloadtime", least: "noprofileloadtime", behind: "nothing" },
	{ name: "interactive", least: "i", behind: "nothing" },
	{ name: "configurationfile", least: "configurationfile", behind: "word" },
	{ name: "custompipename", least: "cus", behind: "word" },
	// One word alone is the command, and what follows its arguments.
	{ name: "commandwithargs", least: "commandwithargs", behind: "other" },
	{ name: "cwa", least: "cwa", behind: "other" },
	{ name: "inputformat", least: "inp", behind: "word" },
	{ name: "settingsfile", least: "settings", behind: "word" },
	{ name: "workingdirectory", least: "wo", behind: "word" },
	{ name: "wd", least: "wd", behind: "word" },
];
