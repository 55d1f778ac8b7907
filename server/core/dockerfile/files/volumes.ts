import { IMAGE_VOLUMES } from "../../knowledge/imageVolumes.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { folderOf } from "../commands/commandFolder.ts";
import { cloneArguments, gitFolder } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { normalPath } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";
import { folderAbove, mountCovers } from "./mountCoverage.ts";

/** A directory that VOLUME declares. */
export interface DeclaredVolume {
	/** Absolute; undefined where a variable hides it. */
	readonly path: string | undefined;
	readonly span: Span;
	readonly step: Step;
}

/** The directories of a VOLUME instruction, in both of its forms. */
export function volumesOf(step: Step): readonly DeclaredVolume[] {
	const words = step.exec?.elements.map(({ value, span }) => ({ text: value, span })) ?? splitAtBlanks(step.arguments);
	return words.map(({ text, span }) => {
		const expansion = expandAt(step, text);
		const path = expansion.kind === "known" && expansion.value.startsWith("/") ? normalPath(expansion.value) : undefined;
		return { path, span, step };
	});
}

/** The directories that the image from outside the file is known to declare. */
export function baseVolumes(stage: Stage): readonly string[] {
	const base = rootBase(stage);
	if (base.kind !== "image") return [];
	const name = `${base.reference.registry}/${base.reference.repository}`;
	// From version 18 on the directory is another one, and depends on the version.
	if (name === "docker.io/library/postgres" && !/^(?:9|1[0-7])(?:\D|$)/.test(base.reference.tag ?? "")) return [];
	return ownValue(IMAGE_VOLUMES, name) ?? [];
}

/** Programs all of whose operands are changed, and those whose last one is. */
const CHANGES_ALL = new Set(["chown", "chmod", "chgrp", "touch", "mkdir", "rm", "rmdir", "truncate", "tee"]);
const CHANGES_LAST = new Set(["cp", "mv", "ln", "install", "rsync"]);
/** Programs whose first operand is a user, a group or a mode. */
const NO_FILE_FIRST = new Set(["chown", "chmod", "chgrp"]);

/**
 * Options that take the next word, which is none of the operands; and those whose next word is what is written.
 * Source: the manual pages of coreutils 9, curl 8, wget 1.21, tar 1.34 and unzip 6.
 */
const VALUES: Readonly<Record<string, RegExp>> = {
	touch: /^(?:-[a-z]*[rdt]|--reference|--date)$/,
	truncate: /^(?:-[a-z]*[rs]|--reference|--size)$/,
	mkdir: /^(?:-[a-z]*m|--mode)$/,
	install: /^(?:-[A-Za-z]*[mog]|--mode|--owner|--group)$/,
	chown: /^--(?:reference|from)$/,
	chgrp: /^--reference$/,
	chmod: /^--reference$/,
};
const OUTPUTS: Readonly<Record<string, RegExp>> = {
	curl: /^(?:-[a-zA-Z]*o|--output|--output-dir)$/,
	wget: /^(?:-[a-zA-Z]*[OP]|--output-document|--directory-prefix)$/,
	tar: /^(?:-C|--directory)$/,
	unzip: /^-[a-z]*d$/,
};

/** What a RUN changes, as a word of it names it. */
interface Write {
	readonly path: string;
	readonly word: ShellWord;
	/** Whether the folder of this name is made, and nothing else. */
	readonly makes: boolean;
}

/** What a RUN changes; what lies in a mount is no part of the layer. */
const writesOf = remembered((step: Step): readonly Write[] => {
	const commands = step.keyword === "RUN" ? commandsOf(step).filter(({ decoded }) => !decoded) : [];
	return commands.flatMap((command) =>
		changedWords(command).flatMap((word): readonly Write[] => {
			const path = pathOf(step, command, word);
			return path === undefined || mountCovers(step, path) !== "no" ? [] : [{ path, word, makes: makesFolder(command) }];
		}),
	);
});

/** For those of some directories that a RUN changes something in, the first word that names it. */
export function writesBelow(step: Step, directories: ReadonlySet<string>): ReadonlyMap<string, ShellWord> {
	const found = new Map<string, ShellWord>();
	for (const { path, word, makes } of directories.size === 0 ? [] : writesOf(step)) {
		for (let at = makes ? folderAbove(path) : path; at !== undefined; at = folderAbove(at))
			if (directories.has(at) && !found.has(at)) found.set(at, word);
	}
	return found;
}

/** The paths, absolute, that a command of a RUN changes: files, and folders that it puts something into. */
export function changedPaths(step: Step, command: ShellCommand): readonly string[] {
	return changedWords(command).flatMap((word) => pathOf(step, command, word) ?? []);
}

/** Absolute; undefined where a variable, or a folder that nobody knows, decides. */
function pathOf(step: Step, command: ShellCommand, word: ShellWord): string | undefined {
	const value = wordValue(step, word);
	if (value === undefined || value === "" || value.startsWith("/"))
		return value === undefined || value === "" ? undefined : normalPath(value);
	// Where a subshell changes its folder, the one of the commands behind it is not known.
	const folder = movesInside(step) || value.startsWith("~") ? undefined : startsIn(step, command, word);
	return folder === undefined ? undefined : normalPath(`${folder}/${value}`);
}

/** Where a word of a command is looked for: Git has a folder of its own, the targets of its output have not. */
function startsIn(step: Step, command: ShellCommand, word: ShellWord): string | undefined {
	return command.program === "git" && command.args.includes(word) ? gitFolder(step, command) : folderOf(step, command);
}

/** Whether a subshell or a function may change its folder. */
const movesInside = remembered((step: Step): boolean =>
	commandsOf(step).some(({ program, within }) => within.length > 0 && /^(?:cd|pushd|popd)$/.test(program ?? "")),
);

/** The volume itself is there already: whoever makes it changes nothing. */
function makesFolder({ program, args }: ShellCommand): boolean {
	return program === "mkdir" && !args.some((word) => /^(?:-[a-z]*m|--mode)/.test(word.text));
}

function changedWords(command: ShellCommand): readonly ShellWord[] {
	const { program = "", args } = command;
	const targets = command.redirects.flatMap(({ operator, target }) =>
		/^>/.test(operator) && target !== undefined && !/^[\d-]+$/.test(target.text) ? [target] : [],
	);
	if (program === "git") return [...(cloneArguments(command)?.operands.slice(1).slice(-1) ?? []), ...targets];
	const outputs = ownValue(OUTPUTS, program);
	if (outputs !== undefined) {
		const reads =
			program === "tar" &&
			!args.some((word, index) => /^(?:-[a-zA-Z]*x|--extract|--get)/.test(word.text) || (index === 0 && /^[a-z]*x/.test(word.text)));
		return reads ? targets : [...args.filter((word, index) => word.text !== "-" && outputs.test(args[index - 1]?.text ?? "")), ...targets];
	}
	const values = ownValue(VALUES, program);
	const operands = args.filter((word, index) => !word.text.startsWith("-") && values?.test(args[index - 1]?.text ?? "") !== true);
	if (CHANGES_ALL.has(program)) {
		const reference = args.some((word) => word.text.startsWith("--reference"));
		return [...(NO_FILE_FIRST.has(program) && !reference ? operands.slice(1) : operands), ...targets];
	}
	const last = operands[operands.length - 1];
	return CHANGES_LAST.has(program) && last !== undefined && operands.length > 1 ? [last, ...targets] : targets;
}
