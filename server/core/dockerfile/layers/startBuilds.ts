import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Stage } from "../model/model.ts";
import { stagesFrom } from "../model/stages.ts";
import { packageCallOf } from "../packages/packageCalls.ts";
import { type ContainerStart, containerStart } from "../start/containerStart.ts";

/** Programs that may build, or run, out of what was fetched before. */
const BUILDERS = /^(?:go|cargo|mvn|mvnw|gradle|gradlew|dotnet|composer|air)$/;
/** The subcommands that do: `dotnet app.dll` and `go env` only run. Each goal of the others counts. */
const BUILDING: Partial<Record<ManagerId, RegExp>> = {
	go: /^(?:run|test|build|install)$/,
	cargo: /^(?:run|r|test|t|build|b|watch)$/,
	dotnet: /^(?:run|watch|test|build|publish)$/,
	composer: /^(?:install|i|run|run-script)$/,
	maven: /./,
	gradle: /./,
};
/** Those that may call them. */
const CALLERS = /^(?:make|sh|bash)$/;

/** Whether a container of the stage, or of one that starts from it, builds as it starts: what was fetched has to be in the image then. */
export const buildsAtStart = remembered((stage: Stage): boolean =>
	startsOf(stage).some(({ commands, scripted }) => [...commands, ...scripted].some(builds)),
);

function builds(command: ShellCommand): boolean {
	if (!BUILDERS.test(command.program ?? "")) return false;
	if (command.program === "air") return true;
	const call = packageCallOf(command);
	// A variable could hold any subcommand.
	if (call === undefined) return command.args.some(({ value }) => value === undefined);
	return BUILDING[call.manager]?.test(call.verb) ?? false;
}

/** The same, and true as well where nobody knows. */
export const mayBuildAtStart = remembered((stage: Stage): boolean =>
	startsOf(stage).some(
		({ commands, scripted, hiddenScript }) =>
			hiddenScript !== undefined ||
			commands.length === 0 ||
			[...commands, ...scripted].some(({ program }) => program === undefined || BUILDERS.test(program) || CALLERS.test(program)),
	),
);

function startsOf(stage: Stage): readonly ContainerStart[] {
	return stagesFrom(stage)
		.filter(({ use }) => use === "shipped")
		.map(containerStart);
}
