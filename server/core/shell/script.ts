import type * as Tree from "unbash";
import { type MappedText, sourceSpan } from "../mappedText.ts";
import type { Span } from "../text.ts";
import { simpleCommand } from "./doubleBrackets.ts";
import type { Connector, Enclosure, ShellCommand, ShellError, ShellPipeline, ShellScript } from "./model.ts";
import { commandParts, programOf, type SimpleCommand, shellStatement } from "./parts.ts";
import { partSubstitutions, redirectSubstitutions, type Substitution, unchangedSource, wordSubstitutions } from "./substitutions.ts";
import { deeper, type Origin, type Surroundings, withWrapper } from "./surroundings.ts";
import { shellTree } from "./tree.ts";
import { wrappedCommands } from "./wrapped.ts";

/** Deeper nesting than this is not looked into. */
const DEEPEST = 60;

/** Reads a POSIX shell script. Never throws; a broken script gives the commands that can be told. `origin`: what is not as in a script of its own. */
export function parseScript(source: MappedText, origin: Partial<Omit<Origin, "source">> = {}): ShellScript {
	const around: Surroundings = { within: [], choice: undefined, loopVariables: [], depth: 0 };
	const whole: Origin = { source, fixed: undefined, wrapper: undefined, decoded: false, splitsBothOutputs: false, ...origin };
	return new Reader(whole).read(shellTree(source.text), around);
}

/** Walks the library's tree and keeps what rules need of it. A class because all steps share the growing lists. */
class Reader {
	private readonly commands: ShellCommand[] = [];
	private readonly pipelines: ShellPipeline[] = [];
	private readonly errors: ShellError[] = [];
	private readonly functions = new Set<string>();
	private readonly origin: Origin;

	constructor(origin: Origin) {
		this.origin = origin;
	}

	read(script: Tree.ParsedScript, around: Surroundings): ShellScript {
		this.list(script.commands, around);
		this.noteErrors(script);
		const { commands, pipelines, functions, errors } = this;
		return { source: this.origin.source, commands, pipelines, statements: script.commands.map(shellStatement), functions, errors };
	}

	private readonly place = (at: number, end: number): Span => {
		const { source, fixed } = this.origin;
		if (fixed !== undefined) return fixed;
		// In a broken script the library's positions may lie behind its end: a lone backslash escapes a character that is not there.
		const { length } = source.text;
		return sourceSpan(source, Math.min(at, length), Math.min(end, length));
	};

	private noteErrors(script: Tree.ParsedScript): void {
		for (const error of script.errors ?? []) this.errors.push({ message: error.message, span: this.place(error.pos, error.pos + 1) });
	}

	private list(statements: readonly Tree.Statement[], around: Surroundings): void {
		let connector: Connector = "start";
		for (const statement of statements) {
			const background = statement.background === true;
			this.node(statement.command, connector, background ? deeper(around, "background") : around);
			connector = background ? "&" : ";";
		}
	}

	private inside(list: Tree.CompoundList, around: Surroundings, ...enclosures: Enclosure[]): void {
		this.list(list.commands, deeper(around, ...enclosures));
	}

	private node(node: Tree.PipelineNode | Tree.AndOr, connector: Connector, around: Surroundings): void {
		if (around.depth > DEEPEST) return;
		const simple = simpleCommand(node, this.origin.source.text);
		if (simple !== undefined) {
			this.command(simple, connector, around);
			return;
		}
		switch (node.type) {
			case "AndOr":
				node.commands.forEach((command, index) => {
					this.node(command, index === 0 ? connector : (node.operators[index - 1] ?? "&&"), around);
				});
				return;
			case "Pipeline":
				this.pipeline(node, connector, around);
				return;
			case "Redirected":
				this.node(node.command, connector, around);
				for (const redirect of node.redirects) this.substituted(redirectSubstitutions(redirect), around);
				return;
			case "Subshell":
				this.inside(node.body, around, "subshell");
				return;
			case "BraceGroup":
				this.inside(node.body, around, "group");
				return;
			case "If":
				this.branches(node, around);
				return;
			case "For":
			case "Select":
				for (const word of node.wordlist ?? []) this.substituted(wordSubstitutions(word), around);
				this.inside(node.body, { ...around, loopVariables: [...around.loopVariables, node.name.text] }, "loop");
				return;
			case "ArithmeticFor":
				this.inside(node.body, around, "loop");
				return;
			case "While":
				this.inside(node.clause, around, "loop", "condition");
				this.inside(node.body, around, "loop");
				return;
			case "Case":
				this.cases(node, around);
				return;
			case "Function":
				this.functions.add(node.name.text);
				if (node.body.type === "CompoundList") this.inside(node.body, around, "function");
				else this.node(node.body, "start", deeper(around, "function"));
				return;
			case "Coproc":
				if (node.body.type === "CompoundList") this.inside(node.body, around, "group");
				else this.node(node.body, "start", around);
				return;
			default:
				return;
		}
	}

	private branches(node: Tree.If, around: Surroundings): void {
		const conditions: ShellCommand[] = [];
		const branches: (readonly ShellCommand[])[] = [];
		const choice = { conditions, words: [], branches, complete: node.else !== undefined, outer: around.choice };
		const chosen: Surroundings = { ...around, choice };
		for (const { clause, then } of [node, ...node.elif]) {
			const first = this.commands.length;
			this.inside(clause, around, "condition");
			conditions.push(...this.commands.slice(first));
			branches.push(this.branch(then, chosen));
		}
		if (node.else) branches.push(this.branch(node.else, chosen));
	}

	private branch(body: Tree.CompoundList, chosen: Surroundings): readonly ShellCommand[] {
		const first = this.commands.length;
		this.inside(body, chosen, "branch");
		return this.commands.slice(first);
	}

	private cases(node: Tree.Case, around: Surroundings): void {
		this.substituted(wordSubstitutions(node.word), around);
		const words = [node.word, ...node.items.flatMap(({ pattern }) => pattern)].map(({ text }) => text);
		const branches: (readonly ShellCommand[])[] = [];
		const complete = node.items.some(({ pattern }) => pattern.some(({ text }) => text === "*"));
		const chosen: Surroundings = { ...around, choice: { conditions: [], words, branches, complete, outer: around.choice } };
		for (const item of node.items) branches.push(this.branch(item.body, chosen));
	}

	private pipeline(node: Tree.Pipeline, connector: Connector, around: Surroundings): void {
		const negated = node.prefixes.some((prefix) => prefix.type === "Negation");
		const surroundings: Surroundings = negated ? { ...around, within: [...around.within, "negation"] } : around;
		if (node.commands.length < 2) {
			for (const command of node.commands) this.node(command, connector, surroundings);
			return;
		}
		const members: ShellCommand[] = [];
		const pipeline: ShellPipeline = { commands: members, span: this.place(node.pos, node.end), within: surroundings.within };
		this.pipelines.push(pipeline);
		node.commands.forEach((command, index) => {
			const link = index === 0 ? connector : (node.operators[index - 1] ?? "|");
			const simple = simpleCommand(command, this.origin.source.text);
			const first = this.commands.length;
			if (simple !== undefined) this.command(simple, link, surroundings, pipeline);
			else this.node(command, link, surroundings);
			const inner = this.commands[first];
			if (inner !== undefined) members.push(inner);
		});
	}

	private command(node: SimpleCommand, connector: Connector, around: Surroundings, pipeline?: ShellPipeline): ShellCommand {
		const { name, args, assignments, redirects } = commandParts(node, this.place);
		const leftBehind = this.origin.splitsBothOutputs && redirects.some(({ operator }) => operator.startsWith("&>"));
		const command: ShellCommand = {
			name,
			program: programOf(name),
			args,
			assignments,
			redirects,
			span: this.place(node.pos, node.end),
			at: node.pos,
			end: node.end,
			connector,
			within: leftBehind ? [...around.within, "background"] : around.within,
			choice: around.choice,
			loopVariables: around.loopVariables,
			pipeline,
			wrapper: this.origin.wrapper,
			decoded: this.origin.decoded,
		};
		this.commands.push(command);
		this.insideCommand(node, command, around);
		return command;
	}

	/** Commands that stand in the words of a command, and those that it runs. */
	private insideCommand(node: SimpleCommand, command: ShellCommand, around: Surroundings): void {
		if (node.name !== undefined) this.substituted(wordSubstitutions(node.name), around);
		for (const part of node.prefix) this.substituted(partSubstitutions(part), around);
		for (const part of node.suffix) this.substituted(partSubstitutions(part), around);
		if (around.depth > DEEPEST) return;
		for (const wrapped of wrappedCommands(command, this.origin.source)) this.wrapped(wrapped, deeper(around, "wrapper"));
	}

	private wrapped(wrapped: ReturnType<typeof wrappedCommands>[number], around: Surroundings): void {
		if (around.depth > DEEPEST) return;
		if (wrapped.kind === "command") {
			const command = {
				...wrapped.command,
				within: around.within,
				choice: around.choice,
				loopVariables: around.loopVariables,
				decoded: this.origin.decoded,
			};
			this.commands.push(command);
			for (const inner of wrappedCommands(command, this.origin.source)) this.wrapped(inner, { ...around, depth: around.depth + 1 });
			return;
		}
		const origin =
			wrapped.script === undefined ? { ...this.origin, fixed: wrapped.span, decoded: true } : { ...this.origin, source: wrapped.script };
		const script = new Reader(withWrapper(origin, wrapped.wrapper)).read(shellTree(wrapped.script?.text ?? wrapped.text), around);
		this.commands.push(...script.commands);
		this.pipelines.push(...script.pipelines);
	}

	private substituted(substitutions: readonly Substitution[], around: Surroundings): void {
		if (substitutions.length === 0 || around.depth > DEEPEST) return;
		const inside = deeper(around, "substitution");
		for (const { script, at, end, closed } of substitutions) {
			if (!closed) this.errors.push({ message: "unterminated command substitution", span: this.place(at, at + 1) });
			if (script.source === undefined) {
				this.list(script.commands, inside);
				this.noteErrors(script);
				continue;
			}
			// Positions in an unescaped text are not those of the source, so that only the whole word can be named.
			const place = unchangedSource(this.origin.source, script, at, end) ?? { fixed: this.place(at, end), decoded: true };
			const inner = new Reader({ ...this.origin, ...place }).read(script, inside);
			this.commands.push(...inner.commands);
			this.pipelines.push(...inner.pipelines);
		}
	}
}
