import type { SpanEdit } from "../../text.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { insertAfter, insertInstructionAfter } from "../edits/edit.ts";
import { isOpen } from "../edits/stageEnd.ts";
import type { Stage, Step } from "../model/model.ts";
import { assignmentsOf } from "../model/views.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { containerStart } from "./containerStart.ts";

/** What may stand in front of the last build step without being missed behind it. */
const LEFT_BEHIND = new Set(["RUN", "COPY", "ADD", "WORKDIR", "ARG"]);
/** What may stand behind it and goes on to work in another image. */
const TAKEN_ALONG = new Set(["CMD", "ENTRYPOINT", "EXPOSE", "WORKDIR", "ENV", "LABEL", "STOPSIGNAL", "ARG"]);
/** Variables that only the build reads. */
const BUILD_VARIABLES = /^(?:CGO_ENABLED|GO[A-Z0-9]+|CARGO_\w+|RUST\w+|MAVEN_\w+|GRADLE_\w+|DEBIAN_FRONTEND|NUGET_\w+|CFLAGS|LDFLAGS)$/;

/**
 * The edits that end a stage behind its last build step, and begin another one from `runtime` with what the container starts:
 * the file, or the folder of an assembly. Undefined unless all of it can be told: one stage, a start in exec form whose path
 * is known, and nothing that the new stage would lack.
 */
export function splitStage(stage: Stage, runtime: string): readonly SpanEdit[] | undefined {
	const { file, steps, image } = stage;
	const last = steps.findLast((step) => step.keyword === "RUN" || step.keyword === "COPY" || step.keyword === "ADD");
	const path = startedPath(stage);
	if (image === undefined || last === undefined || path === undefined || isOpen(last) || file.stages.at(-1) !== stage) return undefined;
	if (!steps.every((step) => (step.ordinal <= last.ordinal ? mayStayBehind(step) : TAKEN_ALONG.has(step.keyword)))) return undefined;
	const workdir = workdirAt(stage, steps[last.ordinal + 1]);
	if (workdir.kind === "unknown" && steps.some((step) => step.keyword === "WORKDIR")) return undefined;
	const taken = file.stages.some((other) => other.name?.text.toLowerCase() === "build");
	const name = stage.name?.text ?? (taken ? undefined : "build");
	if (name === undefined) return undefined;
	const anew = steps.some((step) => step.ordinal > last.ordinal && step.keyword === "WORKDIR" && step.arguments.text.startsWith("/"));
	const lines = [
		"",
		`FROM ${runtime}`,
		...(workdir.kind === "set" && workdir.value !== "/" && !anew ? [`WORKDIR ${workdir.value}`] : []),
		`COPY --from=${name} ${path} ${path}`,
	];
	return [
		...(stage.name === undefined ? [insertAfter(image.span, ` AS ${name}`)] : []),
		insertInstructionAfter(file, last, lines.join("\n")),
	];
}

function mayStayBehind(step: Step): boolean {
	if (step.keyword !== "ENV") return LEFT_BEHIND.has(step.keyword);
	return assignmentsOf(step, step.stage.file.escape).every(({ name }) => BUILD_VARIABLES.test(name));
}

/** The program, archive or folder that the container starts with, as an absolute path that the build has written. */
function startedPath(stage: Stage): string | undefined {
	const { entrypoint, command, commands } = containerStart(stage);
	const started = commands[0];
	if (commands.length !== 1 || started === undefined) return undefined;
	if ([entrypoint, command].some((step) => step !== undefined && step.exec === undefined)) return undefined;
	const words = started.args.map((word) => word.value ?? "");
	const written = startedFile(started.program, started.name?.value, words);
	// Another path is another file that would be missing.
	if (written === undefined || !/^[\w./-]+$/.test(written) || words.some((word) => word !== written && /\/|\.jar/.test(word)))
		return undefined;
	const workdir = workdirAt(stage);
	if (!written.startsWith("/") && workdir.kind !== "set") return undefined;
	const path = normalPath(written.startsWith("/") || workdir.kind !== "set" ? written : `${workdir.value}/${written}`);
	const built = started.program === "dotnet" ? path.slice(0, path.lastIndexOf("/")) : path;
	return built !== "" && isBuildOutput(stage, built) ? built : undefined;
}

function startedFile(program: string | undefined, name: string | undefined, words: readonly string[]): string | undefined {
	if (program === "dotnet") return words[0];
	if (program === "java") return words.includes("-jar") ? words[words.indexOf("-jar") + 1] : undefined;
	return name?.includes("/") ? name : undefined;
}

/** Whether a RUN names the path as what it writes, or it lies where build tools write: a script that was copied is none. */
function isBuildOutput(stage: Stage, path: string): boolean {
	// Launchers in deeper folders of these start other files beside them.
	if (/\/target\/(?:[\w-]+\/)?release\/[^/]+$|\/(?:target|build\/libs)\/[^/]+\.jar$|\/bin\/Release\/[^/]+(?:\/publish)?$/.test(path))
		return true;
	return runSteps(stage).some((step) => {
		const commands = commandsOf(step);
		const workdir = workdirAt(stage, step);
		return commands.some(({ args }) => {
			const option = args.findIndex(({ value }) => value === "-o" || value === "--output");
			const value = args[option + 1]?.value;
			if (option === -1 || value === undefined) return false;
			if (value.startsWith("/")) return normalPath(value) === path;
			const moved = commands.some(({ program }) => program === "cd" || program === "pushd");
			return !moved && workdir.kind === "set" && normalPath(`${workdir.value}/${value}`) === path;
		});
	});
}
