import { addTo } from "../../addTo.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ContextOrigin, contextOrigins } from "../files/contextOrigins.ts";
import { mentions } from "../model/mentions.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { containerStart } from "./containerStart.ts";
import { imagePath, searchedPaths } from "./contextQuestions.ts";

/** A file that a container starts with and that may come from the build context. */
export interface StartedFile {
	/** As ENTRYPOINT or CMD name it. */
	readonly written: string;
	/** In the image, absolute. */
	readonly path: string;
	/** The word of ENTRYPOINT or CMD, without the quotes of exec form. */
	readonly span: Span;
	readonly step: Step;
	/** `direct`: the first word of all. `wrapped`: behind a program such as tini, or the shell of shell form. `shell`: a shell reads it. */
	readonly way: "direct" | "wrapped" | "shell";
	/** Where it may come from. */
	readonly origins: readonly ContextOrigin[];
}

/**
 * The files that the containers of a stage start with, outermost first: those of exec form, and those of a shell form that is one command
 * alone. A name without a folder stands for the files of PATH that a copy may have brought.
 */
function startedFiles(stage: Stage): readonly StartedFile[] {
	const { entrypoint, command, commands } = containerStart(stage);
	const steps = [entrypoint, command].filter((step) => step !== undefined);
	const [start] = steps;
	if (start !== undefined && start.exec === undefined && !isOneCommand(commandsOf(start))) return [];
	return commands.flatMap((started, index) => {
		const { program, args } = started;
		const byShell = POSIX_SHELLS.has(program ?? "");
		// `sh -c` runs a text, not a file.
		if (byShell && args.some((word) => /^-[a-z]*c/.test(word.text))) return [];
		const word = byShell ? args.find(({ text }) => !/^[-+]/.test(text)) : started.name;
		const written = word?.value;
		if (word === undefined || written === undefined) return [];
		const place = start !== undefined && start.exec === undefined ? { step: start, span: word.span } : placeOf(steps, written);
		if (place === undefined) return [];
		const way = byShell ? "shell" : index === 0 && place.step.exec !== undefined ? "direct" : "wrapped";
		const paths = byShell ? [imagePath(stage, written) ?? []].flat() : searchedPaths(stage, written);
		return paths.map((path) => ({ written, path, ...place, way, origins: contextOrigins(stage, path) }));
	});
}

/** What is known of a file of the build context, as far as it matters for a start. */
interface StartFacts {
	readonly kind: string;
	readonly executable?: boolean;
}

/** A started file that the build context has. */
interface FoundFile<Facts> {
	readonly started: StartedFile;
	readonly origin: ContextOrigin;
	readonly facts: Facts;
}

/** The files that the containers of a stage start with, for each word the one that is taken: the first on PATH that can be executed, if any can. */
export function foundFiles<Facts extends StartFacts>(stage: Stage, contextFiles: ReadonlyMap<string, Facts>): readonly FoundFile<Facts>[] {
	const byWord = new Map<string, FoundFile<Facts>[]>();
	for (const started of startedFiles(stage)) {
		const [found] = started.origins.flatMap((origin) => {
			const facts = contextFiles.get(origin.path);
			return facts?.kind === "file" ? [{ started, origin, facts }] : [];
		});
		if (found !== undefined) addTo(byWord, started.written, found);
	}
	const mayRun = ({ started, origin, facts }: FoundFile<Facts>): boolean =>
		!lacksExecuteBit(origin, facts) || mayBeChanged(stage, origin.step, started.path);
	return [...byWord.values()].flatMap((candidates) => candidates.find(mayRun) ?? candidates.slice(0, 1));
}

/** Whether a file of the build context arrives without a bit for executing it. */
export function lacksExecuteBit({ step }: ContextOrigin, { executable }: StartFacts): boolean {
	const mode = step.flags.find((flag) => flag.name === "chmod")?.value;
	return mode === undefined ? executable === false : /^0?[0-7]?[0246]{3}$/.test(mode);
}

/** Where a word of a start in exec form stands, without its quotes. */
function placeOf(steps: readonly Step[], written: string): Pick<StartedFile, "step" | "span"> | undefined {
	for (const step of steps) {
		const element = step.exec?.elements.find((candidate) => candidate.value === written && candidate.plain);
		if (element !== undefined) return { step, span: { start: element.span.start + 1, end: element.span.end - 1 } };
	}
	return undefined;
}

/** Whether commands are one alone, with those that run it: `exec bash /start.sh`. */
function isOneCommand(commands: readonly ShellCommand[]): boolean {
	return commands.every((command, index) => (index === 0 ? command.within.length === 0 : command.wrapper === commands[index - 1]));
}

/** Whether a RUN behind a copy could have changed the file: its name stands there, a pattern that fits it, or a folder of it among changes of modes and texts. */
export function mayBeChanged(stage: Stage, copy: Step, path: string): boolean {
	const parts = path.split("/").filter((part) => part !== "");
	const name = parts[parts.length - 1] ?? "";
	const stages = lineage(stage);
	return stages
		.slice(0, stages.indexOf(copy.stage) + 1)
		.flatMap((candidate) => candidate.steps.filter((step) => candidate !== copy.stage || step.ordinal > copy.ordinal))
		.filter((step) => step.keyword === "RUN")
		.map((step) => [step.arguments.text, ...step.heredocs.map((heredoc) => heredoc.body.text)].join("\n"))
		.some((text) => {
			if (mentions(text, name) || text.includes("*.") || text.includes(".sh")) return true;
			if (!/chmod|dos2unix|sed |find /.test(text)) return false;
			return / \.(?:\s|$)/.test(text) || parts.slice(0, -1).some((part) => mentions(text, part));
		});
}

/** The paths of the programs that CMD and ENTRYPOINT name, absolute. */
export const startedPrograms = remembered((stage: Stage): readonly string[] =>
	containerStart(stage).commands.flatMap(({ name }) => {
		const path = name?.value?.includes("/") === true ? imagePath(stage, name.value) : undefined;
		return path === undefined ? [] : [path];
	}),
);
