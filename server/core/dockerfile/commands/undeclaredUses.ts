import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { wrappedCommands } from "../../shell/wrapped.ts";
import type { Span } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { mentions } from "../model/mentions.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { assignmentsOf } from "../model/views.ts";
import { expand } from "../syntax/expand.ts";
import { UNKNOWN, UNSET } from "../syntax/variableValue.ts";
import { OF_BASH, OF_EVERY_SHELL, PLATFORM_ARGS } from "../variables/predefined.ts";
import { shellReferences } from "../variables/shellReferences.ts";
import { substitutedTexts } from "../variables/substitutions.ts";
import { declarationAt } from "../variables/variables.ts";
import { shellOf } from "./pipefail.ts";
import { type StepScript, scriptsOf } from "./scripts.ts";

/** A variable that is an ARG somewhere, and that an instruction uses where nothing declares it. */
export interface UndeclaredUse {
	readonly step: Step;
	readonly name: string;
	/** The name at each place that uses it, in order. */
	readonly places: readonly Span[];
	/** Whether a shell reads it rather than the builder. */
	readonly inShell: boolean;
}

/** Commands after which a script may have any variable. */
const READING = new Set([".", "source", "eval"]);

/**
 * What instructions use of the platform arguments of the builder, of global arguments and of those of other stages, and of
 * those that are declared further down, without declaring it. What a base image, a script or a file that it reads may set is left out.
 */
export const undeclaredUses = remembered((file: Dockerfile): readonly UndeclaredUse[] => {
	const candidates = candidatesOf(file);
	return file.stages.flatMap((stage) => stage.steps.flatMap((step) => usesOf(step, candidates)));
});

function candidatesOf(file: Dockerfile): ReadonlySet<string> {
	const names = new Set([...PLATFORM_ARGS].filter((name) => file.text.includes(name)));
	for (const instruction of file.instructions) {
		if (instruction.keyword === "ARG") for (const { name } of assignmentsOf(instruction, file.escape)) if (name !== "") names.add(name);
	}
	return names;
}

function usesOf(step: Step, candidates: ReadonlySet<string>): readonly UndeclaredUse[] {
	const undeclared = undeclaredNames(step, candidates);
	if (undeclared.size === 0) return NONE;
	const found = new Map<string, { readonly places: Span[]; readonly inShell: boolean }>();
	const add = (name: string, span: Span, inShell: boolean): void => {
		const use = found.get(name);
		if (use === undefined) found.set(name, { places: [span], inShell });
		else use.places.push(span);
	};
	for (const { text, escape, heredoc, hasDeclared } of substitutedTexts(step, step.stage.file)) {
		if (heredoc !== undefined || !text.text.includes("$")) continue;
		const lookup = (name: string) => (undeclared.has(name) && !hasDeclared(name) ? UNSET : UNKNOWN);
		const expansion = expand(text.text, { escape, lookup });
		if (expansion.kind === "invalid") continue;
		for (const { name, at } of expansion.unset) add(name, sourceSpan(text, at, at + name.length), false);
	}
	if (step.keyword === "RUN") {
		const secrets = mountsOf(step).flatMap((mount) => (mount.type === "secret" ? (mountOption(mount, "env")?.value ?? []) : []));
		for (const script of scriptsOf(step)) {
			const isBash = isReadByBash(script);
			if (script.commands.some((command) => READING.has(command.program ?? "") || command.decoded)) continue;
			for (const source of [script.source, ...script.commands.flatMap((command) => quotedScripts(command, script))]) {
				for (const { name, at, end } of shellReferences(source.text)) {
					if (OF_EVERY_SHELL.has(name) || (isBash && OF_BASH.has(name))) continue;
					if (undeclared.has(name) && !secrets.includes(name) && !mayAssign(script.source.text, name))
						add(name, sourceSpan(source, at, end), true);
				}
			}
		}
	}
	return [...found].map(([name, use]) => ({ step, name, ...use }));
}

function isReadByBash(script: StepScript): boolean {
	const program = shellOf(script);
	return program === "bash" || (program === "sh" && stageBaseFacts(script.step.stage).shell === "bash");
}

/** The scripts in single quotes that a command has a shell run, which reads their variables; a login has none of the step's. */
function quotedScripts(command: ShellCommand, { source, step }: StepScript): readonly MappedText[] {
	return wrappedCommands(command, source).flatMap((wrapped) => {
		if (wrapped.kind === "command" || wrapped.script === undefined || step.stage.file.text[wrapped.span.start] !== "'") return [];
		const isLogin =
			!POSIX_SHELLS.has(wrapped.wrapper.program ?? "") && command.args.some(({ text }) => /^(?:-|-\w*l\w*|--login)$/.test(text));
		return isLogin ? [] : [wrapped.script];
	});
}

const NONE: readonly UndeclaredUse[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();

/** How builder and shell write the use of a variable. */
const REFERENCE = /\$\{?(\w+)/g;

/** Those of some names that stand in a step where nothing declares them: for most steps none. */
function undeclaredNames(step: Step, candidates: ReadonlySet<string>): ReadonlySet<string> {
	if (candidates.size === 0) return NO_NAMES;
	const text = stepText(step);
	if (!text.includes("$")) return NO_NAMES;
	let found: Set<string> | undefined;
	for (const name of new Set(Array.from(text.matchAll(REFERENCE), ([, written = ""]) => written))) {
		if (!candidates.has(name) || declarationAt(step, name) !== undefined || mayBeSet(step, name)) continue;
		found ??= new Set();
		found.add(name);
	}
	return found ?? NO_NAMES;
}

/**
 * Whether the base image sets a variable of that name, or may. An image that nobody has described seldom sets one that the file
 * calls an argument; but where it is the version in the tag, the image is likely to carry it.
 */
function mayBeSet(step: Step, name: string): boolean {
	const { environment, sets } = stageBaseFacts(step.stage);
	if ((environment ?? []).includes(name) || (sets ?? []).includes(name)) return true;
	return environment === undefined && isVersionOfBase(step, name);
}

/**
 * Whether a variable is a version in the tag of the image that a lineage starts from: images carry those in their environment, and
 * seldom `BASE_TAG` or `VARIANT`. Whoever declares it further down in the stage does not count on that.
 */
export function isVersionOfBase({ stage, ordinal }: Step, name: string): boolean {
	if (!/version$/i.test(name) || !mentions(tagText(stage), name)) return false;
	const behind = stage.steps.slice(ordinal + 1).filter(({ keyword }) => keyword === "ARG");
	return !behind.some((step) => assignmentsOf(step, stage.file.escape).some((assignment) => assignment.name === name));
}

/** The tag of the image that a lineage starts from, as written. */
function tagText(stage: Stage): string {
	const image = lineage(stage).at(-1)?.image?.text ?? "";
	// The colon of `${NAME:-default}` begins no tag.
	const plain = image.replace(/\$\{(\w+)[^}]*\}/g, "$$$1-");
	return /:([^/]*)$/.exec(plain)?.[1] ?? "";
}

/** Whether the name stands in a script other than behind a dollar sign: it may be assigned, read or looped over there. */
function mayAssign(text: string, name: string): boolean {
	for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
		const end = at + name.length;
		if (/\w/.test(text[at - 1] ?? "") || /\w/.test(text[end] ?? "")) continue;
		// `${NAME:=value}` assigns.
		if (text[at - 1] === "{" && text[at - 2] === "$" && /^:?=/.test(text.slice(end, end + 2))) return true;
		if (text[at - 1] === "$" || (text[at - 1] === "{" && text[at - 2] === "$")) continue;
		// `NAME=$NAME command` hands on what is there.
		const itself = new Set([`=$${name}`, `="$${name}"`, `=\${${name}}`, `="\${${name}}"`]);
		if (![...itself].some((form) => text.startsWith(form, end))) return true;
	}
	return false;
}
