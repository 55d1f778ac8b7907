import type { ShellCommand } from "../../shell/model.ts";
import { calledBy, commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { containerStart } from "./containerStart.ts";

/** The commands that containers of a stage's image call: at the start, in health checks, and in scripts whose text stands in the file. */
export function startedCommands(stage: Stage): readonly ShellCommand[] {
	const steps = lineage(stage).flatMap((ancestor) =>
		ancestor.steps.filter(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT" || keyword === "HEALTHCHECK"),
	);
	return [...steps.flatMap(calledBy), ...containerStart(stage).scripted];
}

/** The commands that the builds of a stage, and of those that it starts from, call, and then its containers. */
export function calledCommands(stage: Stage): readonly ShellCommand[] {
	return [...lineage(stage).flatMap((ancestor) => runSteps(ancestor).flatMap(commandsOf)), ...startedCommands(stage)];
}

/** The program that a command calls, also where a variable hides the folder: `jlink` of `$JAVA_HOME/bin/jlink`. */
export function calledProgram({ program, name }: ShellCommand): string | undefined {
	return program ?? /\/([\w.+-]+)"?$/.exec(name?.text ?? "")?.[1];
}

/** Whether a command is one of .NET's SDK, `dotnet publish`, `dotnet tool install`: `dotnet` of the runtime takes files and options. */
export function callsDotnetSdk(command: ShellCommand): boolean {
	return calledProgram(command) === "dotnet" && /^(?!exec$)[a-z][a-z-]*$/.test(command.args[0]?.value ?? "");
}
