import { type MappedText, mapContiguous, sliceMapped } from "../../mappedText.ts";
import type { Dockerfile } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { assignmentsOf } from "../model/views.ts";
import type { Flag } from "../syntax/flags.ts";
import type { Heredoc } from "../syntax/heredoc.ts";
import type { Instruction } from "../syntax/structure.ts";
import { splitAssignments, splitAtBlanks } from "../syntax/words.ts";

/** A text of an instruction in which BuildKit substitutes variables. */
export interface SubstitutedText {
	readonly text: MappedText;
	readonly escape: string;
	/** Set if the text is the body of this heredoc: quotes mean nothing in it. */
	readonly heredoc: Heredoc | undefined;
	/** Whether the same instruction has declared a name in front of the text: `A` for the second value of `ARG A=1 B=$A`. */
	readonly hasDeclared: (name: string) => boolean;
}

/** Flags whose values are substituted. Source: BuildKit, `frontend/dockerfile/instructions/commands.go`, 0.25. */
const SUBSTITUTED_FLAGS: Readonly<Record<string, readonly string[]>> = {
	ADD: ["chown", "chmod", "checksum"],
	COPY: ["chown", "chmod"],
	FROM: ["platform"],
};

/** The instructions with texts in which BuildKit substitutes variables, FROM excepted. */
const SUBSTITUTED = new Set(["ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"]);

/** Whether {@link substitutedTexts} may give texts with a variable in them; costs nearly nothing. */
export function maySubstitute({ keyword, flags }: Instruction): boolean {
	return keyword === "RUN" ? flags.some(({ value }) => value?.includes("$") === true) : SUBSTITUTED.has(keyword);
}

/**
 * The texts of an instruction of `file` in which BuildKit substitutes variables, FROM excepted: that of ADD, ARG, COPY, ENV, EXPOSE, LABEL,
 * STOPSIGNAL, USER, VOLUME and WORKDIR, of the mounts of RUN, and of the heredocs of ADD and COPY. Values whose place in the
 * file cannot be told (flags with escapes, JSON with escapes) are left out.
 */
export function substitutedTexts(instruction: Instruction, file: Dockerfile): readonly SubstitutedText[] {
	const { escape } = file;
	const plain = (text: MappedText): SubstitutedText => ({ text, escape, heredoc: undefined, hasDeclared: nothing });
	const { arguments: args } = instruction;
	switch (instruction.keyword) {
		case "ADD":
		case "COPY":
			return [...flagValues(instruction, file).map(plain), ...wordsOf(instruction).map(plain), ...heredocBodies(instruction)];
		case "VOLUME":
		case "EXPOSE":
			return wordsOf(instruction).map(plain);
		case "ARG":
			return argumentDefaults(instruction, escape);
		case "ENV":
		case "LABEL":
		case "STOPSIGNAL":
		case "USER":
		case "WORKDIR":
			return [plain(args)];
		case "RUN":
			return mountValues(instruction).map(plain);
		default:
			return [];
	}
}

function wordsOf(instruction: Instruction): readonly MappedText[] {
	const { arguments: args, exec } = instruction;
	if (exec === undefined) return splitAtBlanks(args).map((word) => sliceMapped(args, word.at, word.end));
	return exec.elements.flatMap(({ plain, at, value }) => (plain ? [sliceMapped(args, at + 1, at + 1 + value.length)] : []));
}

/** The values of flags in which BuildKit substitutes variables: also that of FROM. */
export function flagValues(instruction: Instruction, file: Dockerfile): readonly MappedText[] {
	const names = SUBSTITUTED_FLAGS[instruction.keyword] ?? [];
	return instruction.flags.flatMap((flag) => (names.includes(flag.name) ? valueInPlace(flag, file) : []));
}

/** The value of a flag if it stands in the file as BuildKit reads it, but for quotes around it: those are gone before it substitutes. */
function valueInPlace({ value, valueSpan }: Flag, file: Dockerfile): readonly MappedText[] {
	if (value === undefined || valueSpan === undefined) return [];
	const written = file.text.slice(valueSpan.start, valueSpan.end);
	if (written === value) return [mapContiguous(value, valueSpan.start)];
	return written === `"${value}"` || written === `'${value}'` ? [mapContiguous(value, valueSpan.start + 1)] : [];
}

function mountValues(instruction: Instruction): readonly MappedText[] {
	return mountsOf(instruction).flatMap((mount) =>
		mount.options.flatMap(({ key, value, valueSpan }) =>
			key !== "from" && valueSpan.end - valueSpan.start === value.length ? [mapContiguous(value, valueSpan.start)] : [],
		),
	);
}

function heredocBodies(instruction: Instruction): readonly SubstitutedText[] {
	return instruction.heredocs
		.filter((heredoc) => heredoc.expand)
		.map((heredoc) => ({ text: heredoc.body, escape: "\\", heredoc, hasDeclared: nothing }));
}

function nothing(): boolean {
	return false;
}

function argumentDefaults(instruction: Instruction, escape: string): readonly SubstitutedText[] {
	const { arguments: args } = instruction;
	const firstOf = new Map(
		assignmentsOf(instruction, escape)
			.map(({ name }, index) => [name, index] as const)
			.reverse(),
	);
	return splitAssignments(args.text, escape).flatMap((word, index) => {
		const equals = word.text.indexOf("=");
		if (equals === -1) return [];
		const hasDeclared = (name: string): boolean => (firstOf.get(name) ?? index) < index;
		return [{ text: sliceMapped(args, word.at + equals + 1, word.end), escape, heredoc: undefined, hasDeclared }];
	});
}
