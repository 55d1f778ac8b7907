import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const FLAG =
	/(?<![\w-])(?:-fno-stack-protector(?!-)|-D_FORTIFY_SOURCE=0|(?:-Wl,)?-z[ ,=]?(?:execstack|norelro)|-Wl,-z,(?:execstack|norelro)|-no-pie|-fno-(?:pie|PIE)|-fcf-protection=none)(?![\w-])/g;
const COMPILERS =
	/^(?:(?:[\w.-]+-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld)(?:-[\d.]+)?|make|cmake|configure|meson|ninja|go|cargo|rustc|dpkg-buildpackage|xx-clang|npm|pip|pip3|python3?|perl)$/;
const FLAG_VARIABLES = /(?:^|_)(?:C|CXX|CPP|LD|CGO_C|CGO_LD|RUST|EXTRA_)FLAGS(?:_\w+)?$/;

export const compilerHardeningDisabled = defineRule({
	id: "compiler-hardening-disabled",
	title: "A protection that compilers build in is switched off",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["protector", "fortify", "execstack", "norelro", "pie", "protection"] },
	why: "Stack protectors, checked string functions, stacks that are not executable and programs at random addresses turn many mistakes in C from a way in into a crash. Distributions switch them on by default; an option that was once copied from somewhere to make a build pass takes them away from everything that is compiled.",
	remedy: "Take the option out. If something really needs it, give it to that one file, not in `CFLAGS` for all.",
	references: [
		"https://best.openssf.org/Compiler-Hardening-Guides/Compiler-Options-Hardening-Guide-for-C-and-C++",
		"https://wiki.debian.org/Hardening",
	],
	examples: [
		{
			caption: "In the flags of every compiler",
			bad: 'FROM gcc:14\nENV CFLAGS="-O2 «-fno-stack-protector»"\nCOPY . .\nRUN ./configure && make install\n',
			fixed: 'FROM gcc:14\nENV CFLAGS="-O2"\nCOPY . .\nRUN ./configure && make install\n',
		},
		{ caption: "Switched on", good: 'FROM gcc:14\nENV CFLAGS="-O2 -fstack-protector-strong"\nCOPY . .\nRUN ./configure && make install\n' },
		{
			caption: "In a call, in a variable",
			bad: 'FROM gcc:14\nENV CFLAGS="-O2 «-fno-stack-protector»" A=-no-pie\nRUN gcc -O2 «-no-pie» -o a a.c && CFLAGS="«-D_FORTIFY_SOURCE=0» -g" ./configure && gcc «-z execstack» b.c && export LDFLAGS=«-Wl,-z,norelro»\n',
			fixed: 'FROM gcc:14\nENV CFLAGS="-O2" A=-no-pie\nRUN gcc -O2 -o a a.c && CFLAGS="-g" ./configure && gcc b.c && export LDFLAGS=\n',
		},
		{
			caption: "The flag is all that a variable has",
			bad: "FROM gcc:14\nENV CFLAGS=«-fno-stack-protector» A=b\nRUN CFLAGS=«-no-pie» make && make CFLAGS=«-no-pie» all && export LDFLAGS=«-no-pie» && cmake -DCMAKE_C_FLAGS=«-no-pie» .\n",
			fixed: "FROM gcc:14\nENV CFLAGS= A=b\nRUN CFLAGS= make && make CFLAGS= all && export LDFLAGS= && cmake -DCMAKE_C_FLAGS= .\n",
		},
		{ caption: "In exec form", bad: 'FROM gcc:14\nRUN ["gcc", "-O2", "«-no-pie»", "a.c"]\n' },
		{ caption: "In the old form, nothing would be left", bad: "FROM gcc:14\nENV LDFLAGS «-no-pie»\n" },
		{
			caption: "Switched on, or something else",
			good: 'FROM gcc:14\nENV CFLAGS="-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=3"\nRUN gcc -Wa,--noexecstack -fpie -pie -z noexecstack -z relro a.c && echo -no-pie && grep -fno-stack-protector x && tar -z execstack\n',
		},
	],
	check(file) {
		if (!/fno-stack-protector|FORTIFY_SOURCE=0|execstack|norelro|no-pie|fno-PIE|cf-protection/.test(file.text)) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const span of step.keyword === "RUN" ? inScript(step) : inVariables(step)) reports.push(report(step, span));
			}
		}
		return reports;
	},
});

function inVariables(step: Step): readonly Span[] {
	if (step.keyword !== "ENV" && step.keyword !== "ARG") return [];
	const found: Span[] = [];
	for (const { name, value, valueSpan } of assignmentsOf(step, step.stage.file.escape)) {
		if (value !== undefined && valueSpan !== undefined && FLAG_VARIABLES.test(name))
			found.push(...places({ text: value, span: valueSpan }));
	}
	return found;
}

function inScript(step: Step): readonly Span[] {
	const found: Span[] = [];
	for (const command of commandsOf(step)) {
		if (command.decoded && step.exec === undefined) continue;
		for (const { name, value } of command.assignments) if (value !== undefined && FLAG_VARIABLES.test(name)) found.push(...places(value));
		if (COMPILERS.test(command.program ?? "")) found.push(...inWords(step, command));
	}
	return found;
}

function inWords(step: Step, command: ShellCommand): readonly Span[] {
	const found: Span[] = [];
	for (const [index, word] of command.args.entries()) {
		found.push(...places(word));
		const next = command.args[index + 1];
		// `-z execstack` in two words.
		if (
			word.text === "-z" &&
			next !== undefined &&
			/^(?:execstack|norelro)$/.test(next.text) &&
			step.stage.file.text.slice(word.span.end, next.span.start).trim() === ""
		)
			found.push({ start: word.span.start, end: next.span.end });
	}
	return found;
}

function places({ text, span }: { readonly text: string; readonly span: Span }): readonly Span[] {
	if (span.end - span.start !== text.length) return [];
	const found: Span[] = [];
	for (const match of text.matchAll(FLAG)) found.push({ start: span.start + match.index, end: span.start + match.index + match[0].length });
	return found;
}

function report(step: Step, span: Span): Report {
	const { text } = step.stage.file;
	const flag = text.slice(span.start, span.end);
	const whole = step.keyword === "RUN" && step.exec !== undefined ? undefined : removed(step, span);
	return {
		span,
		message: `${flag} switches a protection of compiled programs off`,
		fixes:
			whole === undefined
				? []
				: [
						{
							title: `Take ${flag} out`,
							safety: "review",
							edits: [replace(whole, "")],
							note: "What was compiled with it has to work without.",
						},
					],
	};
}

/** The flag with a blank beside it, if that is part of the value; undefined where an instruction in the old form would be left without one. */
function removed(step: Step, span: Span): Span | undefined {
	const { text } = step.stage.file;
	const own = step.keyword === "ENV" ? assignmentsOf(step, step.stage.file.escape).find((assignment) => assignment.legacy) : undefined;
	if (own?.valueSpan?.start === span.start && own.valueSpan.end === span.end) return undefined;
	const before = text[span.start - 1];
	const isFirstOfMore = before === '"' || before === "'" || own?.valueSpan?.start === span.start;
	if (isFirstOfMore && text[span.end] === " ") return { start: span.start, end: span.end + 1 };
	return before === " " ? { start: span.start - 1, end: span.end } : span;
}
