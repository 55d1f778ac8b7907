import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import { type ContextOrigin, contextOrigins } from "../files/contextOrigins.ts";
import { mentions } from "../model/mentions.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { containerStart } from "./containerStart.ts";
import { imagePath } from "./contextQuestions.ts";

/** A file that a container starts with and that may come from the build context. */
export interface StartedFile {
	/** As ENTRYPOINT or CMD name it. */
	readonly written: string;
	/** In the image, absolute. */
	readonly path: string;
	/** The word of ENTRYPOINT or CMD, without the quotes of exec form. */
	readonly span: Span;
	readonly step: Step;
	/** `direct`: the first word of all. `wrapped`: behind a program such as tini. `shell`: a shell reads it. */
	readonly way: "direct" | "wrapped" | "shell";
	/** Where it may come from. */
	readonly origins: readonly ContextOrigin[];
}

/** The files with a path that the containers of a stage start with, in exec form, outermost first. */
export function startedFiles(stage: Stage): readonly StartedFile[] {
	const { entrypoint, command, commands } = containerStart(stage);
	const found: StartedFile[] = [];
	const steps = [entrypoint, command].filter((step) => step?.exec !== undefined).filter((step) => step !== undefined);
	for (const [index, { name, program, args }] of commands.entries()) {
		const byShell = POSIX_SHELLS.has(program ?? "");
		// `sh -c` runs a text, not a file.
		if (byShell && args.some((word) => /^-[a-z]*c/.test(word.text))) continue;
		const written = byShell ? args.find((word) => !/^[-+]/.test(word.text))?.value : name?.value;
		if (written === undefined || !written.includes("/")) continue;
		for (const step of steps) {
			const element = step.exec?.elements.find((candidate) => candidate.value === written && candidate.plain);
			const path = imagePath(stage, written);
			if (element === undefined || path === undefined) continue;
			found.push({
				written,
				path,
				span: { start: element.span.start + 1, end: element.span.end - 1 },
				step,
				way: byShell ? "shell" : index === 0 ? "direct" : "wrapped",
				origins: contextOrigins(stage, path),
			});
			break;
		}
	}
	return found;
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
