/**
 * What bash understands and POSIX does not ask for, and which other shells understand it. Tried with dash 0.5.12 (Debian 12) and
 * BusyBox 1.35 in 2026-11; undefined where it depends on the version. Source of what is bash's own: its manual, version 5.2.
 */
export interface BashSyntaxEntry {
	/** What it is called in messages. */
	readonly name: string;
	readonly dash: boolean | undefined;
	readonly busybox: boolean | undefined;
}

const entry = (name: string, dash: boolean | undefined, busybox: boolean | undefined): BashSyntaxEntry => ({ name, dash, busybox });

export const BASH_SYNTAX = {
	test: entry("[[ … ]]", false, true),
	array: entry("An array", false, false),
	append: entry("+= in an assignment", false, false),
	hereString: entry("<<<", false, false),
	processSubstitution: entry("A process substitution", false, undefined),
	functionKeyword: entry("The word function", false, true),
	braces: entry("A brace expansion", false, false),
	bothOutputs: entry("&>", false, true),
	bothPiped: entry("|&", false, false),
	replacement: entry("A replacement in an expansion", false, true),
	slice: entry("A part of a variable", false, true),
	letterCase: entry("A change of case in an expansion", false, false),
	indirection: entry("An indirect expansion", false, false),
	ansiQuotes: entry("$'…'", false, true),
	doubleEquals: entry("== in [ … ]", false, true),
	arithmeticCommand: entry("((…))", false, false),
	arithmeticLoop: entry("for ((…))", false, false),
	select: entry("select", false, false),
	source: entry("source", false, true),
	command: entry("A command of bash", false, false),
	let: entry("let", false, true),
	echoOption: entry("echo -e", false, true),
	// dash of Debian 12 and earlier.
	pipefail: entry("pipefail", false, true),
} as const;

export type BashSyntaxKind = keyof typeof BASH_SYNTAX;

/** Commands that bash brings and no program stands behind. */
export const BASH_COMMANDS: ReadonlySet<string> = new Set([
	"pushd",
	"popd",
	"dirs",
	"shopt",
	"declare",
	"typeset",
	"mapfile",
	"readarray",
	"disown",
	"builtin",
	"compgen",
	"complete",
]);
