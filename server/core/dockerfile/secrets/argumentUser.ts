import { PACKAGE_RUNNERS } from "../../knowledge/interpreters.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { commandsOf, scriptsOf } from "../commands/scripts.ts";
import { mentions, stepsBehind, stepsBehindThatMention } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { isInterpreter } from "../start/innerProgram.ts";

/** What a script does around such a check. */
const IDLE = new Set(["echo", "printf", "exit", "true", "false", "set"]);

/**
 * The only RUN that needs a build argument: it names the argument, or it is the only one that sees it. Undefined if there are several, if
 * another instruction names it, if what names it writes the name alone into a file, and if another RUN calls what may read it from the environment.
 */
export function argumentUser(step: Step, name: string): Step | undefined {
	const naming = stepsBehindThatMention(step, name);
	const running = stepsBehind(step).filter((other) => other.keyword === "RUN");
	const [user, ...others] = naming.length > 0 ? naming : running;
	if (user?.keyword !== "RUN" || others.length > 0) return undefined;
	if (naming.length > 0 && !needs(user, name)) return undefined;
	return running.some((other) => other !== user && mayReadAny(other)) ? undefined : user;
}

/** Whether a RUN calls what is known to read what variables it likes. */
const mayReadAny = remembered((step: Step): boolean => commandsOf(step).some(readsEnvironment));

/** Whether a RUN that names a variable has a use for its value, and does not only check that there is one, or write `${NAME}` into a file. */
function needs(step: Step, name: string): boolean {
	const commands = commandsOf(step);
	if (commands.length === 0 || mayReadAny(step) || commands.some(({ program }) => program === "envsubst")) return true;
	if (namesInHeredoc(step, name)) return true;
	const naming = commands.filter((command) => wordsOf(command).some((word) => namesReally(word, name)) || passesOn(command, name));
	if (naming.length === 0 && !scriptsOf(step).some(({ source }) => namesOutsideCommands(source.text, name))) return false;
	return (
		naming.some((command) => !onlyLooks(command)) || commands.some((command) => !onlyLooks(command) && !IDLE.has(command.program ?? ""))
	);
}

/** Whether a command only looks whether a variable is there: `test -n "$NAME"`, `: "${NAME:?}"`; a comparison with a text needs the value. */
function onlyLooks({ program = "", args }: ShellCommand): boolean {
	return (
		program === ":" || (TEST_PROGRAMS.has(program) && !args.some(({ value }) => value !== undefined && /^(?:=|==|!=|=~|-eq)$/.test(value)))
	);
}

/** Whether a script names a variable where no command does, outside of single quotes and comments: `for t in "$NAME"`, `case "$NAME" in`. */
function namesOutsideCommands(script: string, name: string): boolean {
	let quoted = false;
	for (let at = 0; at < script.length; at++) {
		const character = script[at];
		if (character === "\\") at++;
		else if (character === '"') quoted = !quoted;
		else if (!quoted && (character === "'" || (character === "#" && !/[^\s;]/.test(script[at - 1] ?? "")))) {
			at = script.indexOf(character === "'" ? "'" : "\n", at + 1);
			if (at === -1) return false;
		} else if (character === "$") {
			const start = script[at + 1] === "{" ? at + 2 : at + 1;
			if (script.startsWith(name, start) && !/\w/.test(script[start + name.length] ?? "")) return true;
		}
	}
	return false;
}

function wordsOf({ name, args, assignments, redirects }: ShellCommand): readonly ShellWord[] {
	const values = assignments.flatMap(({ value }) => value ?? []);
	const targets = redirects.flatMap(({ target }) => target ?? []);
	return [...(name === undefined ? [] : [name]), ...args, ...values, ...targets];
}

/** Whether the shell puts the value of a variable into a word, or the word names it without a dollar sign: `process.env.NAME`. */
function namesReally(word: ShellWord, name: string): boolean {
	return word.parts.some((part) => {
		if (part.kind === "variable") return part.name === name || mentions(part.operand ?? "", name);
		return part.kind === "text" && namesPlainly(part.text, name);
	});
}

function namesPlainly(text: string, name: string): boolean {
	return mentions(text, name) && mentions(text.replaceAll(`$${name}`, "").replaceAll(`\${${name}`, ""), name);
}

/** `export NAME`. */
function passesOn({ assignments, redirects }: ShellCommand, name: string): boolean {
	return (
		assignments.some((assignment) => assignment.name === name) || redirects.some(({ body }) => body !== undefined && mentions(body, name))
	);
}

/** Whether a heredoc of the RUN that is no script of its own names a variable, and the shell puts the value there. */
function namesInHeredoc(step: Step, name: string): boolean {
	const scripts = scriptsOf(step);
	return step.heredocs.some(
		({ body, expand }) =>
			scripts.every(({ source }) => source !== body) && (expand ? mentions(body.text, name) : namesPlainly(body.text, name)),
	);
}

/** Whether a command is known to read what variables it likes: settings of npm may name any, and so may a script of the project. */
function readsEnvironment({ program, name, args }: ShellCommand): boolean {
	if (program === undefined) return false;
	if (PACKAGE_RUNNERS.has(program)) return !isGlobal(args);
	if (program === "make" || /^(?!\/).*\/|\.sh$/.test(name?.value ?? "")) return true;
	return isInterpreter(program) && isScript(args[0]?.value);
}

/** `npm install -g pnpm` is not about the project, `npm config set` and `npm --version` fetch nothing. */
function isGlobal(args: readonly ShellWord[]): boolean {
	const [first] = args;
	return args.some(({ text }) => /^(?:-g|--global|--version|-v)$/.test(text)) || /^(?:config|cache|global|set)$/.test(first?.text ?? "");
}

function isScript(word: string | undefined): boolean {
	return word !== undefined && /^[^-].*\.(?:sh|bash|[cm]?js|ts|py|rb|php|pl)$/.test(word);
}
