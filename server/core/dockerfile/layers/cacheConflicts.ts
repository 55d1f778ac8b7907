import type { ShellCommand } from "../../shell/model.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { wordRemoves } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { declarationAt } from "../variables/variables.ts";
import { contradictions } from "./cacheMountFix.ts";
import { type CacheUse, cacheUsesOf, emptyingCommands, matchesOff, modulesCleaned } from "./cacheUses.ts";

/** A place in a RUN that makes a cache mount of it useless. */
export interface CacheConflict {
	/** `emptied`: a command empties the cache. `bypassed`: an option or a variable keeps the tool from using it. */
	readonly kind: "emptied" | "bypassed";
	readonly use: CacheUse;
	/** The directory on the mount. */
	readonly path: string;
	readonly span: Span;
	/** As written: `--no-cache-dir`, `apt-get clean`, `PIP_NO_CACHE_DIR`. */
	readonly text: string;
	/** Where a variable is set, if that is not at `span`. */
	readonly declared: Span | undefined;
	/** Takes out all that is in conflict with the use; undefined where that cannot be done in place. */
	readonly edits: readonly SpanEdit[] | undefined;
}

const CACHE = new Set(["cache"]);

/** What a RUN does against its own cache mounts, in no order. */
export function cacheConflicts(step: Step): readonly CacheConflict[] {
	return cacheUsesOf(step).flatMap((use) => conflictsOf(step, use));
}

function conflictsOf(step: Step, use: CacheUse): readonly CacheConflict[] {
	const [first, ...rest] = use.paths.filter((path) => mountCovers(step, path, CACHE) === "yes");
	if (first === undefined) return [];
	const onMount: CacheUse = { ...use, paths: [first, ...rest] };
	// The commands of apt empty its packages, not its lists.
	const emptying = first === use.paths[0] ? emptyingCommands(use).filter(empties) : [];
	const modules = use.paths[1];
	const cleaned = modules !== undefined && [first, ...rest].includes(modules) ? modulesCleaned(use) : [];
	// `go mod download` in the same RUN says it for both.
	const others = cacheUsesOf(step).flatMap((other) => (other.tool === use.tool ? [] : emptyingCommands(other)));
	const conflicts: Omit<CacheConflict, "use" | "edits">[] = [
		...emptying.map((command) => ({ kind: "emptied" as const, path: first, ...wordsOf(command), declared: undefined })),
		...cleaned
			.filter((command) => !others.includes(command))
			.map((command) => ({ kind: "emptied" as const, path: modules ?? first, ...wordsOf(command), declared: undefined })),
		...removals(step, onMount),
		...options(use, first),
		...variables(step, use, first),
	];
	if (conflicts.length === 0) return [];
	const edits = contradictions(onMount, [...new Set([...emptying, ...cleaned])]);
	return conflicts.map((conflict) => ({
		...conflict,
		use,
		// Where the variable is set others see it, too.
		edits: conflict.declared !== undefined || edits?.length === 0 ? undefined : edits,
	}));
}

/** Whether a command empties what is on the mount, or less of it. */
function empties({ program, args }: ShellCommand): boolean {
	const words = args.map((word) => word.text);
	if (program === "dotnet") return words.includes("--clear") || words.includes("-c");
	if (/^(?:dnf5?|yum|tdnf)$/.test(program ?? "")) return words.some((word) => word === "all" || word === "packages");
	if (/^(?:conda|mamba)$/.test(program ?? "")) return words.some((word) => /^-[a-z]*[apf]|^--(?:all|packages|force-pkgs-dirs)/.test(word));
	return program !== "apt-get" || !words.includes("autoclean");
}

function wordsOf(command: ShellCommand): { readonly span: Span; readonly text: string } {
	const last = command.args[command.args.length - 1] ?? command.name;
	const start = command.name?.span.start ?? command.span.start;
	const text = [command.name, ...command.args].map((word) => word?.text ?? "").join(" ");
	return { span: command.decoded ? command.span : { start, end: last?.span.end ?? command.span.end }, text };
}

function removals(step: Step, { paths }: CacheUse): readonly Omit<CacheConflict, "use" | "edits">[] {
	return commandsOf(step).flatMap((command) => {
		if (command.program !== "rm" || command.wrapper?.program === "find" || command.wrapper?.program === "xargs") return [];
		return command.args.flatMap((word) => {
			const path = word.text.startsWith("-") ? undefined : paths.find((candidate) => wordRemoves(step, command, word, candidate) === "yes");
			return path === undefined ? [] : [{ kind: "emptied" as const, path, span: word.span, text: `rm ${word.text}`, declared: undefined }];
		});
	});
}

function options({ tool, calls }: CacheUse, path: string): readonly Omit<CacheConflict, "use" | "edits">[] {
	const off = tool.turnedOffBy?.options ?? [];
	return calls.flatMap((call) =>
		call.options
			.filter((option) => off.some((name) => matchesOff(option.name, name)))
			.map((option) => ({ kind: "bypassed" as const, path, span: option.word.span, text: option.name, declared: undefined })),
	);
}

function variables(step: Step, { tool, calls }: CacheUse, path: string): readonly Omit<CacheConflict, "use" | "edits">[] {
	const [call] = calls;
	return (tool.turnedOffBy?.variables ?? []).flatMap((name) => {
		const value = shellVariableAt(step, call.command, name);
		// pip takes any value for a yes.
		if (value.kind !== "set" || value.value === "" || (!name.startsWith("PIP_") && /^(?:0|false|no|off|n|f)$/i.test(value.value)))
			return [];
		const own = call.command.assignments.find((assignment) => assignment.name === name);
		const declared = declarationAt(step, name)?.assignment.span;
		const span = own?.span ?? call.verbWord?.span ?? call.command.name?.span;
		if (span === undefined || (own === undefined && declared === undefined)) return [];
		return [{ kind: "bypassed" as const, path, span, text: name, declared: own === undefined ? declared : span }];
	});
}
