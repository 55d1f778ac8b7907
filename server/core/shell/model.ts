import type { MappedText } from "../mappedText.ts";
import type { Span } from "../text.ts";

/** A shell script as rules see it: the simple commands that it runs, in order, each with what surrounds it. */
export interface ShellScript {
	readonly source: MappedText;
	/** Every simple command, and each `[[ … ]]` like a `[ … ]`: those in lists, loops, functions and substitutions, and those that wrappers such as `sudo` or `sh -c` run. */
	readonly commands: readonly ShellCommand[];
	readonly pipelines: readonly ShellPipeline[];
	/** The statements of the outermost list. */
	readonly statements: readonly ShellStatement[];
	/** Names of the functions that it defines: no programs, though they are called like some. */
	readonly functions: ReadonlySet<string>;
	/** What a shell would refuse. The commands found in spite of it are usable. */
	readonly errors: readonly ShellError[];
}

export interface ShellStatement {
	/** Offsets in the script. */
	readonly at: number;
	readonly end: number;
	/** Ended by `&`. */
	readonly background: boolean;
	/** One loop, condition, group or subshell, without redirections of its own. */
	readonly compound: boolean;
}

export interface ShellError {
	readonly message: string;
	readonly span: Span;
}

export interface ShellCommand {
	/** The word that names the command; undefined for assignments alone. */
	readonly name: ShellWord | undefined;
	/** The name without its folder (`apt-get` of `/usr/bin/apt-get`, `pip` of `$VENV/bin/pip`); undefined where a variable hides it. */
	readonly program: string | undefined;
	/** The words behind the name. */
	readonly args: readonly ShellWord[];
	/** `NAME=value` in front of the name, or behind `export`, `env` and their like. */
	readonly assignments: readonly ShellAssignment[];
	readonly redirects: readonly ShellRedirect[];
	/** In the user's text, redirections included. */
	readonly span: Span;
	/** Offsets in the script that holds the command. */
	readonly at: number;
	readonly end: number;
	/** What stands between this command and the one before it in the same list. */
	readonly connector: Connector;
	/** What it stands in, outermost first. */
	readonly within: readonly Enclosure[];
	/** The innermost `if` or `case` in one of whose branches it stands. */
	readonly choice: ShellChoice | undefined;
	/** The variables of the `for` loops in whose bodies it stands. */
	readonly loopVariables: readonly string[];
	/** The pipeline of more than one command that it is part of. */
	readonly pipeline: ShellPipeline | undefined;
	/** The command that runs this one: `sudo`, `env`, `xargs`, `sh -c` … */
	readonly wrapper: ShellCommand | undefined;
	/** Set if the command cannot be edited in place: it stands in a decoded text. */
	readonly decoded: boolean;
}

/** `start`: first of its list. `;` stands for a line break, too. */
export type Connector = "start" | "&&" | "||" | ";" | "&" | "|" | "|&";

/** `background`: nobody waits for it before what follows begins. */
export type Enclosure =
	| "subshell"
	| "group"
	| "condition"
	| "branch"
	| "loop"
	| "function"
	| "substitution"
	| "negation"
	| "background"
	| "wrapper";

/** An `if` or a `case`, as what stands in its branches sees it. */
export interface ShellChoice {
	/** The commands of all the conditions of an `if`. */
	readonly conditions: readonly ShellCommand[];
	/** What a `case` looks at and its patterns, as written. */
	readonly words: readonly string[];
	/** The commands of each branch, in order. */
	readonly branches: readonly (readonly ShellCommand[])[];
	/** Whether one of the branches is taken in any case: an `else`, or the pattern `*`. */
	readonly complete: boolean;
	/** The choice in a branch of which this one stands. */
	readonly outer: ShellChoice | undefined;
}

export interface ShellPipeline {
	readonly commands: readonly ShellCommand[];
	readonly span: Span;
	readonly within: readonly Enclosure[];
}

export interface ShellAssignment {
	readonly name: string;
	/** Undefined for arrays and for `export NAME`. */
	readonly value: ShellWord | undefined;
	readonly span: Span;
}

export interface ShellRedirect {
	readonly operator: string;
	readonly fileDescriptor: number | undefined;
	/** File or, for `<<`, the delimiter. */
	readonly target: ShellWord | undefined;
	readonly span: Span;
	/** The body of a heredoc that stands in the script itself. */
	readonly body: string | undefined;
}

export interface ShellWord {
	/** As written. */
	readonly text: string;
	/** What the shell makes of it, globs unexpanded; undefined where an expansion decides. */
	readonly value: string | undefined;
	readonly parts: readonly ShellWordPart[];
	readonly span: Span;
	readonly at: number;
	readonly end: number;
	/** Whether any of it is quoted or escaped. */
	readonly quoted: boolean;
}

export type ShellWordPart =
	| { readonly kind: "text"; readonly text: string }
	| {
			readonly kind: "variable";
			readonly name: string;
			readonly operator: string | undefined;
			/** What stands behind the operator, as written: `v` of `${V#v}`. */
			readonly operand: string | undefined;
			readonly quoted: boolean;
	  }
	| { readonly kind: "command"; readonly quoted: boolean }
	| { readonly kind: "other" };
