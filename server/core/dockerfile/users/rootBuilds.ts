import { COMPILERS } from "../../knowledge/compilers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { callsDotnetSdk } from "../start/calledCommands.ts";
import { callsAtStart, containerStart } from "../start/containerStart.ts";

/** Tools that leave what they have fetched in the home of who calls them, and what they have made in the project. */
const BUILD_TOOLS: ReadonlySet<string> = new Set([
	...Object.entries(COMPILERS).flatMap(([language, compilers]) => (language === "JavaScript" ? [] : Object.keys(compilers))),
	...["mix", "rebar3", "lein"],
]);

/** Whether a container builds with a tool that a step has called before it: what that has left in root's home and in the project is root's. */
export function continuesBuildOfRoot(stage: Stage): boolean {
	const started = new Set(callsAtStart(containerStart(stage)).flatMap(buildTool));
	if (started.size === 0) return false;
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some((step) =>
			commandsOf(step)
				.flatMap(buildTool)
				.some((tool) => started.has(tool)),
		),
	);
}

/** Its name, that of the tool for a project's own wrapper: `mvn` for `./mvnw`. */
function buildTool(command: ShellCommand): readonly string[] {
	const { program = "" } = command;
	if (!(program === "dotnet" ? callsDotnetSdk(command) : BUILD_TOOLS.has(program))) return [];
	return [program.replace(/^(mvn|gradle)w$/, "$1")];
}
