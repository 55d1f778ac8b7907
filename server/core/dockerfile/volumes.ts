import { IMAGE_VOLUMES } from "../knowledge/imageVolumes.ts";
import { ownValue } from "../ownValue.ts";
import type { ShellCommand, ShellWord } from "../shell/model.ts";
import type { Span } from "../text.ts";
import type { Stage, Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { rootBase } from "./stages.ts";
import { normalPath } from "./state.ts";
import { expandAt } from "./variables.ts";
import { splitAtBlanks } from "./words.ts";
import { wordValue } from "./wordValues.ts";

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

/** A word of a RUN that names something in a directory, and whose command changes it. */
export function writesBelow(step: Step, path: string): ShellWord | undefined {
	if (step.keyword !== "RUN") return undefined;
	for (const command of commandsOf(step)) {
		const word = changedWords(command).find((candidate) => {
			const value = wordValue(step, candidate);
			return value?.startsWith("/") === true && `${normalPath(value)}/`.startsWith(`${path}/`);
		});
		if (word !== undefined && !command.decoded) return word;
	}
	return undefined;
}

function changedWords(command: ShellCommand): readonly ShellWord[] {
	const targets = command.redirects.flatMap(({ operator, target }) => (/^>/.test(operator) && target !== undefined ? [target] : []));
	const operands = command.args.filter((word) => !word.text.startsWith("-"));
	if (CHANGES_ALL.has(command.program ?? "")) return [...operands, ...targets];
	const last = operands[operands.length - 1];
	return CHANGES_LAST.has(command.program ?? "") && last !== undefined && operands.length > 1 ? [last, ...targets] : targets;
}
