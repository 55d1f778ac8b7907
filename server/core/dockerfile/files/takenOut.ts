import type { ShellCommand } from "../../shell/model.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import { referencesTo } from "../edits/stageReferences.ts";
import type { Stage, Step } from "../model/model.ts";
import { normalPath } from "../variables/state.ts";
import { copyWordsOf } from "./copyWords.ts";
import { isInside } from "./mountCoverage.ts";

/** Folders of the system's packages and of toolchains. */
const SYSTEM_FOLDERS =
	/^\/(?:(?:usr\/(?:local\/)?)?(?:s?bin|lib(?:32|64|exec)?)|go\/bin|usr\/local\/go|usr\/share\/dotnet|opt\/java)(?:\/|$)|^\/(?:usr(?:\/local)?)?$/;
/** Files that are the same on all platforms. */
const FOR_ALL = /\.(?:jar|war|ear|pem|crt|json|ya?ml|xml|properties|conf|sql|txt|md|html|css|js)$/;

/** A command with the step that holds it. */
export interface PlacedCommand {
	readonly step: Step;
	readonly command: ShellCommand;
}

/** The paths that other stages copy from a stage, absolute; undefined for one that a variable hides, or that a mount could use. */
function pathsTaken(stage: Stage): readonly (string | undefined)[] {
	return referencesTo(stage).flatMap(({ step }) => {
		const words = step === undefined ? undefined : copyWordsOf(step);
		return words === undefined
			? [undefined]
			: words.sources.map(({ value }) => (value === undefined ? undefined : normalPath(`/${value}`)));
	});
}

/** Whether another stage copies programs that the compilers of a stage did not make: the system's own, or some that were fetched. */
export function takesForeignPrograms(stage: Stage, compilers: readonly PlacedCommand[]): boolean {
	const made = compilers.flatMap(({ step, command }) => pathsIn(step, command));
	const filled = (programs: RegExp): readonly string[] =>
		runSteps(stage).flatMap((step) =>
			commandsOf(step)
				.filter(({ program }) => programs.test(program ?? ""))
				.flatMap((command) => pathsIn(step, command)),
		);
	const added = stage.steps.flatMap((step) => (step.keyword === "ADD" ? [normalPath(copyWordsOf(step)?.destination.value ?? "")] : []));
	const fetched = [...filled(/^(?:curl|wget|aria2c|axel)$/), ...added];
	const unpacked = filled(/^(?:tar|bsdtar|unzip)$/);
	return pathsTaken(stage).some((path) => {
		if (path === undefined || FOR_ALL.test(path)) return false;
		if (fetched.includes(path)) return true;
		if (made.some((other) => path === other || path.startsWith(`${other}/`))) return false;
		return SYSTEM_FOLDERS.test(path) || unpacked.includes(path) || unpacked.includes(path.replace(/\/[^/]+$/, ""));
	});
}

/** Whether a RUN of a stage calls a program that its compilers made, or one that other stages take: by its path, or by its name alone. */
export function runsWhatItMade(stage: Stage, compilers: readonly PlacedCommand[]): boolean {
	const taken = pathsTaken(stage).filter((path) => path !== undefined);
	const made = new Set([...compilers.flatMap(({ step, command }) => pathsIn(step, command)), ...taken]);
	const names = new Set([...made].flatMap((path) => ON_SEARCH_PATH.exec(path)?.[1] ?? []));
	return runSteps(stage).some((step) =>
		commandsOf(step).some((command) => {
			if (names.has(command.name?.value ?? "")) return true;
			const path = calledPath(step, command);
			return path !== undefined && (made.has(path) || (!SCRIPT.test(path) && taken.some((folder) => isInside(path, folder))));
		}),
	);
}

/** A program in a folder in which shells look for names without a path. */
const ON_SEARCH_PATH = /^\/(?:usr\/(?:local\/)?|go\/)?s?bin\/([^/]+)$/;
/** Files that an interpreter reads: it is another program that runs. */
const SCRIPT = /\.(?:sh|bash|py|pl)$/;

/** The path by which a command calls its program, absolute: in `chroot DIR ./program` below DIR. */
function calledPath(step: Step, command: ShellCommand): string | undefined {
	const called = command.name?.value;
	const { wrapper } = command;
	if (called === undefined) return undefined;
	if (wrapper?.program !== "chroot") return called.includes("/") ? pathAt(step, command, called) : undefined;
	const root = wrapper.args.find(({ text }) => !text.startsWith("-"));
	const folder = root === undefined ? undefined : wordAt(step, wrapper, root);
	return folder === undefined ? undefined : pathAt(step, wrapper, `${folder}/${called}`);
}

/** The words of a command that may be paths, absolute; of `--name=PATH` and `of=PATH` the value. The folders that all share say nothing. */
function pathsIn(step: Step, command: ShellCommand): readonly string[] {
	return command.args.flatMap((word) => {
		const value = (wordAt(step, command, word) ?? "").replace(/^-{0,2}[\w-]+=/, "");
		const path = value === "" || value.startsWith("-") || value.includes("://") ? undefined : pathAt(step, command, value);
		return path === undefined || /^\/(?:tmp|usr|usr\/local|opt|src|app)?$/.test(path) ? [] : [path];
	});
}
