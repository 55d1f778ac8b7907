import { scriptsOf } from "../dockerfile/commands/scripts.ts";
import type { Dockerfile, Step } from "../dockerfile/model/model.ts";
import { type PackageCall, packageCallsOf } from "../dockerfile/packages/packageCalls.ts";
import { packageRuns } from "../dockerfile/packages/packageOrder.ts";
import type { Comment } from "../dockerfile/syntax/structure.ts";
import type { ShellWord } from "../shell/model.ts";
import { lineAt, type Span, type SpanEdit } from "../text.ts";
import { type Refactorer, stepsAt } from "./refactoring.ts";

/** Puts the packages of an install on lines of their own, in alphabetical order; comments stay above the package that they stand above. */
export const sortPackages: Refactorer = (file, at) => {
	const [step, ...others] = stepsAt(file, at);
	if (step?.keyword !== "RUN" || others.length > 0) return [];
	const scripts = scriptsOf(step);
	const [script] = scripts;
	if (script === undefined || scripts.length > 1 || script.form === "argument" || script.errors.length > 0) return [];
	const escape = script.form === "heredoc" ? "\\" : file.escape;
	const edits = packageCallsOf(step)
		.filter(({ command }) => command.wrapper === undefined || command.wrapper.program === "sudo")
		.flatMap((call) => listEdits(step, call, escape));
	return edits.length === 0 ? [] : [{ title: "Sort packages, one on each line", kind: "refactor.rewrite", edits }];
};

/** A package with the comments above it. */
interface Entry {
	readonly word: ShellWord;
	readonly comments: readonly Comment[];
}

function listEdits(step: Step, call: PackageCall, escape: string): readonly SpanEdit[] {
	const { file } = step.stage;
	return packageRuns(call).flatMap(({ words, sorted }): readonly SpanEdit[] => {
		const [first] = words;
		const last = words[words.length - 1];
		const before = call.command.args.findLast((word) => word.at < (first?.at ?? 0));
		if (first === undefined || last === undefined || before === undefined) return [];
		const span = { start: before.span.end, end: last.span.end };
		if (!isPlainList(file, span, words, escape)) return [];
		const entries = ordered(file, entriesOf(file, span.start, words), sorted);
		const indentation = indentationOf(file, step, words, before);
		const lineEnd = ` ${escape}${file.lineBreak}`;
		const lines = entries.map(
			({ word, comments }) =>
				comments.map((comment) => indentation.packages + textOf(file, comment.span).trimEnd() + file.lineBreak).join("") +
				indentation.packages +
				word.text,
		);
		const end = behind(file, span.end, escape);
		const tail = end === undefined ? "" : lineEnd + (end.isOperator ? indentation.operators : indentation.packages);
		const edit = { span: { start: span.start, end: end?.start ?? span.end }, newText: lineEnd + lines.join(lineEnd) + tail };
		return textOf(file, edit.span) === edit.newText ? [] : [edit];
	});
}

function textOf(file: Dockerfile, { start, end }: Span): string {
	return file.text.slice(start, end);
}

function commentsIn(file: Dockerfile, span: Span): readonly Comment[] {
	return file.comments.filter((comment) => span.start <= comment.span.start && comment.span.end <= span.end);
}

/** Whether nothing stands between the packages but blanks, line ends and comments: no redirection, no option. */
function isPlainList(file: Dockerfile, span: Span, words: readonly ShellWord[], escape: string): boolean {
	const known = [...words.map((word) => word.span), ...commentsIn(file, span).map((comment) => comment.span)].sort(
		(a, b) => a.start - b.start,
	);
	let at = span.start;
	let rest = "";
	for (const each of known) {
		rest += textOf(file, { start: at, end: each.start });
		at = each.end;
	}
	return rest.replaceAll(escape, "").trim() === "";
}

function entriesOf(file: Dockerfile, start: number, words: readonly ShellWord[]): readonly Entry[] {
	return words.map((word, index) => ({
		word,
		comments: commentsIn(file, { start: words[index - 1]?.span.end ?? start, end: word.span.start }),
	}));
}

/**
 * In alphabetical order. Where comments stand above several packages each, or above a line of several, they are headings of
 * groups: each group is sorted by itself.
 */
function ordered(file: Dockerfile, entries: readonly Entry[], sorted: readonly ShellWord[]): readonly Entry[] {
	const place = new Map(sorted.map((word, index) => [word, index]));
	const sort = (some: readonly Entry[]): readonly Entry[] => [...some].sort((a, b) => (place.get(a.word) ?? 0) - (place.get(b.word) ?? 0));
	const groups: Entry[][] = [];
	for (const entry of entries) {
		const group = groups[groups.length - 1];
		if (group === undefined || entry.comments.length > 0) groups.push([entry]);
		else group.push(entry);
	}
	const headed = groups.filter(([entry]) => (entry?.comments.length ?? 0) > 0);
	if (headed.length === 0 || !headed.some((group) => group.length > 1)) return sort(entries);
	// A comment above one package is about that one, unless another one shows that comments are headings here.
	const lineOf = (entry: Entry | undefined): number => lineAt(file.lineStarts, entry?.word.span.start ?? 0);
	const shared = headed.some(([first, second]) => second !== undefined && lineOf(first) === lineOf(second));
	const headings = shared || (headed.every((group) => group.length > 1) && (headed.length > 1 || headed[0] === groups[0]));
	if (!headings) return sort(entries);
	return groups.flatMap((group) => {
		const comments = group[0]?.comments ?? [];
		return sort(group).map(({ word }, index) => ({ word, comments: index === 0 ? comments : [] }));
	});
}

interface Indentation {
	readonly packages: string;
	/** Of what follows the list, such as `&& rm …`. */
	readonly operators: string;
}

/** That of the packages that begin a line already; else one step more than the line on which the command stands. */
function indentationOf(file: Dockerfile, step: Step, words: readonly ShellWord[], before: ShellWord): Indentation {
	const line = lineAt(file.lineStarts, before.span.end - 1);
	const own = blanksOf(file, line);
	const unit = own.includes("\t") ? "\t" : "    ";
	const isFirst = line === step.firstLine;
	const leading = words.find((word) => {
		const start = file.lineStarts[lineAt(file.lineStarts, word.span.start)] ?? 0;
		return start > before.span.start && textOf(file, { start, end: word.span.start }).trim() === "";
	});
	const packages = leading === undefined ? own + unit : blanksOf(file, lineAt(file.lineStarts, leading.span.start));
	return { packages, operators: isFirst ? packages : own };
}

function blanksOf(file: Dockerfile, line: number): string {
	return /^[\t ]*/.exec(file.text.slice(file.lineStarts[line] ?? 0))?.[0] ?? "";
}

/** What follows the list on its last line, if it has to go to a line of its own. */
function behind(file: Dockerfile, end: number, escape: string): { readonly start: number; readonly isOperator: boolean } | undefined {
	const line = file.text.slice(end, file.lineStarts[lineAt(file.lineStarts, end) + 1] ?? file.text.length);
	const rest = line.trim();
	// `&&` at the end of the line stays there.
	if (
		rest === "" ||
		(rest.endsWith(escape) && ["", "&&", "||", "|"].includes(rest.slice(0, -1).trim())) ||
		!/^[\t ]/.test(line) ||
		/^[;)}>#]/.test(rest)
	)
		return undefined;
	return { start: end + (line.length - line.trimStart().length), isOperator: /^[&|]/.test(rest) };
}
