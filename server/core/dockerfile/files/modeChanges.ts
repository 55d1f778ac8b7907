import { baseName } from "../../baseName.ts";
import { sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments, type ShellArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { type Span, shortened } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue, writtenValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { expandAt } from "../variables/variables.ts";
import { type FileMode, readMode } from "./fileMode.ts";

/** A place where a step gives a mode to files. */
export interface ModeChange {
	/** `chmod`, `install`, `mkdir`, or `--chmod` of COPY and ADD. */
	readonly program: string;
	readonly mode: FileMode;
	/** With variables substituted. */
	readonly modeText: string;
	/** The mode in the user's text. */
	readonly span: Span;
	/** The files, in a form to compare them by; of COPY and ADD, the destination. */
	readonly targets: readonly string[];
	readonly recursive: boolean;
	/** Undefined for a flag, and for exec form. */
	readonly command: ShellCommand | undefined;
	/** Whether the mode stands in the file as it is, so that it can be replaced. */
	readonly plain: boolean;
}

const VALUE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
	chmod: ["--reference"],
	install: ["-m", "--mode", "-o", "--owner", "-g", "--group", "-S", "--suffix", "-t", "--target-directory"],
	mkdir: ["-m", "--mode"],
};

/** A step of a stage, or the one inside its ONBUILD, that gives modes to files. */
export interface ModeStep {
	readonly step: Step;
	readonly changes: readonly ModeChange[];
}

/** The steps of a stage that give modes to files, those inside ONBUILD included. */
export const modeStepsOf = remembered((stage: Stage): readonly ModeStep[] => {
	const found: ModeStep[] = [];
	for (const outer of stage.steps) {
		const step = outer.trigger ?? outer;
		const changes = modeChangesOf(step);
		if (changes.length > 0) found.push({ step, changes });
	}
	return found;
});

/** What follows a change: the rest of its step, and the commands of later steps where its targets mean the same files there. */
export function changesBehind(stage: Stage, step: Step, rest: readonly ModeChange[], change: ModeChange): readonly ModeChange[] {
	if (step.deferred || !change.targets.every((target) => target.startsWith("/"))) return rest;
	const { changes, ordinals } = commandChangesOf(stage);
	const first = ordinals.findIndex((ordinal) => ordinal > step.ordinal);
	return first === -1 ? rest : [...rest, ...changes.slice(first)];
}

/** The changes that commands of a stage make, in order, with the numbers of their steps. */
const commandChangesOf = remembered((stage: Stage): { readonly changes: readonly ModeChange[]; readonly ordinals: readonly number[] } => {
	const found = modeStepsOf(stage).flatMap(({ step, changes }) =>
		step.deferred ? [] : changes.flatMap((change) => (change.command === undefined ? [] : [{ change, ordinal: step.ordinal }])),
	);
	return { changes: found.map(({ change }) => change), ordinals: found.map(({ ordinal }) => ordinal) };
});

/** Whether a target can be compared: what a command prints, or `find` finds, has no name here. */
export function hasName(target: string): boolean {
	return target.replaceAll("\0", "").trim() !== "" && !target.includes("{}");
}

/** The first file of a change for a message: as written where a command prints a part of it. */
export function targetName({ targets, command }: ModeChange, most: number): string {
	const [first = "{}"] = targets;
	if (first === "{}") return "files";
	if (!first.includes("\0")) return shortened(first, most);
	const written = command?.args.find((word) => comparable(word) === first)?.text;
	return written === undefined || /\s\s|\n/.test(written) ? "a file" : shortened(written, most);
}

/** Every mode that a step sets, in order. */
function modeChangesOf(step: Step): readonly ModeChange[] {
	if (step.keyword === "COPY" || step.keyword === "ADD") return flagChanges(step);
	if (step.keyword !== "RUN" || (step.heredocs.length === 0 && !mayGiveMode(step.line.text))) return [];
	return runChanges(step);
}

function mayGiveMode(text: string): boolean {
	return text.includes("chmod") || ((text.includes("mkdir") || text.includes("install")) && /\s-[a-zA-Z]*m|--mode/.test(text));
}

const runChanges = remembered((step: Step): readonly ModeChange[] => {
	if (step.exec !== undefined && /(?:^|\/)chmod$/.test(step.exec.values[0] ?? "")) return execChanges(step);
	const changes: ModeChange[] = [];
	for (const command of commandsOf(step)) {
		const change = commandChange(step, command);
		if (change !== undefined) changes.push(change);
	}
	return changes;
});

function flagChanges(step: Step): readonly ModeChange[] {
	if (step.flags.length === 0) return [];
	return step.flags.flatMap((flag) => {
		if (flag.name !== "chmod" || flag.value === undefined || flag.valueSpan === undefined) return [];
		const expansion = expandAt(step, flag.value);
		const value = expansion.kind === "known" && expansion.unset.length === 0 ? expansion.value : "";
		const mode = readMode(value);
		if (mode === undefined) return [];
		const target = step.exec?.values.at(-1) ?? step.arguments.text.trimEnd().split(/\s/).at(-1) ?? "";
		const plain = flag.value === value && flag.valueSpan.end - flag.valueSpan.start === value.length;
		return [
			{
				program: "--chmod",
				mode,
				modeText: value,
				span: flag.valueSpan,
				targets: [target],
				recursive: false,
				command: undefined,
				plain,
			},
		];
	});
}

function execChanges(step: Step): readonly ModeChange[] {
	const elements = step.exec?.elements.slice(1) ?? [];
	const operands = elements.filter((element) => !/^-[RvcfhLPH-]/.test(element.value));
	const first = operands[0];
	const mode = first === undefined ? undefined : readMode(first.value);
	if (first === undefined || mode === undefined) return [];
	return [
		{
			program: "chmod",
			mode,
			modeText: first.value,
			span: sourceSpan(step.arguments, first.at + 1, first.at + 1 + first.value.length),
			targets: operands.slice(1).map((element) => element.value),
			recursive: elements.some((element) => /^(?:-[a-zA-Z]*R|--recursive)/.test(element.value)),
			command: undefined,
			plain: first.plain,
		},
	];
}

function commandChange(step: Step, command: ShellCommand): ModeChange | undefined {
	const { program } = command;
	if (program === undefined || !Object.hasOwn(VALUE_OPTIONS, program)) return undefined;
	// `chmod -w file`: a mode that looks like options.
	if (program === "chmod" && command.args.some((word) => /^-[rwxXst]+$/.test(word.text))) return undefined;
	const args = readArguments(command.args, VALUE_OPTIONS[program] ?? []);
	if (args.options.some((option) => option.name === "--reference")) return undefined;
	const option = args.options.find((candidate) => candidate.name === "-m" || candidate.name === "--mode");
	const word = program === "chmod" ? args.operands[0] : (option?.valueWord ?? option?.word);
	if (word === undefined) return undefined;
	const value = program === "chmod" || option?.valueWord !== undefined ? wordValue(step, word) : option?.value;
	const mode = value === undefined ? undefined : readMode(value);
	if (value === undefined || mode === undefined) return undefined;
	const plain = !command.decoded && word.text.endsWith(value);
	return {
		program,
		mode,
		modeText: value,
		span: plain ? { start: word.span.end - value.length, end: word.span.end } : word.span,
		targets: targetsOf(step, program, args),
		recursive: program === "chmod" && args.options.some(({ name }) => name === "-R" || name === "--recursive"),
		command,
		plain,
	};
}

/** `install` writes to its last operand, or below it if that is a folder; with `-d` it makes all of them. */
function targetsOf(step: Step, program: string, { operands, options }: ShellArguments): readonly string[] {
	const texts = operands.map((word) => writtenValue(step, word));
	if (program === "chmod") return texts.slice(1);
	if (program !== "install" || options.some(({ name }) => name === "-d" || name === "--directory")) return texts;
	const option = options.find(({ name }) => name === "-t" || name === "--target-directory");
	const given = option === undefined ? texts.at(-1) : (option.value ?? (option.valueWord && writtenValue(step, option.valueWord)));
	if (given === undefined) return [];
	const sources = option === undefined ? texts.slice(0, -1) : texts;
	if (option === undefined && sources.length < 2 && !given.endsWith("/")) return [given];
	return sources.map((source) => `${given.replace(/\/$/, "")}/${baseName(source)}`);
}
