import { remembered } from "../memo.ts";
import { type ContainerStart, containerStart } from "./containerStart.ts";
import type { Stage } from "./model.ts";
import { stagesFrom } from "./stages.ts";

/** Programs that build, or run, out of what was fetched before. */
const BUILDERS = /^(?:go|cargo|mvn|mvnw|gradle|gradlew|dotnet|composer|air)$/;
/** Those that may call them. */
const CALLERS = /^(?:make|sh|bash)$/;

/** Whether a container of the stage, or of one that starts from it, builds as it starts: what was fetched has to be in the image then. */
export const buildsAtStart = remembered((stage: Stage): boolean =>
	startsOf(stage).some(({ commands, scripted }) => [...commands, ...scripted].some(({ program }) => BUILDERS.test(program ?? ""))),
);

/** The same, and true as well where nobody knows. */
export const mayBuildAtStart = remembered(
	(stage: Stage): boolean =>
		buildsAtStart(stage) ||
		startsOf(stage).some(
			({ commands, scripted, hiddenScript }) =>
				hiddenScript !== undefined ||
				commands.length === 0 ||
				[...commands, ...scripted].some(({ program }) => program === undefined || CALLERS.test(program)),
		),
);

function startsOf(stage: Stage): readonly ContainerStart[] {
	return stagesFrom(stage)
		.filter(({ use }) => use === "shipped")
		.map(containerStart);
}
