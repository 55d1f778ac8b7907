import { type MappedText, mapContiguous } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";

/** A file whose text stands in the Dockerfile itself. */
export interface WrittenFile {
	/** Absolute. */
	readonly path: string;
	/** Heredocs map back to the file; the text of `echo` and `printf` does not. */
	readonly text: MappedText;
	readonly step: Step;
}

/** The files that a stage's lineage writes from heredocs (`COPY <<EOF /x`, `cat > /x <<EOF`) or with echo and printf, the latest first. */
export function writtenFiles(stage: Stage): readonly WrittenFile[] {
	return lineage(stage).flatMap(ownFiles);
}

const ownFiles = remembered((stage: Stage): readonly WrittenFile[] => {
	const files: WrittenFile[] = [];
	for (const step of stage.steps) {
		if (mayWriteFiles(step)) files.push(...(step.keyword === "RUN" ? redirectedFiles(step) : copiedFiles(step)));
	}
	return files.reverse();
});

/** Whether a step could write a file whose text it holds: a quick look, before anything is read. */
export function mayWriteFiles({ keyword, heredocs, line }: Step): boolean {
	if (keyword === "RUN") return heredocs.length > 0 || line.text.includes(">") || line.text.includes("tee ");
	return heredocs.length > 0 && (keyword === "COPY" || keyword === "ADD");
}

function copiedFiles(step: Step): readonly WrittenFile[] {
	if (step.heredocs.length === 0) return [];
	const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
	const target = words[words.length - 1];
	if (target === undefined || words.length < 2) return [];
	const folder = target.endsWith("/") || words.length > 2;
	return step.heredocs.flatMap((heredoc) => {
		const path = absolutePath(step, folder ? `${target.replace(/\/$/, "")}/${heredoc.name}` : target);
		return path === undefined ? [] : [{ path, text: heredoc.body, step }];
	});
}

function redirectedFiles(step: Step): readonly WrittenFile[] {
	return commandsOf(step).flatMap((command) => {
		if (command.redirects.length === 0 && command.program !== "tee") return [];
		const target =
			command.redirects.find((redirect) => /^>[>|]?$/.test(redirect.operator) && (redirect.fileDescriptor ?? 1) === 1)?.target ??
			(command.program === "tee" ? command.args.find((word) => !word.text.startsWith("-")) : undefined);
		if (target === undefined) return [];
		const name = wordValue(step, target);
		const path = name === undefined ? undefined : absolutePath(step, name);
		const text = path === undefined ? undefined : textOf(step, command);
		return path === undefined || text === undefined ? [] : [{ path, text, step }];
	});
}

function textOf(step: Step, command: ShellCommand): MappedText | undefined {
	const here = command.redirects.find((redirect) => redirect.operator.startsWith("<<") && redirect.body !== undefined);
	if (here !== undefined) {
		// A heredoc of the instruction has its body outside of the shell text.
		const own = step.heredocs.find(({ wordSpan }) => wordSpan.start <= here.span.end && here.span.start <= wordSpan.end);
		return own?.body ?? mapContiguous(here.body ?? "", command.span.start);
	}
	if (command.program !== "echo" && command.program !== "printf") return undefined;
	// `\n` starts a new line in what echo -e and printf write.
	const words = command.args.map((word) => comparable(word).replaceAll("\\n", "\n"));
	return mapContiguous(words.join(command.program === "printf" ? "\n" : " "), command.span.start);
}

function absolutePath(step: Step, path: string): string | undefined {
	const expansion = expandAt(step, path);
	if (expansion.kind !== "known") return undefined;
	if (expansion.value.startsWith("/")) return normalPath(expansion.value);
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" ? normalPath(`${workdir.value}/${expansion.value}`) : undefined;
}
