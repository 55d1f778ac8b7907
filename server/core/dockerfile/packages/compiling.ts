import type { ImageReference } from "../../image/reference.ts";
import { COMPILERS, isGenericCompiler, JDK_PROGRAMS, RUNTIME_IMAGES, WORKPLACE_PROGRAMS } from "../../knowledge/compilers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { calledProgram, callsDotnetSdk } from "../start/calledCommands.ts";

/** Whether a command makes a program of the language from sources: `go build`, `mvn -q package`. */
export function compiles(command: ShellCommand, language: string): boolean {
	const { program, args } = command;
	const compilers = COMPILERS[language];
	if (compilers === undefined || program === undefined || !Object.hasOwn(compilers, program)) return false;
	if (args.some(({ value }) => value === "clean" || value === "--version" || value === "-version") && compilers[program] === undefined)
		return false;
	const words = compilers[program];
	if (words === undefined) return true;
	// `:app:bootJar` is the task of a project inside the project.
	return args.some(({ value = "" }) => words.includes(value) || words.includes(value.slice(value.lastIndexOf(":") + 1)));
}

/** Whether a command makes a program of any language from sources. */
export function compilesAnything(command: ShellCommand): boolean {
	return Object.keys(COMPILERS).some((language) => compiles(command, language));
}

/**
 * The commands with which a stage, or one that it starts from, compiles the language. `make` and its like count where the
 * base image brings the language's toolchain.
 */
export function compileCommands(stage: Stage, language: string): readonly ShellCommand[] {
	const own = stageBaseFacts(stage).sdk?.language === language;
	return lineage(stage).flatMap((ancestor) =>
		runSteps(ancestor).flatMap((step) =>
			commandsOf(step).filter((command) => compiles(command, language) && (own || !isGenericCompiler(command.program ?? ""))),
		),
	);
}

/** Whether a command needs a toolchain, whatever it does with it: `jlink`, `dotnet tool install`. */
export function needsToolchain(command: ShellCommand): boolean {
	const program = calledProgram(command) ?? "";
	return WORKPLACE_PROGRAMS.has(program) || JDK_PROGRAMS.has(program) || callsDotnetSdk(command);
}

/** The image in which a program that was made in a toolchain image runs; undefined where its name would be a guess. */
export function runtimeImage(reference: ImageReference): string | undefined {
	const { registry, repository, tag, digest } = reference;
	if (tag === undefined || digest !== undefined) return undefined;
	for (const rule of RUNTIME_IMAGES) {
		if (rule.repository === `${registry}/${repository}` && rule.tag.test(tag)) return tag.replace(rule.tag, rule.runtime);
	}
	return undefined;
}
